import { AnswerQueue } from './answer-queue.ts';
import type { ChatEngine, ChatEvent, Message } from './chat-engine.ts';
import { countTokensAtMost, fitPrompt, type FittedPrompt } from './fit-prompt.ts';

/** Sends one prompt that fits, and passes on what comes back. */
export type Send = (
  messages: readonly Message[],
  fitted: FittedPrompt,
  signal?: AbortSignal,
) => AsyncIterable<ChatEvent>;

/**
 * What engines on a host have in common: the host lends no tokenizer, so a prompt is measured by an estimate
 * before it is sent; answers come one after another; and there is nothing here to free.
 */
export function createHostEngine(contextWindow: number, send: Send): ChatEngine {
  const queue = new AnswerQueue();
  return {
    contextWindow,
    countTokens: (text) => Promise.resolve(countTokensAtMost(text)),
    chat: (messages, limits, signal) =>
      queue.run(() => send(messages, fitPrompt(messages, limits, contextWindow), signal), signal),
    dispose: () => Promise.resolve(),
  };
}
