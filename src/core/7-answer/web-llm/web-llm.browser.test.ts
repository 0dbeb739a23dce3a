import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import type { LoadProgress } from '../../3-embed/embedder.ts';
import { openPartCache } from '../../3-embed/model-store.ts';
import { NO_SETTINGS } from '../fixtures/generation-settings.ts';
import { deliverMlcModel } from './web-llm-files.ts';
import type { MlcSource } from './web-llm-source.ts';
import { mlcModelId, removeMlcModel, storedMlcModels } from './web-llm-store.ts';
import { loadWebLlmChat } from './web-llm.ts';

vi.setConfig({ testTimeout: 60_000 });

/** @param folder what is wrong with the model: see `readMlcFile`. */
function sourceAt(behaviour: string, folder: string, library = 'model.wasm'): MlcSource {
  const weightsUrl = `${inject('hubUrl')}/${behaviour}/me/test-model/resolve/main/${folder}/`;
  return {
    id: mlcModelId(weightsUrl),
    weightsUrl,
    libraryUrl: `${inject('hubUrl')}/good/me/libraries/resolve/main/${library}`,
    needsShaderF16: false,
    thinks: false,
    contextWindow: 4096,
  };
}

const { id } = sourceAt('good', 'whole');

afterEach(() => removeMlcModel(id));

describe('WebLLM without a GPU', () => {
  test('is refused before anything is fetched', async () => {
    expect(await navigator.gpu?.requestAdapter()).toBeFalsy();
    // Addresses that nobody answers at.
    const options = { ...NO_SETTINGS, webLlmModel: 'Qwen3-1.7B-q4f16_1-MLC', hub: 'http://127.0.0.1:9' };
    const load = loadWebLlmChat({ ...options, webLlmLibraries: 'http://127.0.0.1:9' }, true);
    await expect(load).rejects.toMatchObject({ code: 'webgpu-unavailable' });
  });
});

describe('a model for WebLLM, from a hub', () => {
  test('is delivered with progress, and the next time without the hub', async () => {
    const progress: LoadProgress[] = [];
    await deliverMlcModel(sourceAt('good', 'whole'), { onProgress: (step) => progress.push(step) });
    const [stored] = await storedMlcModels();
    expect(stored).toMatchObject({ engine: 'web-llm', id, isComplete: true });
    expect(stored?.sizeBytes).toBeGreaterThan(60_000);
    const last = progress.at(-1);
    expect(last?.loadedBytes).toBe(last?.totalBytes);
    expect(last?.loadedBytes).toBeGreaterThan(stored?.sizeBytes ?? Infinity);
    const loaded = progress.map(({ loadedBytes }) => loadedBytes);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));

    // The package finds it at these addresses.
    const { weightsUrl, libraryUrl } = sourceAt('good', 'whole');
    for (const [cache, url] of [
      ['webllm/config', `${weightsUrl}mlc-chat-config.json`],
      ['webllm/model', `${weightsUrl}tensor-cache.json`],
      ['webllm/model', `${weightsUrl}tokenizer.json`],
      ['webllm/model', `${weightsUrl}params_shard_1.bin`],
      ['webllm/wasm', libraryUrl],
    ] as const) {
      expect(await (await caches.open(cache)).match(url), url).toBeDefined();
    }
    const fetched = vi.spyOn(globalThis, 'fetch');
    await deliverMlcModel(sourceAt('good', 'whole'));
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  test('comes past connections that break', async () => {
    await deliverMlcModel(sourceAt('breaks', 'whole'));
    expect(await storedMlcModels()).toMatchObject([{ id, isComplete: true }]);
  });

  test.each([
    ['missing', 'whole', 'model-unreachable', { file: 'mlc-chat-config.json', status: 404 }],
    ['page', 'whole', 'model-unreachable', { file: 'mlc-chat-config.json', status: 200 }],
    ['good', 'no-shard', 'model-unreachable', { file: 'params_shard_1.bin', status: 404 }],
    ['good', 'cut', 'model-mismatch', { file: 'params_shard_1.bin', expectedBytes: 20_000 }],
    ['good', 'changed', 'model-mismatch', { file: 'params_shard_1.bin', actual: expect.any(String) }],
    ['good', 'no-model', 'model-mismatch', { file: 'mlc-chat-config.json' }],
    ['good', 'no-json', 'model-mismatch', { file: 'tensor-cache.json' }],
  ])('of a host that is %s, %s: %s', async (behaviour, folder, code, details) => {
    const source = sourceAt(behaviour, folder);
    await expect(deliverMlcModel(source)).rejects.toMatchObject({
      code,
      details: { model: id, url: expect.stringContaining(source.weightsUrl), ...details },
    });
    expect((await storedMlcModels()).filter(({ isComplete }) => isComplete)).toEqual([]);
  });

  test('of an address where nobody answers', async () => {
    const source = {
      ...sourceAt('good', 'whole'),
      weightsUrl: 'http://127.0.0.1:9/me/test-model/resolve/main/',
    };
    await expect(deliverMlcModel(source)).rejects.toMatchObject({
      code: 'model-unreachable',
      details: { status: 0 },
    });
  });

  test.each([
    ['text.wasm', { reason: expect.stringContaining('magic') }],
    ['older.wasm', { reason: expect.stringContaining('TVMFFIFunctionCall') }],
  ])('with the library %s, which does not fit: refused before the weights', async (library, details) => {
    await expect(deliverMlcModel(sourceAt('good', 'whole', library))).rejects.toMatchObject({
      code: 'chat-library-mismatch',
      details: { model: id, file: library, ...details },
    });
    const weights = await (await caches.open('webllm/model')).keys();
    expect(weights.filter(({ url }) => url.endsWith('.bin'))).toEqual([]);
  });

  test('without its library', async () => {
    const source = sourceAt('good', 'whole');
    const libraryUrl = source.libraryUrl.replace('/good/', '/missing/');
    await expect(deliverMlcModel({ ...source, libraryUrl })).rejects.toMatchObject({
      code: 'model-unreachable',
      details: { file: 'model.wasm', url: libraryUrl, status: 404 },
    });
  });

  test('is aborted at once, and goes on later', async () => {
    const controller = new AbortController();
    const delivery = deliverMlcModel(sourceAt('stalls', 'whole'), { signal: controller.signal });
    delivery.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const start = performance.now();
    controller.abort();
    await expect(delivery).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - start).toBeLessThan(100);
    await deliverMlcModel(sourceAt('good', 'whole'));
    expect(await storedMlcModels()).toMatchObject([{ id, isComplete: true }]);
  });

  test('that has changed since it was fetched in part is fetched anew', async () => {
    const good = sourceAt('good', 'whole');
    // The first file is there, of what will turn out to be another version.
    const url = `${good.weightsUrl}params_shard_0.bin`;
    await (await caches.open('webllm/model')).put(url, new Response('another version'));
    await deliverMlcModel(good);
    const kept = await (await caches.open('webllm/model')).match(url);
    expect((await kept?.blob())?.size).toBe(40_000);
  });
});

