import { describe, expect, it } from 'vitest';
import type { DeviceFacts } from './device-facts.ts';
import { CHAT_MODELS, DEFAULT_CHAT_MODEL, type ChatModel } from './models.ts';
import { recommend, unmetByEngine, unmetByModel } from './recommend.ts';
import { chatEngines } from './registry.ts';

const GIGABYTE = 1e9;
const laptop: DeviceFacts = {
  gpu: { name: 'intel xe', hasShaderF16: true },
  memoryBytes: 8 * GIGABYTE,
  freeBytes: 50 * GIGABYTE,
  hasMemory64: true,
  promptApi: 'unavailable',
};
const { gpu: _, ...withoutGpu } = laptop;
const NOTHING_STORED: ReadonlyMap<string, number> = new Map();

const modelById = (id: string): ChatModel => CHAT_MODELS.find((model) => model.id === id)!;
const byDefault = modelById(DEFAULT_CHAT_MODEL);

describe('what keeps an engine or a model from running', () => {
  it('is the GPU, 64-bit memory or the built-in model, by engine', () => {
    expect(unmetByEngine('web-llm', withoutGpu)).toEqual({ reason: 'gpu' });
    expect(unmetByEngine('web-llm', laptop)).toBeUndefined();
    expect(unmetByEngine('wllama', { ...laptop, hasMemory64: false })).toEqual({ reason: 'memory64' });
    expect(unmetByEngine('prompt-api', laptop)).toEqual({ reason: 'built-in-model' });
    expect(unmetByEngine('prompt-api', { ...laptop, promptApi: 'downloadable' })).toBeUndefined();
  });

  it('is nothing for servers: only a request could tell', () => {
    const nothing: DeviceFacts = { hasMemory64: false, promptApi: 'unavailable', freeBytes: 0 };
    for (const { id, textsTo } of chatEngines.lines) {
      if (textsTo) expect(unmetByEngine(id, nothing)).toBeUndefined();
    }
  });

  it('is what the engine lacks, for each of its models', () => {
    for (const model of CHAT_MODELS.filter(({ engine }) => engine === 'web-llm')) {
      expect(unmetByModel(model, withoutGpu, 0)).toEqual({ reason: 'gpu' });
      const plain = { ...laptop, gpu: { name: '', hasShaderF16: false } };
      expect(unmetByModel(model, plain, 0)).toEqual(
        model.needs?.includes('shader-f16') ? { reason: 'shader-f16' } : undefined,
      );
    }
  });

  it('is memory, with what is needed and what there is', () => {
    const phone = { ...laptop, memoryBytes: GIGABYTE };
    expect(unmetByModel(byDefault, phone, 0)).toEqual({
      reason: 'memory',
      neededBytes: byDefault.memoryMegabytes * 1_000_000,
      availableBytes: GIGABYTE,
    });
    const { memoryBytes: __, ...unknown } = laptop;
    for (const model of CHAT_MODELS) expect(unmetByModel(model, unknown, 0)).toBeUndefined();
  });

  it('is storage for what is still to fetch', () => {
    const full = { ...laptop, freeBytes: 100_000_000 };
    const size = byDefault.downloadMegabytes * 1_000_000;
    expect(unmetByModel(byDefault, full, 0)).toMatchObject({ reason: 'storage', neededBytes: size });
    expect(unmetByModel(byDefault, full, size - 100_000_000)).toBeUndefined();
  });
});

describe('recommendation', () => {
  it('is the model that the browser has already', () => {
    expect(recommend({ ...laptop, promptApi: 'available' }, 'en', NOTHING_STORED)).toEqual({
      engine: 'prompt-api',
    });
  });

  it('is the best model on the GPU that is fetched in minutes and reads the language', () => {
    for (const language of ['en', 'zh'] as const) {
      const found = recommend(laptop, language, NOTHING_STORED);
      expect(found?.engine).toBe('web-llm');
      expect(found?.model?.languages).toContain(language);
      expect(found?.model?.downloadMegabytes).toBeLessThanOrEqual(1500);
      expect(found?.model?.memoryMegabytes).toBeGreaterThan(byDefault.memoryMegabytes);
    }
  });

  it('needs no 16-bit shaders, takes a smaller model where memory is short, and less where none is told', () => {
    const plain = recommend({ ...laptop, gpu: { name: '', hasShaderF16: false } }, 'zh', NOTHING_STORED);
    expect(plain?.engine).toBe('web-llm');
    expect(plain?.model?.needs ?? []).not.toContain('shader-f16');
    const { memoryBytes: _memory, ...unknown } = laptop;
    for (const [facts, most] of [
      [{ ...laptop, memoryBytes: 2 * GIGABYTE }, GIGABYTE],
      [unknown, 2 * GIGABYTE],
    ] as const) {
      const model = recommend(facts, 'en', NOTHING_STORED)?.model;
      expect(model!.memoryMegabytes * 1_000_000).toBeLessThanOrEqual(most);
    }
  });

  it('is a small one on the CPU without a GPU, and the built-in one before it', () => {
    expect(recommend(withoutGpu, 'zh', NOTHING_STORED)).toEqual({ engine: 'wllama', model: byDefault });
    expect(recommend({ ...withoutGpu, promptApi: 'downloadable' }, 'zh', NOTHING_STORED)).toEqual({
      engine: 'prompt-api',
    });
  });

  it('is none where nothing fits, unless it is stored already', () => {
    const full = { ...withoutGpu, freeBytes: 0 };
    expect(recommend(full, 'en', NOTHING_STORED)).toBeUndefined();
    expect(recommend({ ...full, hasMemory64: false }, 'en', NOTHING_STORED)).toBeUndefined();
    const stored = new Map([[byDefault.id, byDefault.downloadMegabytes * 1_000_000]]);
    expect(recommend(full, 'en', stored)?.model).toBe(byDefault);
  });
});
