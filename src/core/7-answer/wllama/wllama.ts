import { hasGpu } from '../../3-embed/gpu.ts';
import { fetchModelBlobs } from '../../3-embed/model-files.ts';
import { OWN_MODELS } from '../../3-embed/own-models.ts';
import { toSatchelError } from '../../errors.ts';
import { openAddedModel } from './added-models.ts';
import type { ChatEngine, ChatEngineOptions } from '../chat-engine.ts';
import { GGUF_MODELS, type GgufModel } from '../models.ts';
import { WllamaEngine } from './wllama-engine.ts';
import { openWllama, type WllamaRuntime } from './wllama-runtime.ts';

export interface WllamaOptions extends Pick<ChatEngineOptions, 'onProgress' | 'signal'> {
  /** Base URL of a model hub or a mirror of it, such as https://huggingface.co. */
  readonly hub: string;
}

export interface WllamaChatOptions extends WllamaOptions {
  /** Id of a model of the catalogue, `models.ts`, or of a file that was added. */
  readonly wllamaModel: string;
}

/** For models that no catalogue knows. */
const CONTEXT_WINDOW = 4096;

/**
 * Loads a model of the catalogue, or one that a person added, through wllama, llama.cpp in WASM.
 * @throws SatchelError `chat-model-missing`, and what `loadWllamaModel` throws.
 */
export async function loadWllamaChat(options: WllamaChatOptions): Promise<ChatEngine> {
  const model = GGUF_MODELS.find(({ id }) => id === options.wllamaModel);
  if (model) return loadWllamaModel(model, options);
  const { content, contextLength = CONTEXT_WINDOW } = await openAddedModel(options.wllamaModel, options);
  return openWllamaChat([content], { ...options, contextWindow: Math.min(contextLength, CONTEXT_WINDOW) });
}

/**
 * @throws SatchelError `model-unreachable`, `model-mismatch`, `quota-exceeded`, and what `openWllamaChat` throws.
 */
export async function loadWllamaModel(model: GgufModel, options: WllamaOptions): Promise<ChatEngine> {
  const { files } = await fetchModelBlobs(model, { ...options, ownOrigin: OWN_MODELS });
  return openWllamaChat([...files.values()], { contextWindow: model.contextWindow, ...options });
}

export interface OpenOptions {
  readonly contextWindow?: number;
  readonly signal?: AbortSignal;
  /** Also a GPU that the CPU emulates, which is slower than the CPU: for tests. */
  readonly acceptSoftwareGpu?: boolean;
}

/**
 * On the GPU where there is one that computes rightly, else on the CPU.
 * @param model a GGUF with a chat template, or its shards in order.
 * @throws SatchelError `chat-failed` {reason} or `aborted`.
 */
export async function openWllamaChat(model: readonly Blob[], options: OpenOptions = {}): Promise<ChatEngine> {
  const { contextWindow = CONTEXT_WINDOW, signal, acceptSoftwareGpu = false } = options;
  const runtime =
    ((await hasGpu(acceptSoftwareGpu)) && (await openOnGpu(model, contextWindow, signal))) ||
    (await openWllama(model, contextWindow, 'cpu', signal));
  return new WllamaEngine(runtime, () => openWllama(model, contextWindow, runtime.device));
}

/** Undefined where the GPU can't do it: too little memory, a driver that fails or computes wrongly. */
async function openOnGpu(
  model: readonly Blob[],
  contextWindow: number,
  signal?: AbortSignal,
): Promise<WllamaRuntime | undefined> {
  try {
    return await openWllama(model, contextWindow, 'gpu', signal);
  } catch (error) {
    if (toSatchelError(error).code === 'aborted') throw error;
    return undefined;
  }
}
