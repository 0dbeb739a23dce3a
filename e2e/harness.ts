import { chromium, type BrowserContextOptions, type BrowserContext, type Page } from 'playwright';
import { expect, inject, onTestFinished } from 'vitest';
import { startRecordingProxy } from './recording-proxy.ts';

export interface AppPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** What went wrong so far; the test fails at its end unless this is empty. */
  readonly problems: string[];
  /** Closes the browser; also done when the test ends. */
  close(): Promise<void>;
}

export interface LaunchOptions extends BrowserContextOptions {
  /** Another server than the shared one. */
  readonly url?: string;
  /** Problems that this test brings about on purpose. */
  readonly expected?: RegExp;
}

/**
 * Chromium asks its maker for updates and accounts, flags or no flags. If the page were to ask there, it would
 * be seen as a foreign request of the context.
 */
const BROWSERS_OWN = /^(https?:\/\/)?([\w-]+\.)*(google|googleapis|gstatic|gvt1)\.com[:/]/;

/**
 * Opens the built app in a browser of its own, with nothing stored. The running test fails when anything
 * leaves the origin, when the console shows an error (violations of the policy are errors there), or when the
 * page throws.
 */
export async function launchApp({
  url = inject('appUrl'),
  expected,
  ...options
}: LaunchOptions = {}): Promise<AppPage> {
  const proxy = await startRecordingProxy();
  const browser = await chromium.launch({
    executablePath: inject('executablePath'),
    args: inject('browserArgs'),
    // Playwright would send requests to this machine through the proxy as well.
    proxy: { server: proxy.url, bypass: '127.0.0.1' },
  });
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const problems: string[] = [];
  const report = (problem: string): void => {
    if (!expected?.test(problem) && !problems.includes(problem)) problems.push(problem);
  };
  const { origin } = new URL(url);
  context.on('request', (request) => {
    const requested = new URL(request.url());
    const isLocal = requested.protocol === 'blob:' || requested.protocol === 'data:';
    if (!isLocal && requested.origin !== origin) report(`foreign request: ${request.url()}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') report(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => report(`page error: ${error.error().message}`));

  const page = await context.newPage();
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= browser.close().then(() => {
      for (const request of proxy.requests.filter((url) => !BROWSERS_OWN.test(url)))
        report(`left the machine: ${request}`);
      return proxy.close();
    }));
  onTestFinished(async () => {
    await close();
    expect(problems).toEqual([]);
  });
  await page.goto(url);
  return { page, context, url, problems, close };
}

/**
 * Waits for a condition in the page. Playwright's own `waitForFunction` needs eval, which the policy forbids;
 * a reload in between is waited out.
 */
export const until = (page: Page, condition: () => boolean, timeout = 30_000): Promise<void> =>
  expect.poll(() => page.evaluate(condition).catch(() => false), { timeout, interval: 100 }).toBe(true);

/** Resolves when the service worker has its cache and answers for the page. */
export const untilReadyOffline = (page: Page): Promise<void> =>
  until(page, () => navigator.serviceWorker.controller?.state === 'activated');
