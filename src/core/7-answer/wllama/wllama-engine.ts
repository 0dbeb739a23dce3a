import { SatchelError, toSatchelError } from '../../errors.ts';
import { Turns } from '../../3-embed/turns.ts';
import { readStream } from '../../read-stream.ts';
import type { ChatEngine, ChatEvent, ChatLimits, Message } from '../chat-engine.ts';
import type { WllamaRuntime } from './wllama-runtime.ts';

/**
 * What llama.cpp may keep of earlier prompts. It copies keys and values of a prompt before it takes another one,
 * up to 8 GiB in all (its log: "saving prompt with length 23, total state size = 0.506 MiB", "limits: 8192
 * MiB"), and the library passes no option that forbids it. With 12 to 40 kB a token, the models of the catalogue
 * come to 25 to 80 MB a question. Past this much the model is opened anew, in seconds, which frees all copies.
 */
const KEPT_LIMIT_BYTES = 512 * 1024 * 1024;

/** Answers one call after the other; a runtime that has crashed is replaced for the next call. */
export class WllamaEngine implements ChatEngine {
  readonly contextWindow: number;
  readonly #open: () => Promise<WllamaRuntime>;
  readonly #keptLimitBytes: number;
  readonly #turns = new Turns();
  readonly #running = new Set<AbortController>();
  #runtime: WllamaRuntime | undefined;
  #disposed = false;
  /** What the runtime holds keys and values of, and has no copy of yet. */
  #last: { readonly text: string; readonly tokens: number } | undefined;
  #keptBytes = 0;

  /**
   * @param runtime a first one, from `open`.
   * @param open makes another one like it.
   */
  constructor(
    runtime: WllamaRuntime,
    open: () => Promise<WllamaRuntime>,
    keptLimitBytes: number = KEPT_LIMIT_BYTES,
  ) {
    this.contextWindow = runtime.contextWindow;
    this.#runtime = runtime;
    this.#open = open;
    this.#keptLimitBytes = keptLimitBytes;
  }

  countTokens(text: string): Promise<number> {
    return this.#turns.take(0, () => {
      this.#noteCopy();
      return this.#use((runtime) => runtime.countTokens(text));
    });
  }

  async *chat(
    messages: readonly Message[],
    { maxTokens }: ChatLimits,
    signal?: AbortSignal,
  ): AsyncGenerator<ChatEvent> {
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    const events = new ReadableStream<ChatEvent>({
      start: (controller) => {
        // At once: the model hears of it after the step that it is in, up to a second later.
        stop.signal.addEventListener('abort', () => controller.error(new SatchelError('aborted')));
        const emit = (event: ChatEvent): void => {
          if (!stop.signal.aborted) controller.enqueue(event);
        };
        void this.#turns
          .take(0, () => this.#answer(messages, maxTokens, emit, stop.signal))
          .then(
            () => !stop.signal.aborted && controller.close(),
            (error) => controller.error(error),
          );
      },
      cancel: onAbort,
    });
    this.#running.add(stop);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    try {
      yield* readStream(events);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#running.delete(stop);
    }
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const stop of this.#running) stop.abort();
    await this.#turns.take(0, () => this.#close());
  }

  async #answer(
    messages: readonly Message[],
    maxTokens: number,
    emit: (event: ChatEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) throw new SatchelError('aborted');
    const text = messages.map(({ content }) => content).join('\n');
    // A prompt that goes on from the last one replaces nothing: llama.cpp's own measure is one half.
    const last = this.#last?.text ?? '';
    if (sharedStart(last, text) < last.length / 2) this.#noteCopy();
    if (this.#keptBytes > this.#keptLimitBytes) await this.#close();
    const onText = (part: string): void => emit({ type: 'token', text: part });
    try {
      const { reason, usage } = await this.#use((runtime) =>
        runtime.complete(messages, maxTokens, onText, signal),
      );
      this.#last = { text, tokens: usage.promptTokens + usage.completionTokens };
      emit({ type: 'done', reason, usage });
    } catch (error) {
      // How far it came is not known; all of the window is the most it can be.
      if (signal.aborted) this.#last = { text, tokens: this.contextWindow };
      throw error;
    }
  }

  #noteCopy(): void {
    this.#keptBytes += (this.#last?.tokens ?? 0) * (this.#runtime?.bytesPerToken ?? 0);
    this.#last = undefined;
  }

  async #use<Result>(work: (runtime: WllamaRuntime) => Promise<Result>): Promise<Result> {
    if (this.#disposed) throw new SatchelError('chat-failed', { reason: 'disposed' });
    this.#runtime ??= await this.#open();
    try {
      return await work(this.#runtime);
    } catch (error) {
      const coded = toSatchelError(error, 'chat-failed');
      // Out of memory, or a trap: nothing more comes from this worker.
      if (coded.code === 'chat-failed') await this.#close();
      throw coded;
    }
  }

  async #close(): Promise<void> {
    const runtime = this.#runtime;
    this.#runtime = undefined;
    this.#last = undefined;
    this.#keptBytes = 0;
    await runtime?.close();
  }
}

/** Characters that two texts have in common at their start. */
function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
