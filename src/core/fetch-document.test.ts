import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchDocument, type FetchEvent } from './fetch-document.ts';

const GUIDE = '<!doctype html><title>Bees &amp; honey</title><p>Text</p>';
/** Path to what is sent: status, media type, body. */
const PAGES: Readonly<Record<string, readonly [status: number, type: string, body: string]>> = {
  '/guide.php?id=1': [200, 'text/html; charset=utf-8', GUIDE],
  '/docs/': [200, 'text/html', GUIDE],
  '/raw/notes.md': [200, 'text/plain', '# Notes'],
  '/%E8%9C%9C%E8%9C%82': [200, 'text/plain', '蜜蜂'],
  '/picture': [200, 'image/png', 'x'],
  '/gone': [410, 'text/html', ''],
  '/broken': [500, 'text/html', ''],
};

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const [status, type, body] = PAGES[request.url ?? ''] ?? [404, 'text/html', ''];
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function fetchAll(path: string, signal?: AbortSignal): Promise<readonly FetchEvent[]> {
  const events: FetchEvent[] = [];
  for await (const event of fetchDocument(base + path, signal)) events.push(event);
  return events;
}

test.each([
  ['/guide.php?id=1', 'guide.php.html'],
  ['/docs/', 'Bees & honey.html'],
  ['/raw/notes.md', 'notes.md'],
  ['/%E8%9C%9C%E8%9C%82', '蜜蜂.txt'],
])('%s is named %s, and keeps its address', async (path, name) => {
  const last = (await fetchAll(path)).at(-1);
  expect(last).toMatchObject({ type: 'fetched', file: { name, path: base + path } });
});

test('tells how far it is, beginning before the first request', async () => {
  const [first, second] = await fetchAll('/raw/notes.md');
  expect(first).toEqual({ type: 'loading', loadedBytes: 0, totalBytes: 0 });
  expect(second).toMatchObject({ type: 'loading', loadedBytes: 7 });
});

test.each([
  ['/none', { code: 'web-not-found' }],
  ['/gone', { code: 'web-not-found' }],
  ['/broken', { code: 'web-failed', details: { status: 500 } }],
  ['/picture', { code: 'unsupported-type', details: { type: 'image/png' } }],
])('%s is refused', async (path, error) => {
  await expect(fetchAll(path)).rejects.toMatchObject(error);
});

test('a cancel ends it', async () => {
  await expect(fetchAll('/raw/notes.md', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
});
