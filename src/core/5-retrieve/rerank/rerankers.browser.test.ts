import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { removeModelFiles } from '../../3-embed/model-files.ts';
import { RERANKING_MODELS, type RerankingModel } from './models.ts';
import { rerankers } from './registry.ts';
import { loadTransformersReranker } from './transformers.ts';

// The runtime is compiled and a tokenizer of 6 MB read; on two shared cores that takes its time.
vi.setConfig({ testTimeout: 60_000 });

/** `fixtures/make-overlap-model.py` with the vendored tokenizer: its score is the number of shared tokens. */
const overlap: RerankingModel = {
  id: 'overlap',
  label: 'overlap',
  repository: 'test/overlap',
  revision: 'main',
  files: ['config.json', 'tokenizer_config.json', 'tokenizer.json', 'onnx/model_quantized.onnx'].map(
    (path) => ({ path }),
  ),
  downloadMegabytes: 7,
  maxTokens: 64,
  separators: 2,
  dtype: 'q8',
  languages: ['en', 'zh'],
  licence: 'MIT',
  source: 'made by code',
};
const hub = (behaviour: string): string => `${inject('hubUrl')}/${behaviour}`;

describe('a cross-encoder from a hub, through transformers.js', () => {
  afterEach(() => removeModelFiles({ ...overlap, vendored: false }));

  test('is downloaded once, then scores pairs in both languages, offline too', async () => {
    const seen: number[] = [];
    const first = await loadTransformersReranker(overlap, {
      hub: hub('breaks'),
      onProgress: ({ loadedBytes }) => seen.push(loadedBytes),
    });
    await first.dispose();
    expect(seen.at(-1)).toBeGreaterThan(6_000_000);

    const reranker = await loadTransformersReranker(overlap, { hub: hub('missing') });
    const texts = [
      'The port is 11434.',
      'Cats sleep.',
      'What is the default port? The default port it is.',
      '',
    ];
    const scores = await reranker.score('What is the default port?', texts);
    expect(scores).toHaveLength(4);
    expect(scores[2]).toBeGreaterThan(scores[0] ?? NaN);
    expect(scores[0]).toBeGreaterThan(scores[1] ?? NaN);
    // "默认端口" is one token or more, and each of them stands in the second text.
    const chinese = await reranker.score('默认端口', ['猫在睡觉。', '服务器的默认端口是11434。']);
    expect(chinese[1]).toBeGreaterThan(chinese[0] ?? NaN);
    // A score depends on its pair alone, not on what else is scored.
    expect((await reranker.score('What is the default port?', texts.slice(0, 1)))[0]).toBe(scores[0]);
    expect(await reranker.score('What?', [])).toHaveLength(0);
    await reranker.dispose();
  });

  test('a long question leaves room for the passage, and a long passage is cut', async () => {
    const reranker = await loadTransformersReranker({ ...overlap, maxTokens: 256 }, { hub: hub('good') });
    const long = 'word '.repeat(500);
    const scores = await reranker.score(`${long}`, ['word', `${long} needle`]);
    expect(scores[1]).toBeGreaterThan(scores[0] ?? NaN);
    expect(scores.every(Number.isFinite)).toBe(true);
    await reranker.dispose();
  });

  test('an abort ends it between two pairs', async () => {
    const reranker = await loadTransformersReranker(overlap, { hub: hub('good') });
    const abort = new AbortController();
    const scoring = reranker.score('q', Array<string>(20).fill('text'), abort.signal);
    abort.abort();
    await expect(scoring).rejects.toMatchObject({ code: 'aborted' });
    await reranker.dispose();
  });

  test.each([
    ['missing', 'model-unreachable'],
    ['page', 'model-unreachable'],
  ])('a host that answers with %s: %s', async (behaviour, code) => {
    await expect(loadTransformersReranker(overlap, { hub: hub(behaviour) })).rejects.toMatchObject({ code });
  });

  test('weights that are not the ones of the catalogue are refused', async () => {
    const other = { path: 'onnx/model_quantized.onnx', sha256: '0'.repeat(64) };
    const model = { ...overlap, files: [...overlap.files.slice(0, 3), other] };
    await expect(loadTransformersReranker(model, { hub: hub('good') })).rejects.toMatchObject({
      code: 'model-mismatch',
    });
  });
});

/** Set `SATCHEL_MODEL_HUB` to the address of a hub or a mirror to run these with the real weights. */
const realHub = inject('modelHub');

describe.skipIf(realHub === '')('each reranker of the registry with its real weights', () => {
  vi.setConfig({ testTimeout: 600_000 });
  test.each(RERANKING_MODELS)('$id puts the passage that answers first', async ({ id, languages }) => {
    const reranker = await rerankers.get(id).load({ hub: realHub });
    const english = await reranker.score('What is the default port of Ollama?', [
      'Ollama runs models on your own machine.',
      'By default the server of Ollama listens on port 11434.',
      'Bananas are rich in potassium.',
    ]);
    expect(english.indexOf(Math.max(...english))).toBe(1);
    expect(english.indexOf(Math.min(...english))).toBe(2);
    if (languages.includes('zh')) {
      const chinese = await reranker.score('Ollama 的默认端口是多少？', [
        'Ollama 可以在自己的电脑上运行模型。',
        'Ollama 服务默认监听 11434 端口。',
      ]);
      expect(chinese[1]).toBeGreaterThan(chinese[0] ?? NaN);
    }
    await reranker.dispose();
  });
});
