import { capabilitiesOf, contextLengthOf, OllamaClient } from '../3-embed/ollama-client.ts';
import { SatchelError } from '../errors.ts';
import type { ChatEngine, ChatEngineOptions, ChatEvent, ChatUsage } from './chat-engine.ts';
import { saysOverflow } from './fit-prompt.ts';
import { createHostEngine } from './host-engine.ts';

/** Room for some twenty passages; a model of 8 billion parameters takes 1 GB of memory for as much context. */
const MOST_CONTEXT_TOKENS = 8192;
/** Used where the model does not tell; Ollama's smallest default. */
const FALLBACK_CONTEXT_TOKENS = 2048;

/**
 * A chat engine on a host that runs Ollama: passages and questions leave the page, to the host that the person
 * named. The host loads the model itself when it is first asked.
 *
 * @throws SatchelError the codes of `OllamaClient`.
 */
export async function loadOllamaChat(options: ChatEngineOptions): Promise<ChatEngine> {
  const { ollamaHost, ollamaModel: model, signal } = options;
  const client = new OllamaClient(ollamaHost, model);
  await client.checkVersion(signal);
  const shown = await client.post('/api/show', { model }, signal);
  const contextWindow = Math.min(contextLengthOf(shown) ?? FALLBACK_CONTEXT_TOKENS, MOST_CONTEXT_TOKENS);
  // Thoughts are not shown, and would use up the tokens that the answer is limited to.
  const thinks = capabilitiesOf(shown)?.includes('thinking') ?? false;
  return createHostEngine(contextWindow, (messages, { promptTokens, maxTokens }, abort) => {
    const body = {
      model,
      ...(thinks && { think: false }),
      messages,
      stream: true,
      // Without these Ollama drops the oldest turns, the passages, and says nothing. Older ones do not know them.
      truncate: false,
      shift: false,
      options: { num_ctx: contextWindow, num_predict: maxTokens, temperature: 0 },
    };
    return chat(client, body, { tokens: promptTokens, contextWindow }, abort);
  });
}

interface ChatLine {
  readonly message?: { readonly content?: string };
  readonly done?: boolean;
  readonly done_reason?: string;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
}

async function* chat(
  client: OllamaClient,
  body: object,
  overflow: { readonly tokens: number; readonly contextWindow: number },
  signal?: AbortSignal,
): AsyncGenerator<ChatEvent, void> {
  try {
    for await (const line of client.stream('/api/chat', body, signal)) yield* eventsOf(line);
  } catch (error) {
    const isOverflow =
      error instanceof SatchelError &&
      error.code === 'ollama-failed' &&
      saysOverflow(String(error.details['reason']));
    if (!isOverflow) throw error;
    throw new SatchelError('context-overflow', overflow, error);
  }
}

/** `message.thinking` is no part of the answer. */
function* eventsOf({ message, done, ...facts }: ChatLine): Generator<ChatEvent, void> {
  if (message?.content) yield { type: 'token', text: message.content };
  if (!done) return;
  const { done_reason, prompt_eval_count: promptTokens, eval_count: completionTokens } = facts;
  const usage: ChatUsage = {
    ...(promptTokens !== undefined && { promptTokens }),
    ...(completionTokens !== undefined && { completionTokens }),
  };
  yield { type: 'done', reason: done_reason === 'length' ? 'length' : 'stop', usage };
}
