import type { LoadProgress } from '../3-embed/embedder.ts';
import type { GenerationSettings } from '../service.ts';

/** One turn of a prompt. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What an engine counted; a server that does not say leaves fields out. */
export interface ChatUsage {
  readonly promptTokens?: number;
  /** Tokens of the prompt that were computed for this answer; the others were kept from the one before. */
  readonly evaluatedTokens?: number;
  readonly completionTokens?: number;
}

export type ChatEvent =
  | { readonly type: 'token'; readonly text: string }
  /** Last. `length`: the answer was cut at `maxTokens` or at the end of the context window. */
  | { readonly type: 'done'; readonly reason: 'stop' | 'length'; readonly usage?: ChatUsage };

export interface ChatLimits {
  /** Most tokens to write. */
  readonly maxTokens: number;
}

/** Writes. What it is given, and what becomes of its text, is the core's business. */
export interface ChatEngine {
  /** Tokens of prompt and answer together. */
  readonly contextWindow: number;
  /** By the model's tokenizer; an estimate that is never too low where none is at hand. */
  countTokens(text: string): Promise<number>;
  /**
   * One answer at a time: a second call waits for the first. Ending the iteration ends the work.
   * @throws SatchelError `context-overflow`, `chat-failed`, `aborted`, or the adapter's own codes.
   */
  chat(messages: readonly Message[], limits: ChatLimits, signal?: AbortSignal): AsyncIterable<ChatEvent>;
  dispose(): Promise<void>;
}

/** What a person chose; handed to every engine's `load`. */
export interface ChatEngineOptions extends GenerationSettings {
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}
