import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CHAT_MODEL,
  OLLAMA_CHAT_MODELS,
  startOllamaChatServer,
  type ChatServer,
} from '../7-answer/fixtures/chat-servers.fixture.ts';
import { listOllamaModels, pullOllamaModel } from './ollama-models.ts';

let server: ChatServer;

beforeAll(async () => {
  server = await startOllamaChatServer();
});
afterAll(() => server.close());

const optionsFor = (ollamaHost: string) => ({ ollamaHost, ollamaModel: '' });

describe('listing', () => {
  const { untold, embedder, small } = OLLAMA_CHAT_MODELS;

  test.each([
    ['completion' as const, [untold, CHAT_MODEL, small]],
    ['embedding' as const, [embedder, untold]],
  ])(
    '%s: those that have it, here and not in the cloud, and those that tell nothing',
    async (capability, names) => {
      expect(await listOllamaModels(optionsFor(server.url), capability)).toEqual(names);
    },
  );

  test('says why the host can not be asked', async () => {
    await expect(listOllamaModels(optionsFor('127.0.0.1:1'), 'embedding')).rejects.toMatchObject({
      code: 'ollama-unreachable',
      details: { host: 'http://127.0.0.1:1' },
    });
    const refusing = await startOllamaChatServer(true);
    await expect(listOllamaModels(optionsFor(refusing.url), 'embedding')).rejects.toMatchObject({
      code: 'ollama-origin-refused',
    });
    await refusing.close();
    const signal = AbortSignal.abort();
    await expect(listOllamaModels({ ...optionsFor(server.url), signal }, 'embedding')).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  test('another server at the host is not taken for an Ollama without models', async () => {
    const other = createServer((_, response) => response.end('{"name":"something else"}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const host = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(listOllamaModels(optionsFor(host), 'embedding')).rejects.toMatchObject({
      code: 'ollama-failed',
    });
    other.close();
  });
});

describe('pulling', () => {
  test('tells how far it is', async () => {
    const steps = [];
    for await (const step of pullOllamaModel(optionsFor(server.url), CHAT_MODEL)) steps.push(step);
    expect(steps).toEqual([
      { file: 'pulling manifest', loadedBytes: 0, totalBytes: 0 },
      { file: 'pulling 5ee4f07cdb9b', loadedBytes: 1024, totalBytes: 522653767 },
      { file: 'success', loadedBytes: 0, totalBytes: 0 },
    ]);
  });

  test('a model that the library lacks is reported inside a 200', async () => {
    const pulling = async (): Promise<void> => {
      for await (const step of pullOllamaModel(optionsFor(server.url), 'no-such-model')) {
        expect(step.totalBytes).toBeGreaterThanOrEqual(0);
      }
    };
    await expect(pulling()).rejects.toMatchObject({
      code: 'ollama-failed',
      details: { reason: expect.stringContaining('does not exist') },
    });
  });
});
