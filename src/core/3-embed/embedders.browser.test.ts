import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import type { Embedder, EmbedderOptions } from './embedder.ts';
import { describeEmbedder } from './embedder.contract.ts';
import { DEFAULT_EMBEDDING_MODEL, EMBEDDING_MODELS, type EmbeddingModel } from './models.ts';
import { fetchModelFiles, removeModelFiles } from './model-files.ts';
import { openPartCache, StoredFile } from './model-store.ts';
import { loadOllamaEmbedder } from './ollama.ts';
import { embedders } from './registry.ts';
import { passesSelfCheck, storedReference } from './self-check.ts';
import { loadTransformersEmbedder } from './transformers.ts';

// The model is read, checked and compiled several times here; on two shared cores that takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const options: EmbedderOptions = {
  hub: '',
  device: 'auto',
  ollamaHost: inject('ollamaUrl'),
  ollamaModel: 'nomic-embed-text',
};

const model = EMBEDDING_MODELS.find(({ id }) => id === DEFAULT_EMBEDDING_MODEL);
if (!model) throw new Error('The default model is not in the catalogue.');

describeEmbedder({ line: embedders.get(model.id), options, understands: true, tooLong: 'cut' });
describeEmbedder({ line: embedders.get('ollama'), options, understands: false, tooLong: 'refused' });

describe('the default model', () => {
  test('gives the vectors of native onnxruntime, cosine above 0.999', async () => {
    const { embedder, device } = await loadTransformersEmbedder(model, { ...options, device: 'wasm' });
    expect(device).toBe('wasm');
    const references = (await storedReference(model)) ?? [];
    expect(references.length).toBeGreaterThanOrEqual(5);
    for (const { text, role, vector } of references) {
      const actual = await embedder.embed([text], role);
      const cosine = actual.reduce((sum, value, d) => sum + value * (vector[d] ?? NaN), 0);
      expect(cosine, text).toBeGreaterThan(0.999);
    }
    expect(await passesSelfCheck(embedder, references)).toBe(true);

    // What a wrong driver does: another text's vector, or numbers that are none.
    const wrong = (change: (vector: Float32Array<ArrayBuffer>) => Float32Array<ArrayBuffer>): Embedder => ({
      ...embedder,
      dimensions: embedder.dimensions,
      embed: async (texts, role) =>
        change(await embedder.embed([`${texts.join()} Something else entirely.`], role)),
    });
    expect(
      await passesSelfCheck(
        wrong((vector) => vector),
        references,
      ),
    ).toBe(false);
    expect(
      await passesSelfCheck(
        wrong((vector) => vector.fill(NaN)),
        references,
      ),
    ).toBe(false);
    await embedder.dispose();
    await expect(embedder.embed(['gone'], 'query')).rejects.toMatchObject({ code: 'embedding-failed' });
  });

  test('a question is answered in the midst of a long job', async () => {
    const { embedder } = await loadTransformersEmbedder(model, { ...options, device: 'wasm' });
    const passages = Array.from(
      { length: 40 },
      (_, i) => `${i}. ${'Indexing goes on meanwhile. 索引仍在进行。'.repeat(8)}`,
    );
    let finished = false;
    const job = embedder.embed(passages, 'passage').then(() => (finished = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await embedder.embed(['What goes on?'], 'query');
    expect(finished).toBe(false);
    await job;
    await embedder.dispose();
  });

  test('without a GPU the CPU computes, and it says why', async () => {
    const { device, deviceNote, embedder } = await embedders
      .get(model.id)
      .load({ ...options, device: 'webgpu' });
    const adapter = await (
      navigator as { gpu?: { requestAdapter(): Promise<unknown> } }
    ).gpu?.requestAdapter();
    if (adapter) expect(deviceNote).not.toBe('no-adapter');
    else expect([device, deviceNote]).toEqual(['wasm', 'no-adapter']);
    await embedder.dispose();
  });
});

describe('a model from a hub, in a browser', () => {
  // The default model's own files under another id: what the hub's models go through.
  const fromHub: EmbeddingModel = { ...model, id: 'from-a-hub', vendored: false };
  const load = (behaviour: string, more: Partial<EmbedderOptions> = {}) =>
    loadTransformersEmbedder(fromHub, { ...options, hub: `${inject('hubUrl')}/${behaviour}`, ...more });

  afterEach(() => removeModelFiles(fromHub));

  test('is downloaded past a broken connection, then embeds, offline too', async () => {
    const seen: number[] = [];
    const { embedder, fingerprint } = await load('breaks', {
      onProgress: ({ loadedBytes }) => seen.push(loadedBytes),
    });
    const vector = await embedder.embed(['hello'], 'query');
    await embedder.dispose();
    const total = model.files.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
    expect(seen.at(-1)).toBe(total);

    const again = await load('missing');
    expect(again.fingerprint).toEqual(fingerprint);
    expect([...(await again.embedder.embed(['hello'], 'query'))]).toEqual([...vector]);
    await again.embedder.dispose();
  });

  test.each([
    ['missing', 'model-unreachable'],
    ['page', 'model-unreachable'],
    ['changed', 'model-mismatch'],
  ])('a host that answers with %s: %s', async (behaviour, code) => {
    await expect(load(behaviour)).rejects.toMatchObject({ code, details: { model: 'from-a-hub' } });
  });

  test('a cancelled download goes on later', async () => {
    const controller = new AbortController();
    const onProgress = ({ loadedBytes }: { loadedBytes: number }) => {
      if (loadedBytes > 20_000_000) controller.abort();
    };
    await expect(load('good', { signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'aborted',
    });
    const kept = await StoredFile.open(await openPartCache(), fromHub, 'onnx/model_q4.onnx');
    expect(kept.storedBytes).toBeGreaterThan(10_000_000);
    const { files } = await fetchModelFiles(fromHub, { hub: `${inject('hubUrl')}/good`, ownOrigin: '' });
    expect(files.get('onnx/model_q4.onnx')?.length).toBe(67_020_063);
  });
});

describe('Ollama, as only a browser sees it', () => {
  test('a server that refuses this origin is told from one that is not there', async () => {
    const refused = loadOllamaEmbedder({ ...options, ollamaHost: inject('ollamaRefusingUrl') });
    await expect(refused).rejects.toMatchObject({
      code: 'ollama-origin-refused',
      details: { origin: location.origin, host: inject('ollamaRefusingUrl') },
    });
    const nobody = loadOllamaEmbedder({ ...options, ollamaHost: 'http://127.0.0.1:9' });
    await expect(nobody).rejects.toMatchObject({ code: 'ollama-unreachable' });
  });
});
