import { SatchelError } from '../../errors.ts';
import { estimateTokens } from '../../3-embed/estimate-tokens.ts';
import { readStream } from '../../read-stream.ts';
import type { Language } from '../../types.ts';
import { AnswerQueue } from '../answer-queue.ts';
import type { ChatEngine, ChatEngineOptions, ChatEvent, ChatLimits, Message } from '../chat-engine.ts';
import { countTokensAtMost, fitPrompt } from '../fit-prompt.ts';
import { questionLanguage } from '../language.ts';
import {
  contextWindowOf,
  languageModel,
  measure,
  usageOf,
  type LanguageModelApi,
  type LanguageModelSession,
} from './language-model.ts';
import { promptApiAvailability } from './prompt-api-availability.ts';
import { promptApiError, startSession, type StartOptions } from './prompt-api-session.ts';

/** Room for some twenty passages, where a browser sets no limit. Chrome 151 has 9,216 tokens. */
const MOST_CONTEXT_TOKENS = 8192;

/** To read a model of gigabytes from the disk, on a slow one. */
const START_TIMEOUT_MS = 180_000;

/** The one that browsers begin with; a session that only measures is never asked to write. */
const FIRST_LANGUAGE: Language = 'en';

/**
 * The browser's own model, by the Prompt API: Gemini Nano in Chrome 148, Phi-4-mini in Edge 138. It runs on this
 * device, in a process of the browser's.
 *
 * @throws SatchelError `prompt-api-unavailable`; `prompt-api-needs-click` where the browser has to fetch the model
 * first; `chat-failed` {reason}; `aborted`.
 */
export async function loadPromptApiChat({ onProgress, signal }: ChatEngineOptions): Promise<ChatEngine> {
  const model = languageModel();
  const availability = await promptApiAvailability(FIRST_LANGUAGE);
  if (!model || availability === 'unavailable') throw new SatchelError('prompt-api-unavailable');
  try {
    const meter = await startMeter(model, {
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
      // A download takes as long as it takes, and Stop ends the wait.
      ...(availability === 'available' && { timeoutMs: START_TIMEOUT_MS }),
    });
    return new PromptApiEngine(model, meter);
  } catch (error) {
    const facts = { language: FIRST_LANGUAGE, contextWindow: MOST_CONTEXT_TOKENS };
    const coded = promptApiError(error, facts, signal);
    // What it takes is gone since the browser was asked: space on the disk, for one.
    const isGone = coded.code === 'prompt-api-language';
    throw isGone ? new SatchelError('prompt-api-unavailable', {}, error) : coded;
  }
}

/** A session that measures texts, and is never given one to keep. */
interface Meter {
  readonly session: LanguageModelSession;
  /** Tokens that it counts for a message without a text. */
  readonly overhead: number;
}

async function startMeter(
  model: LanguageModelApi,
  options: Omit<StartOptions, 'language' | 'system'>,
): Promise<Meter> {
  const session = await startSession(model, { ...options, language: FIRST_LANGUAGE, system: '' });
  return { session, overhead: (await measure(session, '')) ?? 0 };
}

/** One session for an answer, each a copy of one that has read the system message and nothing else. */
class PromptApiEngine implements ChatEngine {
  readonly contextWindow: number;
  readonly #model: LanguageModelApi;
  readonly #answers = new AnswerQueue();
  readonly #disposed = new AbortController();
  #meter: Promise<Meter> | undefined;
  #base: { readonly system: string; readonly session: LanguageModelSession } | undefined;

  constructor(model: LanguageModelApi, meter: Meter) {
    this.contextWindow = Math.min(contextWindowOf(meter.session), MOST_CONTEXT_TOKENS);
    this.#model = model;
    this.#meter = Promise.resolve(meter);
  }

  async countTokens(text: string): Promise<number> {
    if (text === '') return 0;
    try {
      const { session, overhead } = await this.#measuring();
      const tokens = await measure(session, text);
      return tokens === undefined ? countTokensAtMost(text) : Math.max(1, tokens - overhead);
    } catch (error) {
      throw this.#failure(error, FIRST_LANGUAGE);
    }
  }

  chat(messages: readonly Message[], limits: ChatLimits, signal?: AbortSignal): AsyncGenerator<ChatEvent> {
    const either = AbortSignal.any([this.#disposed.signal, ...(signal ? [signal] : [])]);
    return this.#answers.run(() => this.#answer(messages, limits, either), either);
  }

  dispose(): Promise<void> {
    this.#disposed.abort();
    this.#forget();
    return Promise.resolve();
  }

  async *#answer(
    messages: readonly Message[],
    limits: ChatLimits,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    const [first, ...rest] = messages;
    const [system, turns] = first?.role === 'system' ? [first.content, rest] : ['', messages];
    // The system message is worded in the language to answer in; the rest may quote documents in another one.
    const language = questionLanguage(system || (turns.at(-1)?.content ?? ''));
    let session: LanguageModelSession | undefined;
    try {
      const base = await this.#baseFor(system, language, signal);
      const maxTokens = await this.#room(base, messages, turns, limits);
      session = await base.clone({ signal });
      let written = 0;
      for await (const text of readStream(session.promptStreaming(turns, { signal }))) {
        // The API has no limit to set. Large vocabularies take about one token for a Chinese character.
        written += estimateTokens(text, 1);
        if (written > maxTokens) {
          yield { type: 'done', reason: 'length' };
          return;
        }
        yield { type: 'token', text };
      }
      yield { type: 'done', reason: 'stop' };
    } catch (error) {
      throw this.#failure(error, language, signal);
    } finally {
      session?.destroy();
    }
  }

  async #baseFor(system: string, language: Language, signal: AbortSignal): Promise<LanguageModelSession> {
    if (this.#base?.system === system) return this.#base.session;
    this.#base?.session.destroy();
    this.#base = undefined;
    const options = { system, language, signal, timeoutMs: START_TIMEOUT_MS };
    const session = await startSession(this.#model, options);
    this.#base = { system, session };
    return session;
  }

  /**
   * Tokens that may be written.
   * @throws SatchelError `context-overflow`.
   */
  async #room(
    base: LanguageModelSession,
    messages: readonly Message[],
    turns: readonly Message[],
    limits: ChatLimits,
  ): Promise<number> {
    const measured = await measure(base, turns);
    if (measured === undefined) return fitPrompt(messages, limits, this.contextWindow).maxTokens;
    const tokens = usageOf(base) + measured;
    if (tokens >= this.contextWindow) {
      throw new SatchelError('context-overflow', { tokens, contextWindow: this.contextWindow });
    }
    return Math.min(limits.maxTokens, this.contextWindow - tokens);
  }

  #measuring(): Promise<Meter> {
    const options = { timeoutMs: START_TIMEOUT_MS, signal: this.#disposed.signal };
    this.#meter ??= startMeter(this.#model, options).catch((error: unknown) => {
      this.#meter = undefined;
      throw error;
    });
    return this.#meter;
  }

  /** Nothing more may come from sessions that have failed: the next call starts others. */
  #failure(error: unknown, language: Language, signal?: AbortSignal): SatchelError {
    const facts = { language, contextWindow: this.contextWindow };
    const coded = promptApiError(error, facts, signal ?? this.#disposed.signal);
    if (coded.code === 'chat-failed') this.#forget();
    return coded;
  }

  #forget(): void {
    const [meter, base] = [this.#meter, this.#base];
    this.#meter = undefined;
    this.#base = undefined;
    base?.session.destroy();
    // One that did not start has nothing to destroy.
    meter?.then(({ session }) => session.destroy()).catch(() => undefined);
  }
}
