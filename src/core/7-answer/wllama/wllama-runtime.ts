import type { ChatCompletionChunk, Wllama } from '@wllama/wllama/esm/index.js';
import { SatchelError, toSatchelError } from '../../errors.ts';
import type { ChatUsage, Message } from '../chat-engine.ts';
import { hasMemory64 } from './memory64.ts';

/** A model in llama.cpp's WASM, in a worker of its own. One call at a time. */
export interface WllamaRuntime {
  readonly device: 'cpu' | 'gpu';
  /** Tokens of prompt and answer together: what was asked for, or less where the model was trained on less. */
  readonly contextWindow: number;
  /** Of the key-value cache. */
  readonly bytesPerToken: number;
  countTokens(text: string): Promise<number>;
  /**
   * Writes one answer. What this prompt shares with the beginning of the one before is not computed again.
   * @throws SatchelError `context-overflow` {tokens, contextWindow}, `chat-failed`, `aborted`.
   */
  complete(
    messages: readonly Message[],
    maxTokens: number,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Completion>;
  /** Ends the worker, and with it all memory. */
  close(): Promise<void>;
}

export interface Completion {
  readonly reason: 'stop' | 'length';
  readonly usage: Required<ChatUsage>;
}

/**
 * Tokens per step of reading a prompt. Nothing is heard in the midst of a step: with 512 an abort was heard
 * after 48 s on two old cores, with 64 after 6 s. Reading took as long: 10.0 and 9.9 tokens a second.
 */
const BATCH_TOKENS = 64;

/** More than any model has. */
const ALL_LAYERS = 999;

/** To fetch and compile 9 MB of WASM and to start its threads: 1 to 4 s, 11 s with four other jobs at work. */
const START_TIMEOUT_MS = 60_000;
/** The slowest disk that is waited for. */
const SLOWEST_BYTES_PER_MS = 10_000;

const GGUF_MAGIC = 'GGUF';

/**
 * @param model the GGUF, or its shards. They are read piece by piece where the browser has JSPI.
 * @param contextWindow most tokens of prompt and answer; memory for all of them is taken at once.
 * @throws SatchelError `chat-failed` {reason} for a file that is no model, a browser that cannot run it, a GPU that
 * computes wrongly, or a start that takes too long; `aborted`.
 */
export async function openWllama(
  model: readonly Blob[],
  contextWindow: number,
  device: WllamaRuntime['device'],
  signal?: AbortSignal,
): Promise<WllamaRuntime> {
  for (const shard of model) {
    const magic = await shard.slice(0, GGUF_MAGIC.length).text();
    if (magic !== GGUF_MAGIC) throw new SatchelError('chat-failed', { reason: 'not a GGUF file' });
  }
  if (!hasMemory64()) throw new SatchelError('chat-failed', { reason: 'no 64-bit WebAssembly memory' });

  const [{ Wllama }, binary] = await Promise.all([
    import('@wllama/wllama/esm/index.js'),
    import('@wllama/wllama/esm/wasm/wllama.wasm?url'),
  ]);
  // The first: what follows only says that loading failed.
  let firstError = '';
  const silent = (): void => {};
  const wllama = new Wllama(
    // Absolute, since its worker is a blob and has no address to resolve against.
    { default: new URL(binary.default, globalThis.location.href).href },
    {
      logger: {
        debug: silent,
        log: silent,
        warn: silent,
        error: (...parts: unknown[]) => void (firstError ||= parts.map(String).join(' ')),
      },
    },
  );
  // Left alone it takes another build from a CDN in browsers that lack JSPI.
  wllama.setCompat(null);

  const sizeBytes = model.reduce((sum, { size }) => sum + size, 0);
  try {
    const loading = wllama.loadModel([...model], {
      n_ctx: contextWindow,
      n_batch: BATCH_TOKENS,
      n_ubatch: BATCH_TOKENS,
      n_threads: threads(),
      n_gpu_layers: device === 'gpu' ? ALL_LAYERS : 0,
      // The default, four, is for a server with four conversations.
      n_parallel: 1,
      // It would read every weight once more, and they have just been read.
      warmup: false,
      jinja: true,
      reasoning: false,
      // The answer is text: nothing in it is taken for a call of a tool.
      skip_chat_parsing: true,
    });
    await within(START_TIMEOUT_MS + sizeBytes / SLOWEST_BYTES_PER_MS, loading, signal);
    const { n_ctx_train, n_vocab, metadata } = wllama.getLoadedContextInfo();
    // A file that llama.cpp refuses is no error to the library: it goes on with an empty vocabulary.
    if (n_vocab === 0)
      throw new SatchelError('chat-failed', { reason: firstError || 'llama.cpp refuses the file' });
    if (device === 'gpu' && !(await canCount(wllama)))
      throw new SatchelError('chat-failed', { reason: 'the GPU computes wrongly' });
    const window = Math.min(contextWindow, n_ctx_train);
    return {
      device,
      contextWindow: window,
      bytesPerToken: cacheBytesPerToken(metadata),
      countTokens: createTokenCounter(wllama, window),
      complete: (messages, maxTokens, onText, abort) => complete(wllama, messages, maxTokens, onText, abort),
      close: () => wllama.exit(),
    };
  } catch (error) {
    await wllama.exit();
    throw toSatchelError(error, 'chat-failed');
  }
}

/**
 * Drivers that compute wrongly and say nothing are real (transformers.js issue 1728). A model of any size goes on
 * counting; weights that were multiplied wrongly do not.
 */
async function canCount(wllama: Wllama): Promise<boolean> {
  const { choices } = await wllama.createCompletion({
    prompt: '1, 2, 3, 4, 5, 6, 7,',
    max_tokens: 4,
    temperature: 0,
  });
  return choices[0]?.text.includes('8') ?? false;
}

/**
 * All but one. llama.cpp's threads wait for each other at every layer, and they wait by spinning. On two cores
 * that nothing else used, two threads wrote 12 tokens a second and one wrote 7; on the same two while other jobs
 * ran, as indexing does, two wrote 0.6 and one wrote 2 to 4 (SmolLM2 135M, Q4_1).
 */
const threads = (): number =>
  globalThis.crossOriginIsolated ? Math.max(1, navigator.hardwareConcurrency - 1) : 1;

/** A start that goes wrong (forbidden by a policy, out of memory) is often one that never ends. */
function within<Result>(timeoutMs: number, work: Promise<Result>, signal?: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new SatchelError('aborted'));
    const timer = setTimeout(() => {
      reject(new SatchelError('chat-failed', { reason: 'the model did not start in time', timeoutMs }));
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  });
}

