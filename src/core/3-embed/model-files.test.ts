import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startHubServer, type HubBehaviour, type HubServer } from './fixtures/hub-server.fixture.ts';
import { fetchModelBlobs, fetchModelFiles, removeModelFiles, type DeliveryOptions } from './model-files.ts';
import { MemoryCache, type PartCache } from './model-store.ts';
import type { EmbeddingModel, ModelFile } from './models.ts';
import { EMBEDDING_MODELS } from './models.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

// More than two parts of 8 MB, so that an interruption falls between and inside of parts.
const WEIGHTS = randomBytes(20_000_001);
const CONFIG = Buffer.from('{"model_type":"bert"}');
const contents = new Map([
  ['config.json', CONFIG],
  ['onnx/model.onnx', WEIGHTS],
]);

const template = EMBEDDING_MODELS.find(({ vendored }) => !vendored);
if (!template) throw new Error('The catalogue has no model that comes from a hub.');

const known = (path: string): ModelFile => {
  const content = contents.get(path) ?? Buffer.alloc(0);
  return { path, sizeBytes: content.length, sha256: sha256(content) };
};
const KNOWN: EmbeddingModel = {
  ...template,
  id: 'known',
  files: [known('config.json'), known('onnx/model.onnx')],
};
const WEIGHTS_ONLY: EmbeddingModel = { ...KNOWN, files: [known('onnx/model.onnx')] };
const UNKNOWN: EmbeddingModel = {
  ...template,
  id: 'unknown',
  files: [{ path: 'config.json' }, { path: 'onnx/model.onnx' }],
};

// Twenty megabytes, again and again, on machines that do other things too.
vi.setConfig({ testTimeout: 60_000 });

let server: HubServer;
let cache: PartCache;

const from = (behaviour: HubBehaviour, more: Partial<DeliveryOptions> = {}): DeliveryOptions => ({
  hub: server.url(behaviour),
  ownOrigin: 'http://127.0.0.1:1/models/',
  cache,
  ...more,
});

const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error) => error,
  );

const asked = (): string[] => server.requests.map(({ file, range }) => `${file} ${range}`.trim());

beforeAll(async () => {
  server = await startHubServer((file) => contents.get(file));
});
afterAll(() => server.close());
beforeEach(() => {
  cache = new MemoryCache();
  server.requests.length = 0;
});

