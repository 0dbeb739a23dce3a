import type { Language } from '../../types.ts';
import type { Message } from '../chat-engine.ts';

/** What is used of the Prompt API, https://webmachinelearning.github.io/prompt-api. Windows have it, workers do not. */
export interface LanguageModelApi {
  availability(options: SessionOptions): Promise<PromptApiAvailability>;
  create(options: CreateOptions): Promise<LanguageModelSession>;
}

/** Whether a model is there for what a session is to do, or has to be fetched by the browser first. */
export type PromptApiAvailability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

export interface SessionOptions {
  readonly expectedOutputs: readonly { readonly type: 'text'; readonly languages: readonly string[] }[];
  readonly samplingMode: 'most-predictable';
}

export interface CreateOptions extends SessionOptions {
  readonly initialPrompts?: readonly Message[];
  readonly signal: AbortSignal;
  readonly monitor?: (monitor: DownloadMonitor) => void;
}

export interface DownloadMonitor {
  addEventListener(type: 'downloadprogress', listener: () => void): void;
}

export interface LanguageModelSession {
  /** Tokens; infinite where the browser sets no limit. */
  readonly contextWindow?: number;
  /** Tokens of all that the session has read and written. */
  readonly contextUsage?: number;
  measureContextUsage?(input: string | readonly Message[]): Promise<number>;
  // The three names of before, which Edge had still in version 138.
  readonly inputQuota?: number;
  readonly inputUsage?: number;
  measureInputUsage?(input: string | readonly Message[]): Promise<number>;

  promptStreaming(
    input: readonly Message[],
    options: { readonly signal: AbortSignal },
  ): ReadableStream<string>;
  clone(options: { readonly signal: AbortSignal }): Promise<LanguageModelSession>;
  destroy(): void;
}

/** Undefined in browsers without it, and in workers. */
export const languageModel = (): LanguageModelApi | undefined =>
  (globalThis as { LanguageModel?: LanguageModelApi }).LanguageModel;

/**
 * What a session is to do. The languages that it has to read are left open, since passages may be in any, and
 * Chromium 156 refuses a session that names another one than de, en, es, fr and ja, be it to read or to write.
 * Browsers that do not know the sampling mode, before Chrome 151, pass over it.
 *
 * @param language to write in.
 */
export const sessionOptions = (language: Language): SessionOptions => ({
  expectedOutputs: [{ type: 'text', languages: [language] }],
  samplingMode: 'most-predictable',
});

/** Undefined where the browser does not measure. */
export const measure = (
  session: LanguageModelSession,
  input: string | readonly Message[],
): Promise<number> | undefined => session.measureContextUsage?.(input) ?? session.measureInputUsage?.(input);

/** Tokens that the session holds already. */
export const usageOf = ({ contextUsage, inputUsage }: LanguageModelSession): number =>
  contextUsage ?? inputUsage ?? 0;

/** Tokens that fit into the session. */
export const contextWindowOf = ({ contextWindow, inputQuota }: LanguageModelSession): number =>
  contextWindow ?? inputQuota ?? Infinity;
