import { SatchelError, toSatchelError } from '../../errors.ts';
import { orAbort } from '../../or-abort.ts';
import { AnswerQueue } from '../answer-queue.ts';
import type { ChatEngine, ChatEvent, ChatLimits, Message } from '../chat-engine.ts';
import { countTokensAtMost, fitPrompt } from '../fit-prompt.ts';
import type { WebLlmRuntime } from './web-llm-runtime.ts';

/** Errors that leave a runtime fit for the next answer. */
const HARMLESS: readonly string[] = ['aborted', 'context-overflow'];

/** Answers one call after the other; a runtime that has failed, or lost its GPU, is replaced for the next call. */
export class WebLlmEngine implements ChatEngine {
  readonly contextWindow: number;
  readonly #open: (signal: AbortSignal) => Promise<WebLlmRuntime>;
  readonly #queue = new AnswerQueue();
  readonly #disposing = new AbortController();
  #runtime: WebLlmRuntime | undefined;
  /** The runtime is done with an answer that was left, some tokens after its reader. */
  #idle: Promise<unknown> = Promise.resolve();

  /**
   * @param runtime a first one, from `open`.
   * @param open makes another one like it.
   */
  constructor(
    contextWindow: number,
    runtime: WebLlmRuntime,
    open: (signal: AbortSignal) => Promise<WebLlmRuntime>,
  ) {
    this.contextWindow = contextWindow;
    this.#runtime = runtime;
    this.#open = open;
  }

  countTokens(text: string): Promise<number> {
    return Promise.resolve(this.#runtime?.countTokens(text) ?? countTokensAtMost(text));
  }

  async *chat(
    messages: readonly Message[],
    limits: ChatLimits,
    signal?: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    const disposing = this.#disposing.signal;
    if (disposing.aborted) throw new SatchelError('chat-failed', { reason: 'disposed' });
    const either = signal ? AbortSignal.any([signal, disposing]) : disposing;
    yield* this.#queue.run(() => this.#write(messages, limits, either), either);
  }

  async dispose(): Promise<void> {
    this.#disposing.abort();
    await this.#idle;
    await this.#close();
  }

  async *#write(
    messages: readonly Message[],
    limits: ChatLimits,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    await orAbort(this.#idle, signal);
    this.#runtime ??= await this.#open(signal);
    const runtime = this.#runtime;
    const { maxTokens } = fitPrompt(messages, limits, this.contextWindow, runtime.countTokens);
    const events = runtime.write(messages, maxTokens)[Symbol.asyncIterator]();
    let isDone = false;
    try {
      for (;;) {
        const { done, value } = await orAbort(events.next(), signal);
        isDone = done === true;
        if (isDone) return;
        yield value;
      }
    } catch (error) {
      const coded = toSatchelError(error, 'chat-failed');
      if (!HARMLESS.includes(coded.code)) await this.#close();
      throw coded;
    } finally {
      if (!isDone) {
        runtime.interrupt();
        // After the token that is being computed; who left does not wait for it.
        this.#idle = Promise.resolve(events.return?.()).catch(() => undefined);
      }
    }
  }

  async #close(): Promise<void> {
    const runtime = this.#runtime;
    this.#runtime = undefined;
    await runtime?.close().catch(() => undefined);
  }
}
