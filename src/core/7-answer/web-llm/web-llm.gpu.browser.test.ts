import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { NO_SETTINGS } from '../fixtures/generation-settings.ts';
import { createMlcEngine, openWebLlm } from './web-llm-runtime.ts';
import { mlcSource } from './web-llm-source.ts';
import { removeMlcModel } from './web-llm-store.ts';
import { loadWebLlmChat } from './web-llm.ts';

// The real package on an emulated GPU: as far as it comes without a compiled model, which is not to be had here.

vi.setConfig({ testTimeout: 120_000 });

const own = (behaviour: string, folder: string, library: string) => ({
  ...NO_SETTINGS,
  webLlmModel: 'own',
  webLlmWeights: `${inject('hubUrl')}/${behaviour}/me/gpu-model/resolve/main/${folder}`,
  webLlmLibrary: `${inject('hubUrl')}/good/me/libraries/resolve/main/${library}`,
});

afterEach(() => removeMlcModel('me/gpu-model'));

describe('WebLLM on a GPU that the CPU emulates', () => {
  test('is there, in this browser, and refused all the same', async () => {
    expect(await navigator.gpu?.requestAdapter()).toBeTruthy();
    await expect(loadWebLlmChat(own('good', 'whole', 'model.wasm'))).rejects.toMatchObject({
      code: 'webgpu-unavailable',
    });
  });

  test('without 16-bit shaders, for a model that needs them: refused before anything is fetched', async () => {
    const options = { ...NO_SETTINGS, webLlmModel: 'Qwen3-1.7B-q4f16_1-MLC', hub: 'http://127.0.0.1:9' };
    const load = loadWebLlmChat({ ...options, webLlmLibraries: 'http://127.0.0.1:9' }, true);
    await expect(load).rejects.toMatchObject({
      code: 'webgpu-feature-missing',
      details: { feature: 'shader-f16' },
    });
  });
});

describe('the real package', () => {
  test.each([
    ['missing', 'whole', 'model.wasm', 'model-unreachable'],
    ['good', 'cut', 'model.wasm', 'model-mismatch'],
    ['good', 'changed', 'model.wasm', 'model-mismatch'],
    ['good', 'no-model', 'model.wasm', 'model-mismatch'],
    ['good', 'whole', 'text.wasm', 'chat-library-mismatch'],
    // These two it is that refuses: they look like libraries of its version.
    ['good', 'whole', 'model.wasm', 'chat-library-mismatch'],
    ['good', 'whole', 'other-runtime.wasm', 'chat-library-mismatch'],
  ])('with a model that is %s, %s, and %s: %s', async (behaviour, folder, library, code) => {
    const load = loadWebLlmChat(own(behaviour, folder, library), true);
    await expect(load).rejects.toMatchObject({ code, details: { model: 'me/gpu-model' } });
  });

  test('is asked anew for a library that did not fit', async () => {
    const options = own('good', 'whole', 'other-runtime.wasm');
    await loadWebLlmChat(options, true).catch(() => undefined);
    expect(await (await caches.open('webllm/wasm')).match(options.webLlmLibrary)).toBeUndefined();
  });

  test('with nothing delivered to it reports by code as well', async () => {
    const source = mlcSource(own('missing', 'whole', 'model.wasm'));
    await expect(openWebLlm(source, createMlcEngine)).rejects.toMatchObject({
      code: 'chat-failed',
      details: { reason: expect.stringContaining('Request failed') },
    });
  });

  test('is left at once by an abort while it loads', async () => {
    const source = mlcSource(own('stalls', 'whole', 'model.wasm'));
    const controller = new AbortController();
    const opening = openWebLlm(source, createMlcEngine, controller.signal);
    opening.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const start = performance.now();
    controller.abort();
    await expect(opening).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - start).toBeLessThan(100);
  });
});
