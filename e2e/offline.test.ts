import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { startServer } from '../scripts/serve.ts';
import { launchApp, until, untilReadyOffline } from './harness.ts';
import { startStaticHost } from './static-host.ts';

const SECURITY_HEADERS = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-embedder-policy',
  'x-content-type-options',
  'referrer-policy',
  'permissions-policy',
];

test('the page is cross-origin isolated and stays on its origin', async () => {
  const { page } = await launchApp();
  await page.locator('#app > *').first().waitFor();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await untilReadyOffline(page);
});

test('the server and the service worker send the same headers, to pages and to worker scripts', async () => {
  const { page, url } = await launchApp();
  await untilReadyOffline(page);
  const script = (page.workers()[0] ?? (await page.waitForEvent('worker'))).url();
  const workerResponse = page.waitForResponse(script);
  const pageResponse = await page.reload();
  for (const response of [pageResponse, await workerResponse]) {
    expect(response?.fromServiceWorker()).toBe(true);
    const fromServer = await fetch(response?.url() ?? url);
    for (const name of SECURITY_HEADERS) {
      expect(fromServer.headers.get(name), name).toBeTruthy();
      expect(await response?.headerValue(name), name).toBe(fromServer.headers.get(name));
    }
    expect(fromServer.headers.get('content-security-policy')).toContain("connect-src 'self';");
  }
});

test('a worker may not contact another host until the person allows it', async () => {
  const host = 'http://127.0.0.1:9';
  const { page } = await launchApp({ expected: /Content Security Policy|127\.0\.0\.1:9\// });
  await untilReadyOffline(page);
  const appWorker = page.workers()[0] ?? (await page.waitForEvent('worker'));
  expect(await connectFromNewWorker(page, appWorker.url(), host)).toBe('connect-src');

  await page.evaluate(
    async (origins) => {
      const { port1, port2 } = new MessageChannel();
      const answered = new Promise((resolve) => (port1.onmessage = resolve));
      navigator.serviceWorker.controller?.postMessage({ type: 'allow-connections', origins }, [port2]);
      await answered;
    },
    [host, 'http://*', "'unsafe-eval'"],
  );
  expect(await connectFromNewWorker(page, appWorker.url(), host)).toBe('allowed');
  const policy = await (await page.reload())?.headerValue('content-security-policy');
  expect(policy).toContain(`connect-src 'self' ${host};`);
});

test('the app starts with the server gone', async () => {
  const server = await startServer();
  const { page } = await launchApp({ url: server.url });
  await untilReadyOffline(page);
  // Shown once the worker has opened the library: offline its script has to come from the cache as well.
  await page.locator('h1').waitFor();
  const screen = await page.locator('#app').innerText();
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow();
  await page.reload();
  await expect.poll(() => page.locator('#app').innerText(), { timeout: 30_000 }).toBe(screen);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('on a plain host in a sub-folder the page becomes isolated after one reload', async () => {
  const host = await startStaticHost();
  const { page, context } = await launchApp({ url: host.url });
  let loads = 1;
  page.on('load', () => loads++);
  await until(page, () => crossOriginIsolated);
  await page.locator('#app > *').first().waitFor();
  await untilReadyOffline(page);
  expect(loads).toBeLessThanOrEqual(2);

  const second = await context.newPage();
  await second.goto(host.url);
  expect(await second.evaluate(() => crossOriginIsolated)).toBe(true);
  await host.close();
  await second.reload();
  await second.locator('#app > *').first().waitFor();
});

/** Starts the app's own worker script once more and tries a request in it: 'allowed', or what forbids it. */
async function connectFromNewWorker(page: Page, script: string, host: string): Promise<string> {
  const started = page.waitForEvent('worker');
  await page.evaluate((url) => {
    Object.assign(window, { probe: new Worker(url, { type: 'module' }) });
  }, script);
  const worker = await started;
  return worker.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
        // Nothing listens there: an allowed request fails too, but without a violation before it.
        fetch(url).then(
          () => resolve('allowed'),
          () => setTimeout(() => resolve('allowed'), 200),
        );
      }),
    `${host}/`,
  );
}
