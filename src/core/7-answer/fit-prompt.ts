import { estimateTokens } from '../3-embed/estimate-tokens.ts';
import { SatchelError } from '../errors.ts';
import type { ChatLimits, Message } from './chat-engine.ts';

/** Byte-level tokenizers take at most a token for a byte of UTF-8: three for a character outside the Latin ones. */
const TOKENS_PER_CHARACTER = 3;

/** For the marks that a model's template puts round each turn. */
const TOKENS_PER_MESSAGE = 8;

/** For a host that lends no tokenizer. */
export const countTokensAtMost = (text: string): number => estimateTokens(text, TOKENS_PER_CHARACTER);

export interface FittedPrompt {
  readonly promptTokens: number;
  /** Tokens that may be written, 1 or more, without leaving the context window. */
  readonly maxTokens: number;
}

/**
 * @param countTokens by the model's tokenizer, where one is at hand.
 * @throws SatchelError `context-overflow` when the prompt leaves no room for an answer.
 */
export function fitPrompt(
  messages: readonly Message[],
  { maxTokens }: ChatLimits,
  contextWindow: number,
  countTokens: (text: string) => number = countTokensAtMost,
): FittedPrompt {
  const promptTokens = messages.reduce(
    (sum, { content }) => sum + countTokens(content) + TOKENS_PER_MESSAGE,
    0,
  );
  if (promptTokens >= contextWindow) {
    throw new SatchelError('context-overflow', { tokens: promptTokens, contextWindow });
  }
  return { promptTokens, maxTokens: Math.min(maxTokens, contextWindow - promptTokens) };
}

/** Whether a server's message says that the prompt was too long; each one words it differently. */
export const saysOverflow = (reason: string): boolean =>
  /context[ _-]?(length|size|window)|(prompt|input) is too long/i.test(reason);
