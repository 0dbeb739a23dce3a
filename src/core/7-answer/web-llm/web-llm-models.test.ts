import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { MLCEngine, modelLibURLPrefix, modelVersion, prebuiltAppConfig } from '@mlc-ai/web-llm';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PREFERENCES } from '../../../app/state/preferences.ts';
import { NO_SETTINGS } from '../fixtures/generation-settings.ts';
import { MLC_MODELS } from '../models.ts';
import { LIBRARY_EXPORTS } from './web-llm-files.ts';
import { NEEDED_LIMITS } from './web-llm-gpu.ts';
import { mlcSource } from './web-llm-source.ts';
import { CACHES, CONFIG_FILE, MANIFEST_FILE, mlcModelId } from './web-llm-store.ts';

// An update of the package that changes any of this is noticed here, not by a person whose model does not load.

const PACKAGE = readFileSync(createRequire(import.meta.url).resolve('@mlc-ai/web-llm'), 'utf8');
const { generation } = DEFAULT_PREFERENCES;

describe('the catalogue for WebLLM', () => {
  test.each(MLC_MODELS)('$id is as the package has it', (model) => {
    const record = prebuiltAppConfig.model_list.find(({ model_id }) => model_id === model.id);
    const source = mlcSource({ ...generation, webLlmModel: model.id });
    expect(`${record?.model}/resolve/main/`).toBe(source.weightsUrl);
    expect(record?.model).toBe(`https://huggingface.co/${model.repository}`);
    expect(record?.model_lib).toBe(source.libraryUrl);
    expect(model.memoryMegabytes).toBe(Math.ceil(record?.vram_required_MB ?? 0));
    expect(record?.overrides).toEqual({ context_window_size: model.contextWindow });
    // The package names features for some builds only; shaders of all 16-bit ones need it.
    expect(source.needsShaderF16).toBe(model.id.includes('f16'));
    for (const feature of record?.required_features ?? []) expect(model.needs).toContain(feature);
    // Nothing here has to be given to the package that is not.
    expect([record?.model_manifest, record?.model_type, record?.buffer_size_required_bytes]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('stands from small to large, with builds for GPUs without 16-bit shaders', () => {
    const half = MLC_MODELS.filter(({ needs = [] }) => needs.includes('shader-f16'));
    const sizes = half.map(({ downloadMegabytes }) => downloadMegabytes);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    for (const [i, { needs = [], source }] of MLC_MODELS.entries()) {
      if (needs.length === 0) expect(MLC_MODELS[i + 1]?.source).toBe(source);
    }
    expect(MLC_MODELS.filter(({ needs = [] }) => needs.length === 0).length).toBeGreaterThan(1);
    for (const { thinks, id } of MLC_MODELS) expect(thinks ?? false, id).toBe(id.startsWith('Qwen3'));
  });

  test('has the default, and libraries of the version that is built in', () => {
    expect(MLC_MODELS.map(({ id }) => id)).toContain(generation.webLlmModel);
    expect(generation.webLlmLibraries).toBe(modelLibURLPrefix + modelVersion);
  });
});

describe('what is taken for granted of the package', () => {
  test('names of its caches, files and calls', () => {
    for (const name of [...Object.values(CACHES), CONFIG_FILE, MANIFEST_FILE]) {
      expect(PACKAGE).toContain(`"${name}"`);
    }
    for (const name of LIBRARY_EXPORTS) {
      expect(PACKAGE.includes(`xports.${name}(`) || PACKAGE.includes(`Exports["${name}"]`), name).toBe(true);
    }
  });

  test('what it asks of a GPU', () => {
    expect(PACKAGE).toContain('backupRequiredMaxBufferSize = 1 << 28');
    expect(NEEDED_LIMITS.maxBufferSize).toBe(1 << 28);
    expect(PACKAGE).toContain('backupRequiredMaxStorageBufferBindingSize = 1 << 27');
    expect(NEEDED_LIMITS.maxStorageBufferBindingSize).toBe(1 << 27);
    expect(PACKAGE).toContain('requiredMaxComputeWorkgroupStorageSize = 32 << 10');
    expect(NEEDED_LIMITS.maxComputeWorkgroupStorageSize).toBe(32 << 10);
    expect(PACKAGE).toContain('requiredMaxStorageBuffersPerShaderStage = 10');
    expect(NEEDED_LIMITS.maxStorageBuffersPerShaderStage).toBe(10);
  });

  test('where it keeps the tokenizer, and that it puts messages in by String.replace', () => {
    expect(new MLCEngine()).toHaveProperty('loadedModelIdToPipeline', new Map());
    expect(PACKAGE).toContain('this.tokenizer = tokenizer;');
    expect(PACKAGE).toContain('.replace(MessagePlaceholders[Role[role]], textContentPart)');
    expect(PACKAGE).toContain('.replace(MessagePlaceholders.system, systemMessage)');
  });
});

describe('a model of a person’s own', () => {
  const own = { ...NO_SETTINGS, webLlmModel: 'own', webLlmLibrary: 'https://me.example/lib-q4f32_1.wasm' };

  test.each([
    ['https://huggingface.co/mlc-ai/Qwen3-8B-q4f16_1-MLC', 'Qwen3-8B-q4f16_1-MLC', true, true],
    ['https://huggingface.co/me/Gemma-MLC/resolve/v1/', 'me/Gemma-MLC', false, false],
    ['http://localhost:8000', '', false, false],
  ])('at %s', (webLlmWeights, id, needsShaderF16, thinks) => {
    const source = mlcSource({ ...own, webLlmWeights });
    expect(source).toMatchObject({ id, needsShaderF16, thinks, libraryUrl: own.webLlmLibrary });
    expect(source.weightsUrl).toMatch(/\/resolve\/(main|v1)\/$/);
    expect(mlcModelId(`${source.weightsUrl}params_shard_0.bin`)).toBe(id);
  });

  test('at no address, or under an id that is not in the catalogue', () => {
    for (const webLlmWeights of ['', 'not an address']) {
      expect(() => mlcSource({ ...own, webLlmWeights })).toThrow(
        expect.objectContaining({ code: 'model-unreachable' }),
      );
    }
    expect(() => mlcSource({ ...own, webLlmWeights: 'https://a.example', webLlmLibrary: '' })).toThrow(
      expect.objectContaining({ code: 'model-unreachable' }),
    );
    expect(() => mlcSource({ ...generation, webLlmModel: 'nobody' })).toThrow(
      expect.objectContaining({ code: 'chat-model-missing', details: { model: 'nobody' } }),
    );
  });
});
