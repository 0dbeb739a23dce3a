import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EmbedderOptions } from './embedder.ts';
import { OLLAMA_MODELS, startOllamaServer, type OllamaServer } from './fixtures/ollama-server.fixture.ts';
import { loadOllamaEmbedder } from './ollama.ts';

let server: OllamaServer;

beforeAll(async () => {
  server = await startOllamaServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.embedRequests.length = 0;
});

const optionsFor = (ollamaModel: string, ollamaHost = server.url): EmbedderOptions => ({
  hub: '',
  device: 'auto',
  ollamaHost,
  ollamaModel,
});
const load = (model: string) => loadOllamaEmbedder(optionsFor(model));
const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error) => error,
  );

describe('loading', () => {
  test('takes dimensions from the first vector, the limit and the revision from the server', async () => {
    const { embedder, fingerprint, device } = await load('nomic-embed-text');
    expect([embedder.dimensions, embedder.maxTokens, device]).toEqual([48, 2048, 'remote']);
    expect(fingerprint).toEqual({
      embedder: 'ollama:nomic-embed-text:latest',
      revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      dtype: '',
      pooling: '',
      queryPrefix: 'search_query: ',
      passagePrefix: 'search_document: ',
      dimensions: 48,
    });
  });

  test.each(['localhost:1', 'http://127.0.0.1:1/'])(
    'nobody at %s: unreachable, host and origin named',
    async (host) => {
      const error = await errorOf(loadOllamaEmbedder(optionsFor('m', host)));
      expect(error).toMatchObject({
        code: 'ollama-unreachable',
        details: { host: expect.stringMatching(/^http:\/\/[^/]+:1$/), model: 'm', origin: '' },
      });
    },
  );

  test('a host without scheme and with a slash is understood', async () => {
    const bare = `${server.url.replace('http://', '')}/`;
    const { embedder } = await loadOllamaEmbedder(optionsFor('nomic-embed-text', bare));
    expect(embedder.dimensions).toBe(48);
  });

  test('a model that the host does not have', async () => {
    expect(await errorOf(load('bge-m3'))).toMatchObject({
      code: 'ollama-model-missing',
      details: { model: 'bge-m3', host: server.url },
    });
  });

  test('another server at the host', async () => {
    const other = createServer((_, response) => response.end('{"name":"something else"}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const host = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const error = await errorOf(loadOllamaEmbedder(optionsFor('nomic-embed-text', host)));
    other.close();
    expect(error).toMatchObject({ code: 'ollama-failed', details: { host } });
  });
});

describe('embedding', () => {
  test('adds the prefix of the role and asks in batches, in order', async () => {
    const { embedder } = await load('nomic-embed-text');
    server.embedRequests.length = 0;
    const texts = Array.from({ length: 37 }, (_, i) => ` text number ${i} `);
    const vectors = await embedder.embed(texts, 'passage');
    expect(vectors.length).toBe(37 * 48);
    expect(server.embedRequests.map(({ input }) => input.length)).toEqual([16, 16, 5]);
    expect(server.embedRequests[0]?.input[0]).toBe('search_document: text number 0');
    const alone = await embedder.embed([texts[36] ?? ''], 'passage');
    expect([...vectors.subarray(36 * 48)]).toEqual([...alone]);
    await embedder.embed(['what?'], 'query');
    expect(server.embedRequests.at(-1)?.input).toEqual(['search_query: what?']);
  });

  test.each([OLLAMA_MODELS.fewRows, OLLAMA_MODELS.shrinking, OLLAMA_MODELS.failsInside200])(
    'an answer that does not fit is an error: %s',
    async (model) => {
      const { embedder } = await load(model);
      const error = await errorOf(embedder.embed(['one', 'two'], 'passage'));
      expect(error).toMatchObject({ code: 'ollama-failed', details: { model, reason: expect.any(String) } });
    },
  );

  test('an abort ends the request that waits', async () => {
    const { embedder } = await load(OLLAMA_MODELS.slow);
    const controller = new AbortController();
    const waiting = errorOf(embedder.embed(['one', 'two'], 'passage', controller.signal));
    setTimeout(() => controller.abort(), 50);
    expect(await waiting).toMatchObject({ code: 'aborted' });
    expect(await errorOf(embedder.embed(['one'], 'query', controller.signal))).toMatchObject({
      code: 'aborted',
    });
  });

  test('too long a text is refused here, before the host cuts or drops it', async () => {
    const { embedder } = await load('nomic-embed-text');
    server.embedRequests.length = 0;
    const error = await errorOf(embedder.embed(['好'.repeat(2100)], 'passage'));
    expect(error).toMatchObject({ code: 'text-too-long', details: { maxTokens: 2048 } });
    expect(server.embedRequests).toEqual([]);
  });

  test('the token estimate is never below one for a Chinese character, and near the truth for English', async () => {
    const { embedder } = await load('nomic-embed-text');
    expect(embedder.countTokens('向量检索在浏览器里完成')).toBeGreaterThanOrEqual(11);
    expect(embedder.countTokens('𠮷野家')).toBeGreaterThanOrEqual(3);
    const english = 'Retrieval comes first and generation second, since answers never wait for a chat model.';
    expect(embedder.countTokens(english)).toBeGreaterThanOrEqual(17);
    expect(embedder.countTokens(english)).toBeLessThan(50);
    expect(embedder.countTokens('')).toBe(0);
  });
});