describe('models that WebLLM keeps', () => {
  const catalogued: MlcSource = {
    ...sourceAt('good', 'whole'),
    id: 'Qwen2.5-0.5B-Instruct-q4f32_1-MLC',
    weightsUrl: `${inject('hubUrl')}/good/mlc-ai/Qwen2.5-0.5B-Instruct-q4f32_1-MLC/resolve/main/whole/`,
    libraryUrl: `${inject('hubUrl')}/good/me/libraries/resolve/main/Qwen2-0.5B-Instruct-q4f32_1_cs1k-webgpu.wasm`,
  };
  afterEach(() => removeMlcModel(catalogued.id));

  test('are none at first, and asking makes no caches', async () => {
    for (const name of await caches.keys()) if (name.startsWith('webllm')) await caches.delete(name);
    expect(await storedMlcModels()).toEqual([]);
    expect((await caches.keys()).filter((name) => name.startsWith('webllm'))).toEqual([]);
  });

  test('are told by id whatever hub they came from, and removed one by one', async () => {
    await deliverMlcModel(sourceAt('good', 'whole'));
    await deliverMlcModel(catalogued);
    const both = await storedMlcModels();
    expect(both.map((model) => model.id).sort()).toEqual([catalogued.id, id].sort());
    await removeMlcModel(id);
    expect(await storedMlcModels()).toMatchObject([{ id: catalogued.id, isComplete: true }]);
    await removeMlcModel(catalogued.id);
    expect(await storedMlcModels()).toEqual([]);
    expect(await (await caches.open('webllm/wasm')).keys()).toEqual([]);
  });

  test('are not complete without their library, or a file', async () => {
    await deliverMlcModel(catalogued);
    await (await caches.open('webllm/wasm')).delete(catalogued.libraryUrl);
    expect(await storedMlcModels()).toMatchObject([{ id: catalogued.id, isComplete: false }]);
    await deliverMlcModel(catalogued);
    await (await caches.open('webllm/model')).delete(`${catalogued.weightsUrl}params_shard_0.bin`);
    expect(await storedMlcModels()).toMatchObject([{ id: catalogued.id, isComplete: false }]);
  });

  test('leave nothing of a download that was broken off', async () => {
    const controller = new AbortController();
    const delivery = deliverMlcModel(sourceAt('stalls', 'whole'), { signal: controller.signal });
    delivery.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort();
    await delivery.catch(() => undefined);
    const partsOf = async (): Promise<string[]> =>
      (await (await openPartCache()).keys()).map(({ url }) => url).filter((url) => url.includes('web-llm'));
    expect(await partsOf()).not.toEqual([]);
    await removeMlcModel(id);
    expect(await partsOf()).toEqual([]);
  });
});