describe('a model from a hub', () => {
  test('arrives whole, is kept, and is not asked for again', async () => {
    const first = await fetchModelFiles(KNOWN, from('good'));
    expect(WEIGHTS.equals(first.files.get('onnx/model.onnx') ?? CONFIG)).toBe(true);
    expect(first.hashes.get('config.json')).toBe(sha256(CONFIG));
    expect(asked()).toEqual(['config.json', 'onnx/model.onnx']);

    const again = await fetchModelFiles(KNOWN, from('missing'));
    expect(WEIGHTS.equals(again.files.get('onnx/model.onnx') ?? CONFIG)).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  test('tells how far it has come, up to the last byte of all files', async () => {
    const seen: { loadedBytes: number; totalBytes: number }[] = [];
    await fetchModelFiles(KNOWN, from('good', { onProgress: (progress) => seen.push(progress) }));
    const total = CONFIG.length + WEIGHTS.length;
    expect(seen.at(-1)).toMatchObject({ loadedBytes: total, totalBytes: total, file: 'onnx/model.onnx' });
    expect(seen.map(({ loadedBytes }) => loadedBytes)).toEqual(
      seen.map(({ loadedBytes }) => loadedBytes).sort((a, b) => a - b),
    );
    expect(seen.every(({ totalBytes }) => totalBytes === total)).toBe(true);
  });

  test('is asked for at <hub>/<repository>/resolve/<revision>/<file>', async () => {
    const error = await errorOf(fetchModelFiles(KNOWN, from('missing')));
    expect(error).toMatchObject({
      code: 'model-unreachable',
      details: {
        model: 'known',
        file: 'config.json',
        status: 404,
        url: `${server.url('missing')}/${KNOWN.repository}/resolve/${KNOWN.revision}/config.json`,
      },
    });
  });

  test('a web page in place of a file counts as missing', async () => {
    for (const model of [KNOWN, UNKNOWN]) {
      const error = await errorOf(fetchModelFiles(model, from('page')));
      expect(error).toMatchObject({ code: 'model-unreachable', details: { status: 200 } });
    }
    expect((await fetchModelFiles(UNKNOWN, from('good'))).files.size).toBe(2);
  });

  test('no host, and no hub at all', async () => {
    const error = await errorOf(fetchModelFiles(KNOWN, from('good', { hub: 'http://127.0.0.1:1' })));
    expect(error).toMatchObject({ code: 'model-unreachable', details: { status: 0 } });
    const none = await errorOf(fetchModelFiles(KNOWN, from('good', { hub: '' })));
    expect(none).toMatchObject({ code: 'model-unreachable', details: { url: '' } });
  });

  test('a broken connection goes on from the last byte', async () => {
    const { files } = await fetchModelFiles(KNOWN, from('breaks'));
    expect(WEIGHTS.equals(files.get('onnx/model.onnx') ?? CONFIG)).toBe(true);
    const ranges = server.requests.filter(({ file }) => file === 'onnx/model.onnx').map(({ range }) => range);
    expect(ranges[0]).toBe('');
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d{5,}-$/);
    expect(ranges).toHaveLength(2);
  });

  test('a host without ranges gives the file from the start', async () => {
    const { files } = await fetchModelFiles(KNOWN, from('breaks-once-without-ranges'));
    expect(WEIGHTS.equals(files.get('onnx/model.onnx') ?? CONFIG)).toBe(true);
  });

  test('a cancelled download stops, and the next one goes on', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 500);
    const cancelled = fetchModelFiles(WEIGHTS_ONLY, from('stalls', { signal: controller.signal }));
    expect(await errorOf(cancelled)).toMatchObject({ code: 'aborted' });

    const { files } = await fetchModelFiles(WEIGHTS_ONLY, from('good'));
    expect(WEIGHTS.equals(files.get('onnx/model.onnx') ?? CONFIG)).toBe(true);
    const kept = Number(/bytes=(\d+)-/.exec(asked()[1] ?? '')?.[1]);
    expect(kept).toBeGreaterThan(WEIGHTS.length / 3);
  });

  test('parts of another version are not gone on from', async () => {
    const controller = new AbortController();
    const stopAtHalf = {
      signal: controller.signal,
      onProgress: () => setTimeout(() => controller.abort(), 100),
    };
    expect(await errorOf(fetchModelFiles(WEIGHTS_ONLY, from('stalls', stopAtHalf)))).toMatchObject({
      code: 'aborted',
    });

    const error = await errorOf(fetchModelFiles(WEIGHTS_ONLY, from('changed')));
    expect(error).toMatchObject({ code: 'model-mismatch' });
    expect(asked().slice(1)).toEqual([expect.stringMatching(/model\.onnx bytes=\d+-$/), 'onnx/model.onnx']);
  });
});

