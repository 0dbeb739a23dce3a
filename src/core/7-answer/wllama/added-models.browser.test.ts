import { describe, expect, inject, test, vi } from 'vitest';
import { GenerationWorkerService } from '../../generation-service.ts';
import type { AddModelEvent, StoredModel } from '../../service.ts';
import type { FileInput } from '../../types.ts';
import { CHAT_METADATA, ggufOf } from './fixtures/gguf-file.ts';
import { NO_SETTINGS } from '../fixtures/generation-settings.ts';
import { loadWllamaChat } from './wllama.ts';

// A model of a hundred megabytes is copied, read back and started, while other tests run.
vi.setConfig({ testTimeout: 180_000 });

const chatModel = inject('chatModelFile');
const settings = { ...NO_SETTINGS, engine: 'wllama' };
const service = new GenerationWorkerService();

const ofEngine = async (): Promise<StoredModel[]> =>
  (await service.storedModels()).filter(({ engine }) => engine === 'wllama');

async function add(input: FileInput, signal?: AbortSignal): Promise<AddModelEvent[]> {
  const events: AddModelEvent[] = [];
  for await (const event of service.addModel(input, settings, signal)) events.push(event);
  return events;
}

describe.skipIf(chatModel === '')('SmolLM2 135M as a file', () => {
  test('is added, listed, loaded, writes, and is deleted', async () => {
    const response = await fetch(`${inject('hubUrl')}/good/any/model/resolve/main/${chatModel}`);
    const file = await response.blob();
    const events = await add({ file, name: 'small.gguf', path: '' });
    const last = events.at(-1);
    if (last?.type !== 'added') throw new Error('It was not added.');
    const { model } = last;
    expect(events.slice(0, -1)).toContainEqual({
      type: 'adding',
      loadedBytes: 64 * 1024 ** 2,
      totalBytes: file.size,
    });
    expect(model).toMatchObject({ label: 'small', sizeBytes: 98_362_432, isComplete: true });
    expect(await ofEngine()).toContainEqual(model);

    const engine = await loadWllamaChat({ hub: '', wllamaModel: model.id });
    // The model was trained on 8192.
    expect(engine.contextWindow).toBe(4096);
    const prompt = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: 'The cat is called Mia and the dog is called Rex. What is the name of the cat?',
      },
    ] as const;
    let text = '';
    for await (const event of engine.chat(prompt, { maxTokens: 16 })) {
      if (event.type === 'token') text += event.text;
    }
    expect(text).toContain('Mia');
    await engine.dispose();

    await service.removeModel(model);
    expect(await ofEngine()).not.toContainEqual(model);
    await expect(loadWllamaChat({ hub: '', wllamaModel: model.id })).rejects.toMatchObject({
      code: 'chat-model-missing',
      details: { model: 'small' },
    });
  });
});

describe('a copy that is broken off', () => {
  const large = (): FileInput => ({
    file: new Blob([ggufOf(CHAT_METADATA), new Uint8Array(60_000_000)]),
    name: 'large.gguf',
    path: '',
  });

  test('by its signal leaves nothing', async () => {
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      for await (const event of service.addModel(large(), settings, controller.signal)) {
        if (event.type === 'adding' && event.loadedBytes > 0) controller.abort();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'aborted' });
    expect(await ofEngine()).toEqual([]);
  });

  test('by reading no further leaves nothing', async () => {
    for await (const event of service.addModel(large(), settings)) {
      if (event.type === 'adding' && event.loadedBytes > 0) break;
    }
    await vi.waitFor(async () => expect(await ofEngine()).toEqual([]), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await ofEngine()).toEqual([]);
  });

  test('by the end of its worker is listed, and can be deleted', async () => {
    const cache = await caches.open('satchel-models');
    const { size } = large().file;
    const record = `https://satchel-models.invalid/${encodeURIComponent(`file:${size}:large.gguf`)}/added/model.gguf`;
    const state = { storedBytes: 9, parts: 1, complete: false, etag: '', sha256: '' };
    await cache.put(record, Response.json(state));
    await cache.put(`${record}?part=0`, new Response('123456789'));
    const [model] = await ofEngine();
    if (!model) throw new Error('It is not listed.');
    expect(model).toMatchObject({ label: 'large', sizeBytes: 9, isComplete: false });
    await expect(loadWllamaChat({ hub: '', wllamaModel: model.id })).rejects.toMatchObject({
      code: 'chat-model-missing',
    });
    await service.removeModel(model);
    // Tests of other files keep theirs here, too.
    const left = (await cache.keys()).filter(({ url }) => url.startsWith(record));
    expect(left).toEqual([]);
  });
});

test('an engine that runs no files takes none', async () => {
  const input = { file: ggufOf(CHAT_METADATA), name: 'a.gguf', path: '' };
  for await (const event of service.addModel(input, { ...settings, engine: 'ollama' })) {
    expect.unreachable(event.type);
  }
});
