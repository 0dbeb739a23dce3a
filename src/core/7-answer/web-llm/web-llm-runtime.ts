import type {
  ChatCompletionChunk,
  ChatCompletionMessageParam,
  ChatCompletionRequestStreaming,
  MLCEngineConfig,
} from '@mlc-ai/web-llm';
import { SatchelError } from '../../errors.ts';
import { orAbort } from '../../or-abort.ts';
import type { ChatEvent, ChatUsage, Message } from '../chat-engine.ts';
import { countTokensAtMost } from '../fit-prompt.ts';
import { withoutThinking } from './thinking.ts';
import { fromWebLlm } from './web-llm-errors.ts';
import type { MlcSource } from './web-llm-source.ts';

/** What is used of the package's `MLCEngine`. */
export interface MlcEngine {
  reload(modelId: string): Promise<void>;
  unload(): Promise<void>;
  interruptGenerate(): void;
  chatCompletion(request: ChatCompletionRequestStreaming): Promise<AsyncIterable<ChatCompletionChunk>>;
}

export type CreateMlcEngine = (config: MLCEngineConfig) => Promise<MlcEngine>;

/** A model on the GPU. One answer at a time. */
export interface WebLlmRuntime {
  /** By the model's tokenizer. */
  countTokens(text: string): number;
  /** @throws SatchelError `context-overflow`, `gpu-lost`, `chat-failed`. */
  write(messages: readonly Message[], maxTokens: number): AsyncIterable<ChatEvent>;
  /** Has the answer end after the token that is being computed. */
  interrupt(): void;
  /** Frees what the model takes of the GPU. */
  close(): Promise<void>;
}

/** 6.8 MB, with the tokenizers in it. */
export const createMlcEngine: CreateMlcEngine = async (config) => {
  const { MLCEngine } = await import('@mlc-ai/web-llm');
  return new MLCEngine(config);
};

/** To read gigabytes from the disk and to compile the shaders, on a phone. */
const START_TIMEOUT_MS = 5 * 60_000;

/**
 * @param source of a model that is in the package's caches: see `deliverMlcModel`.
 * @throws SatchelError the codes of `fromWebLlm`; `chat-failed` for a start that takes too long; `aborted`, at
 * once, while what can't be stopped ends by itself.
 */
export async function openWebLlm(
  source: MlcSource,
  createEngine: CreateMlcEngine,
  signal?: AbortSignal,
): Promise<WebLlmRuntime> {
  const engine = await createEngine({
    appConfig: {
      model_list: [
        {
          model_id: source.id,
          model: source.weightsUrl,
          model_lib: source.libraryUrl,
          // Where a model comes with a sliding window the package wants that switched off for a fixed one.
          overrides: { context_window_size: source.contextWindow, sliding_window_size: -1 },
        },
      ],
    },
    logLevel: 'SILENT',
  });
  const files = { model: source.id, file: source.libraryUrl.split('/').at(-1) ?? '', url: source.libraryUrl };
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  const loading = engine.reload(source.id);
  try {
    await orAbort(loading, AbortSignal.any([timeout, ...(signal ? [signal] : [])]));
  } catch (error) {
    // Now, which ends a download; and once more when the load has ended, which may have taken no notice.
    const unload = (): Promise<void> => engine.unload().catch(() => undefined);
    void unload();
    void loading.then(unload, unload);
    if (signal?.aborted) throw new SatchelError('aborted', {}, error);
    if (!timeout.aborted) throw fromWebLlm(error, files);
    const reason = 'the model did not start in time';
    throw new SatchelError('chat-failed', { reason, timeoutMs: START_TIMEOUT_MS }, error);
  }
  return {
    countTokens: (text) => tokensOf(engine, asData(text)) ?? countTokensAtMost(text),
    write: (messages, maxTokens) => withoutThinking(write(engine, source, messages, maxTokens)),
    interrupt: () => engine.interruptGenerate(),
    close: () => engine.unload(),
  };
}

async function* write(
  engine: MlcEngine,
  source: MlcSource,
  messages: readonly Message[],
  maxTokens: number,
): AsyncGenerator<ChatEvent, void> {
  let reason: 'stop' | 'length' = 'stop';
  let usage: ChatUsage = {};
  try {
    const chunks = await engine.chatCompletion({
      messages: messages.map(({ role, content }): ChatCompletionMessageParam => ({
        role,
        content: asReplacement(asData(content)),
      })),
      max_tokens: maxTokens,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
      ...(source.thinks && { extra_body: { enable_thinking: false } }),
    });
    for await (const { choices, usage: counted } of chunks) {
      const [choice] = choices;
      if (choice?.delta.content) yield { type: 'token', text: choice.delta.content };
      if (choice?.finish_reason === 'length') reason = 'length';
      // It counts what it computed: a prompt that goes on from the one before is not read again.
      if (counted)
        usage = { evaluatedTokens: counted.prompt_tokens, completionTokens: counted.completion_tokens };
    }
  } catch (error) {
    throw fromWebLlm(error, { model: source.id });
  }
  yield { type: 'done', reason, usage };
}

/**
 * The package tokenizes a prompt as one text, the marks of its template with the messages: `<|im_end|>` in a
 * document would end the message. Every model of the catalogue spells such tokens with `<|`.
 */
const asData = (text: string): string => text.replaceAll('<|', '< |');

/**
 * The package puts messages into its template by `String.replace`, for which `$&`, `$'` and `$$` in them are
 * instructions; `$$` stands for one dollar.
 */
const asReplacement = (text: string): string => text.replaceAll('$', '$$$$');

/** Where the package keeps the tokenizer: it hands it to nobody. */
interface Internals {
  readonly loadedModelIdToPipeline?: ReadonlyMap<
    string,
    { readonly tokenizer?: { encode(text: string): { readonly length: number } } }
  >;
}

/** Undefined where there is none: no model, or a package that keeps it elsewhere. */
function tokensOf(engine: MlcEngine, text: string): number | undefined {
  const [pipeline] = (engine as Internals).loadedModelIdToPipeline?.values() ?? [];
  return pipeline?.tokenizer?.encode(text).length;
}
