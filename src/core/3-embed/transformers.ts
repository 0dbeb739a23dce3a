import { SatchelError, toSatchelError } from '../errors.ts';
import type { BatchLimits } from './batches.ts';
import type { Embedder, EmbedderOptions, LoadedEmbedder } from './embedder.ts';
import { fetchModelFiles, type DeliveredModel } from './model-files.ts';
import type { EmbeddingModel } from './models.ts';
import { loadTransformers, serveFiles, type RuntimeDevice } from './onnx-runtime.ts';
import { OWN_MODELS } from './own-models.ts';
import { computeReference, passesSelfCheck, storedReference, type ReferenceVector } from './self-check.ts';
import { hasGpu } from './gpu.ts';
import { TransformersEmbedder } from './transformers-embedder.ts';
import { loadTokenizer } from './load-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * On WASM two chunks of the usual size, about half a second on two old cores: what a question may have to wait
 * for. A larger batch would be no faster there. A GPU wants more at once and takes far less time for it.
 */
export const BATCH_LIMITS: Record<RuntimeDevice, BatchLimits> = {
  wasm: { paddedTokens: 512, texts: 8 },
  webgpu: { paddedTokens: 8192, texts: 32 },
};

/**
 * Loads a catalogue model through transformers.js.
 *
 * @param limits other batch sizes, to compare them.
 * @throws SatchelError `model-unreachable`, `model-mismatch`, `quota-exceeded`, `embedding-failed`, `aborted`.
 */
export async function loadTransformersEmbedder(
  model: EmbeddingModel,
  options: EmbedderOptions,
  limits = BATCH_LIMITS,
): Promise<LoadedEmbedder> {
  try {
    const { hub, onProgress, signal } = options;
    const [delivered] = await Promise.all([
      fetchModelFiles(model, {
        ownOrigin: OWN_MODELS,
        hub,
        ...(onProgress ? { onProgress } : {}),
        ...(signal ? { signal } : {}),
      }),
      loadTransformers(),
    ]);
    const tokenizer = await loadTokenizer(model, delivered.files);
    if (signal?.aborted) throw new SatchelError('aborted');
    const open = (device: RuntimeDevice) => openOn(device, model, delivered, tokenizer, limits[device]);
    const fingerprint = {
      embedder: model.id,
      revision: await contentRevision(delivered),
      dtype: model.dtype,
      pooling: model.pooling,
      queryPrefix: model.queryPrefix,
      passagePrefix: model.passagePrefix,
      dimensions: model.dimensions,
    };
    if (options.device === 'wasm') return { embedder: await open('wasm'), fingerprint, device: 'wasm' };
    if (!(await hasGpu(options.device === 'webgpu'))) {
      return { embedder: await open('wasm'), fingerprint, device: 'wasm', deviceNote: 'no-adapter' };
    }
    const embedder = await openChecked(model, open);
    if (embedder) return { embedder, fingerprint, device: 'webgpu' };
    return { embedder: await open('wasm'), fingerprint, device: 'wasm', deviceNote: 'self-check-failed' };
  } catch (error) {
    throw toSatchelError(error, 'embedding-failed');
  }
}

/** On the GPU, if it gives the same vectors as the CPU there. */
async function openChecked(
  model: EmbeddingModel,
  open: (device: RuntimeDevice) => Promise<Embedder>,
): Promise<Embedder | undefined> {
  let onGpu: Embedder | undefined;
  try {
    onGpu = await open('webgpu');
    const references = (await storedReference(model)) ?? (await referenceFromCpu(open));
    if (await passesSelfCheck(onGpu, references)) return onGpu;
  } catch {
    // A driver that cannot run the model is as good as one that runs it wrongly.
  }
  await onGpu?.dispose();
  return undefined;
}

async function referenceFromCpu(
  open: (device: RuntimeDevice) => Promise<Embedder>,
): Promise<ReferenceVector[]> {
  const onCpu = await open('wasm');
  try {
    return await computeReference(onCpu);
  } finally {
    await onCpu.dispose();
  }
}

/** Names the very bytes in use: a branch such as `main` can move, and vectors would no longer compare. */
async function contentRevision({ hashes }: DeliveredModel): Promise<string> {
  const listing = [...hashes].map(([path, sha256]) => `${sha256}  ${path}\n`).join('');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(listing)));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function openOn(
  device: RuntimeDevice,
  model: EmbeddingModel,
  { files }: DeliveredModel,
  tokenizer: Tokenizer,
  limits: BatchLimits,
): Promise<Embedder> {
  const { AutoModel } = await loadTransformers();
  const network = await serveFiles(model.id, files, () =>
    AutoModel.from_pretrained(model.id, {
      dtype: model.dtype,
      // transformers.js knows no devices of a runtime that is handed to it; the provider decides instead.
      device: 'auto',
      session_options: { executionProviders: [device] },
      use_external_data_format: model.files.some(({ path }) => path.endsWith('.onnx_data')),
    }),
  );
  // int8 activations share one scale per batch: alone, a text's vector depends on the text alone.
  const ofOne = model.dtype === 'q8' ? { ...limits, texts: 1 } : limits;
  return new TransformersEmbedder(model, network, tokenizer, ofOne);
}