describe('what is kept on disk', () => {
  test('a wrong file is refused by name and both hashes, and nothing of it stays', async () => {
    const error = await errorOf(fetchModelFiles(KNOWN, from('changed')));
    const expected = sha256(CONFIG);
    expect(error).toMatchObject({
      code: 'model-mismatch',
      details: { model: 'known', file: 'config.json', expected },
    });
    expect((await fetchModelFiles(KNOWN, from('good'))).hashes.get('config.json')).toBe(expected);
  });

  test('a file that the disk has changed is fetched anew', async () => {
    const entries = new Map<string, Response>();
    const disk: PartCache = {
      match: (url) => Promise.resolve(entries.get(url)?.clone()),
      keys: () => Promise.resolve([...entries.keys()].map((url) => ({ url }))),
      put: (url, response) => Promise.resolve(void entries.set(url, response)),
      delete: (url) => Promise.resolve(entries.delete(url)),
    };
    await fetchModelFiles(KNOWN, from('good', { cache: disk }));
    const part = [...entries.keys()].find((url) => url.endsWith('model.onnx?part=1')) ?? '';
    const bytes = new Uint8Array((await entries.get(part)?.clone().arrayBuffer()) ?? new ArrayBuffer(0));
    for (const damage of ['flipped', 'cut', 'lost']) {
      if (damage === 'flipped')
        entries.set(part, new Response(bytes.map((byte, i) => (i === 9 ? ~byte : byte))));
      else if (damage === 'cut') entries.set(part, new Response(bytes.slice(5)));
      else entries.delete(part);
      server.requests.length = 0;
      const { files } = await fetchModelFiles(KNOWN, from('good', { cache: disk }));
      expect(WEIGHTS.equals(files.get('onnx/model.onnx') ?? CONFIG), damage).toBe(true);
      expect(asked(), damage).toEqual(['onnx/model.onnx']);
    }
  });

  test('without a known hash the first download sets it, until the model is removed', async () => {
    await fetchModelFiles(UNKNOWN, from('good'));
    const damaged: PartCache = {
      match: (url) => (url.includes('?part=') ? Promise.resolve(undefined) : cache.match(url)),
      keys: () => cache.keys(),
      put: (url, response) => cache.put(url, response),
      delete: (url) => cache.delete(url),
    };
    const error = await errorOf(fetchModelFiles(UNKNOWN, from('changed', { cache: damaged })));
    expect(error).toMatchObject({ code: 'model-mismatch', details: { expected: sha256(CONFIG) } });

    await removeModelFiles(UNKNOWN, cache);
    const { hashes } = await fetchModelFiles(UNKNOWN, from('changed'));
    expect(hashes.get('config.json')).not.toBe(sha256(CONFIG));
  });
});

describe('files too large for memory', () => {
  const PATH = 'onnx/model.onnx';
  const LARGE = { ...UNKNOWN, files: [{ path: PATH }] };
  const bytesOf = async (blob?: Blob): Promise<Uint8Array> =>
    new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));

  test('are handed out as blobs, with one hash however the download went', async () => {
    const whole = await fetchModelBlobs(LARGE, from('good'));
    expect(WEIGHTS.equals(await bytesOf(whole.files.get(PATH)))).toBe(true);

    cache = new MemoryCache();
    const interrupted = await fetchModelBlobs(LARGE, from('breaks'));
    expect(WEIGHTS.equals(await bytesOf(interrupted.files.get(PATH)))).toBe(true);
    expect(interrupted.hashes).toEqual(whole.hashes);
    expect((await fetchModelBlobs(LARGE, from('missing'))).hashes).toEqual(whole.hashes);
  });

  test('are checked on every load, and held against the first download', async () => {
    const { hashes } = await fetchModelBlobs(LARGE, from('good'));
    const damage = new Map<string, Response>();
    const disk: PartCache = {
      match: (url) => {
        const damaged = damage.get(url)?.clone();
        return damaged ? Promise.resolve(damaged) : cache.match(url);
      },
      keys: () => cache.keys(),
      put: (url, response) => {
        damage.delete(url);
        return cache.put(url, response);
      },
      delete: (url) => {
        damage.delete(url);
        return cache.delete(url);
      },
    };
    const last = `https://satchel-models.invalid/${LARGE.id}/${LARGE.revision}/${PATH}?part=2`;
    const bytes = new Uint8Array(await bytesOf(await (await cache.match(last))?.blob()));
    expect(bytes.length).toBeGreaterThan(1_000_000);
    for (const content of [bytes.map((byte, i) => (i === 9 ? ~byte : byte)), bytes.slice(5)]) {
      damage.set(last, new Response(content));
      const again = await fetchModelBlobs(LARGE, from('good', { cache: disk }));
      expect(again.hashes).toEqual(hashes);
      expect(damage.size).toBe(0);
    }
    damage.set(last, new Response(bytes.slice(5)));
    await expect(fetchModelBlobs(LARGE, from('changed', { cache: disk }))).rejects.toMatchObject({
      code: 'model-mismatch',
      details: { expected: hashes.get(PATH) },
    });
  });
});