/** Keys and values of every layer, as 16-bit floats. */
function cacheBytesPerToken(metadata: Readonly<Record<string, string>>): number {
  const architecture = metadata['general.architecture'] ?? '';
  const read = (key: string): number => Number(metadata[`${architecture}.${key}`] ?? 0);
  const heads = read('attention.head_count');
  const headSize = read('attention.key_length') || read('embedding_length') / heads;
  return 2 * 2 * read('block_count') * (read('attention.head_count_kv') || heads) * headSize;
}

async function complete(
  wllama: Wllama,
  messages: readonly Message[],
  maxTokens: number,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Completion> {
  let reason: Completion['reason'] = 'stop';
  let usage = { promptTokens: 0, evaluatedTokens: 0, completionTokens: 0 };
  const onData = ({ choices: [choice], timings }: ChatCompletionChunk): void => {
    if (choice?.delta.content) onText(choice.delta.content);
    if (choice?.finish_reason === 'length') reason = 'length';
    if (!timings) return;
    const { cache_n, prompt_n, predicted_n } = timings;
    usage = { promptTokens: cache_n + prompt_n, evaluatedTokens: prompt_n, completionTokens: predicted_n };
  };
  try {
    await wllama.createChatCompletion({
      messages: messages.map(({ role, content }) => ({ role, content: withoutControl(content) })),
      max_tokens: maxTokens,
      temperature: 0,
      stream: true,
      abortSignal: signal,
      onData,
    });
  } catch (error) {
    const overflow = overflowOf(error);
    if (overflow) throw new SatchelError('context-overflow', { ...overflow });
    throw toSatchelError(error, 'chat-failed');
  }
  return { reason, usage };
}

/**
 * llama.cpp reads `<|im_end|>` in a message as the end of that message: a document could put words into the
 * system's mouth. Every model of the catalogue spells such tokens with `<|`.
 */
const withoutControl = (text: string): string => text.replaceAll('<|', '< |');

/** llama.cpp tells of a prompt that is too long before it computes anything, and how long it is, in words only. */
function overflowOf(error: unknown): { readonly tokens: number; readonly contextWindow: number } | undefined {
  const text = error instanceof Error ? error.message : '';
  const match = /request \((\d+) tokens\) exceeds the available context size \((\d+) tokens\)/.exec(text);
  return match ? { tokens: Number(match[1]), contextWindow: Number(match[2]) } : undefined;
}

/** Of private use: no vocabulary has a token that joins it to its neighbour. */
const BOUNDARY = '\uE000';

/**
 * Version 3 of the library has no tokenizer to call. A text behind a prompt that fills the context window by
 * itself is refused with the number of all tokens, at the cost of tokenizing them.
 */
function createTokenCounter(wllama: Wllama, contextWindow: number): (text: string) => Promise<number> {
  const padding = ' a'.repeat(contextWindow) + BOUNDARY;
  let paddingTokens: Promise<number> | undefined;

  const countRefused = async (prompt: string): Promise<number> => {
    try {
      await wllama.createCompletion({ prompt, max_tokens: 1 });
    } catch (error) {
      const overflow = overflowOf(error);
      if (overflow) return overflow.tokens;
      throw toSatchelError(error, 'chat-failed');
    }
    throw new SatchelError('chat-failed', { reason: 'llama.cpp took a prompt longer than its context' });
  };

  return async (text) => {
    paddingTokens ??= countRefused(padding);
    const before = await paddingTokens;
    return (await countRefused(padding + withoutControl(text))) - before;
  };
}
