import type { LoadModelParams, Wllama } from '@wllama/wllama/esm/index.js';
import { buildPrompt } from '../core/6-prompt/prompt.ts';
import type { ChatEngine, Message } from '../core/7-answer/chat-engine.ts';
import { SatchelError } from '../core/errors.ts';
import type { WriteRequest } from '../core/service.ts';
import type { ChatBench, ChatLoop, OpenedChat, StopTimes, TimedAnswer } from './bench-service.ts';

/** Of the models in the catalogue. */
const CONTEXT_WINDOW = 4096;
/** Room that the app leaves for an answer. */
const ANSWER_TOKENS = 700;

/** Writes one answer to the end. */
type Answer = (messages: readonly Message[], maxTokens: number) => Promise<TimedAnswer>;

/** Both ways to write with one model file, in one worker, which is of the kind that the app writes in. */
export function createChatBench(): ChatBench {
  let opened: { readonly engine: ChatEngine; readonly answers: Record<ChatLoop, Answer> } | undefined;
  const current = (): NonNullable<typeof opened> => {
    if (!opened) throw new SatchelError('internal', { reason: 'openChat() comes first' });
    return opened;
  };

  return {
    async openChat(model: Blob): Promise<OpenedChat> {
      const library = await import('@wllama/wllama/esm/index.js');
      const wasm = await import('@wllama/wllama/esm/wasm/wllama.wasm?url');
      const { engine, given } = await openAsTheAppDoes(model, library);
      const { n_ctx, n_batch, n_ubatch, n_threads, n_gpu_layers } = given;
      if (!n_ctx || !n_batch || !n_threads) throw new SatchelError('internal', { reason: 'not all is set' });
      const bare = new library.Wllama(
        { default: new URL(wasm.default, self.location.href).href },
        // It logs every step of loading.
        { suppressNativeLog: true, logger: library.LoggerWithoutDebug },
      );
      await bare.loadModel([model], {
        n_ctx,
        n_batch,
        n_threads,
        ...(n_ubatch !== undefined && { n_ubatch }),
        ...(n_gpu_layers !== undefined && { n_gpu_layers }),
      });
      opened = { engine, answers: { app: answerOf(engine), bare: bareAnswerOf(bare) } };
      return {
        device: n_gpu_layers ? 'gpu' : 'cpu',
        contextWindow: n_ctx,
        batchTokens: n_batch,
        threads: bare.getNumThreads(),
      };
    },

    async promptOf(request: WriteRequest): Promise<readonly Message[]> {
      const { engine } = current();
      const { messages } = await buildPrompt(request, {
        contextWindow: engine.contextWindow,
        answerTokens: ANSWER_TOKENS,
        countTokens: (text) => engine.countTokens(text),
      });
      return messages;
    },

    answer: (messages, maxTokens, loop) => current().answers[loop](messages, maxTokens),

    async stop(messages: readonly Message[], after: number | 'first-token'): Promise<StopTimes> {
      const { engine } = current();
      const controller = new AbortController();
      let abortedAt = NaN;
      const abort = (): void => {
        abortedAt = performance.now();
        controller.abort();
      };
      if (after !== 'first-token') setTimeout(abort, after);
      try {
        for await (const _ of engine.chat(messages, { maxTokens: ANSWER_TOKENS }, controller.signal)) {
          if (after === 'first-token') abort();
        }
      } catch (error) {
        if (!controller.signal.aborted) throw error;
      }
      if (Number.isNaN(abortedAt))
        throw new SatchelError('internal', { reason: 'it ended before the abort' });
      const toldMs = performance.now() - abortedAt;
      await engine.countTokens('free');
      return { toldMs, freeMs: performance.now() - abortedAt };
    },
  };
}

/** The engine, and what it gives to the library: the bare example must get the same, whatever that comes to be. */
async function openAsTheAppDoes(
  model: Blob,
  { Wllama: { prototype } }: typeof import('@wllama/wllama/esm/index.js'),
): Promise<{ readonly engine: ChatEngine; readonly given: LoadModelParams }> {
  const { openWllamaChat } = await import('../core/7-answer/wllama/wllama.ts');
  const { loadModel } = prototype;
  let given: LoadModelParams = {};
  prototype.loadModel = function (files, params = {}) {
    given = params;
    return loadModel.call(this, files, params);
  };
  try {
    return { engine: await openWllamaChat([model], { contextWindow: CONTEXT_WINDOW }), given };
  } finally {
    prototype.loadModel = loadModel;
  }
}

const answerOf =
  (engine: ChatEngine): Answer =>
  async (messages, maxTokens) => {
    const clock = new TokenClock();
    for await (const event of engine.chat(messages, { maxTokens })) {
      if (event.type === 'token') clock.tick();
      else
        return clock.read({ promptTokens: NaN, evaluatedTokens: NaN, completionTokens: NaN, ...event.usage });
    }
    throw new SatchelError('internal', { reason: 'an answer without an end' });
  };

const bareAnswerOf =
  (wllama: Wllama): Answer =>
  async (messages, maxTokens) => {
    const clock = new TokenClock();
    let usage = { promptTokens: NaN, evaluatedTokens: NaN, completionTokens: NaN };
    await wllama.createChatCompletion({
      messages: [...messages],
      max_tokens: maxTokens,
      temperature: 0,
      stream: true,
      onData({ choices: [choice], timings }) {
        if (choice?.delta.content) clock.tick();
        if (!timings) return;
        const { cache_n, prompt_n, predicted_n } = timings;
        usage = {
          promptTokens: cache_n + prompt_n,
          evaluatedTokens: prompt_n,
          completionTokens: predicted_n,
        };
      },
    });
    return clock.read(usage);
  };

/** When tokens came, from the ask on. */
class TokenClock {
  readonly #startedAt = performance.now();
  #first = NaN;
  #last = NaN;

  tick(): void {
    this.#last = performance.now() - this.#startedAt;
    if (Number.isNaN(this.#first)) this.#first = this.#last;
  }

  read(usage: Omit<TimedAnswer, 'firstTokenMs' | 'lastTokenMs'>): TimedAnswer {
    return { firstTokenMs: this.#first, lastTokenMs: this.#last, ...usage };
  }
}
