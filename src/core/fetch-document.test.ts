import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { fetchDocument, type FetchEvent } from './fetch-document.ts';

const LIMIT_BYTES = 2 ** 20;
vi.mock('./1-parse/limits.ts', () => ({ LIMITS: { fileBytes: 2 ** 20 } }));

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

/** Written until the other side has had enough. */
function pour(response: ServerResponse): void {
  const part = Buffer.alloc(65_536, 'a');
  const go = (): void => {
    while (!response.destroyed && response.write(part)) poured += part.length;
    poured += part.length;
  };
  response.on('drain', go);
  response.on('close', () => (isPouring = false));
  isPouring = true;
  go();
}
let poured = 0;
let isPouring = false;

/** What no page does that is well. */
const FAULTS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/silent': () => undefined,
  '/stalls': (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).write('Half'),
  '/torn': (response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 100 });
    // Later, so that the half has left the buffers.
    response.write('Half', () => setTimeout(() => response.destroy(), 20));
  },
  '/endless': (response) => pour(response.writeHead(200, { 'content-type': 'text/plain' })),
  '/huge': (response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': LIMIT_BYTES + 1 });
    response.write('First bytes');
  },
  '/moved': (response) => response.writeHead(302, { location: '/docs/' }).end(),
  '/moved-away': (response) => response.writeHead(301, { location: `${elsewhere}/raw/notes.md` }).end(),
  '/circle': (response) => response.writeHead(302, { location: '/circle' }).end(),
};

let server: Server;
let base: string;
/** The same server, as another origin. */
let elsewhere: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const fault = FAULTS[request.url ?? ''];
    if (fault) return fault(response);
    const [status, type, body] = PAGES[request.url ?? ''] ?? [404, 'text/html', ''];
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  elsewhere = `http://localhost:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => void vi.stubGlobal('navigator', { onLine: true }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function collect(fetching: AsyncIterable<FetchEvent>): Promise<readonly FetchEvent[]> {
  const events: FetchEvent[] = [];
  for await (const event of fetching) events.push(event);
  return events;
}
const fetchAll = (path: string, signal?: AbortSignal): Promise<readonly FetchEvent[]> =>
  collect(fetchDocument(base + path, signal));

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

test.each(['/silent', '/stalls'])('%s: after 30 s without a byte it is given up', async (path) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const outcome = expect(fetchAll(path)).rejects.toMatchObject({
    code: 'web-timeout',
    details: { seconds: 30 },
  });
  await vi.advanceTimersByTimeAsync(29_000);
  // The bytes on the wire keep their own time.
  await new Promise((resolve) => setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(31_000);
  await outcome;
});

test('a connection torn amid the file yields no half of a file', async () => {
  await expect(fetchAll('/torn')).rejects.toMatchObject({ code: 'web-unreachable' });
});

test.each(['/endless', '/huge'])('%s: a body beyond the limit is cut off while it is read', async (path) => {
  poured = 0;
  await expect(fetchAll(path)).rejects.toMatchObject({
    code: 'too-large',
    details: { name: base + path, limitBytes: LIMIT_BYTES },
  });
  await vi.waitFor(() => expect(isPouring).toBe(false));
  // What lies in the buffers of both sides comes on top.
  expect(poured).toBeLessThan(16 * LIMIT_BYTES);
});

test('a redirect is followed, to another origin as well, and names the file', async () => {
  expect((await fetchAll('/moved')).at(-1)).toMatchObject({
    file: { name: 'Bees & honey.html', path: `${base}/docs/` },
  });
  expect((await fetchAll('/moved-away')).at(-1)).toMatchObject({
    file: { name: 'notes.md', path: `${elsewhere}/raw/notes.md` },
  });
  await expect(fetchAll('/circle')).rejects.toMatchObject({ code: 'web-unreachable' });
});

test('why there is no answer: no network, no server, or one that refuses this page', async () => {
  const unreachable = { code: 'web-unreachable' };
  await expect(collect(fetchDocument('http://127.0.0.1:1/'))).rejects.toMatchObject(unreachable);

  vi.stubGlobal('fetch', async (_: URL, { mode }: RequestInit) => {
    if (mode !== 'no-cors') throw new TypeError('Failed to fetch');
    return new Response();
  });
  await expect(fetchAll('/docs/')).rejects.toMatchObject({
    code: 'web-refused',
    details: { host: new URL(base).host },
  });

  vi.stubGlobal('navigator', { onLine: false });
  await expect(fetchAll('/docs/')).rejects.toMatchObject({ code: 'web-offline' });
});

test('a password in an address is neither sent nor kept', async () => {
  const events = await collect(fetchDocument(base.replace('//', '//ada:secret@') + '/docs/#part'));
  expect(events.at(-1)).toMatchObject({ file: { path: `${base}/docs/` } });
});

test('a length that a packed body has outgrown is no measure of it', async () => {
  const headers = { 'content-type': 'text/plain', 'content-length': '3' };
  vi.stubGlobal('fetch', async () => new Response('Twelve bytes', { headers }));
  expect((await fetchAll('/packed')).slice(1, 2)).toEqual([
    { type: 'loading', loadedBytes: 12, totalBytes: 0 },
  ]);
});
