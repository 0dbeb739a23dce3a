import { SatchelError } from '../../errors.ts';
import type { ChatEngine, ChatEngineOptions, ChatEvent, ChatUsage } from '../chat-engine.ts';
import { createHostEngine } from '../host-engine.ts';
import {
  finishReasonOf,
  OpenAiClient,
  type CompletionChunk,
  type ModelEntry,
  type PromptFacts,
} from './openai-client.ts';

/** Used where the server does not tell; the smallest of the usual defaults, Ollama's and llama.cpp's among them. */
const FALLBACK_CONTEXT_TOKENS = 4096;

/** Fields that hold the context window: OpenRouter and Together, vLLM, Groq, Mistral. */
const CONTEXT_FIELDS = ['context_length', 'max_model_len', 'context_window', 'max_context_length'] as const;

/**
 * A chat engine on a server that speaks OpenAI's protocol: passages and questions leave the page, to the address
 * that the person named.
 *
 * @throws SatchelError the codes of `OpenAiClient`. A model that the server lacks is told by its first answer:
 * some servers list none, or take any name for the one that they have.
 */
export async function loadOpenAiChat(options: ChatEngineOptions): Promise<ChatEngine> {
  const client = new OpenAiClient(options);
  const models = await client.models(options.signal).catch(orNoList);
  const entry = models.find(({ id }) => id === options.openAiModel);
  const contextWindow = contextWindowOf(entry);
  return createHostEngine(contextWindow, (messages, { promptTokens, maxTokens }, signal) => {
    const body = {
      model: options.openAiModel,
      messages,
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: maxTokens,
      temperature: 0,
    };
    return complete(client, body, { tokens: promptTokens, contextWindow }, signal);
  });
}

/**
 * Ids as the server has them, sorted; it does not tell which of them can chat.
 *
 * @throws SatchelError the codes of `OpenAiClient`.
 */
export async function listOpenAiModels(options: ChatEngineOptions): Promise<readonly string[]> {
  const models = await new OpenAiClient(options).models(options.signal);
  return models.map(({ id }) => id).sort();
}

/** A server may chat and have no list. */
function orNoList(error: unknown): readonly ModelEntry[] {
  if (error instanceof SatchelError && error.details['status'] === 404) return [];
  throw error;
}

function contextWindowOf(entry: ModelEntry | undefined): number {
  const { meta } = (entry ?? {}) as { meta?: Readonly<Record<string, unknown>> };
  const told = [...CONTEXT_FIELDS.map((field) => entry?.[field]), meta?.['n_ctx']].find(isTokens);
  if (told !== undefined) return told;
  // Older llama.cpp: what the model was made for, and the server may have been started with less.
  const made = meta?.['n_ctx_train'];
  return isTokens(made) ? Math.min(made, FALLBACK_CONTEXT_TOKENS) : FALLBACK_CONTEXT_TOKENS;
}

const isTokens = (value: unknown): value is number => typeof value === 'number' && value > 0;

async function* complete(
  client: OpenAiClient,
  body: object,
  prompt: PromptFacts,
  signal?: AbortSignal,
): AsyncGenerator<ChatEvent, void> {
  let reason: 'stop' | 'length' = 'stop';
  let usage: ChatUsage = {};
  for await (const chunk of client.complete(body, prompt, signal)) {
    const text = chunk.choices?.[0]?.delta?.content;
    if (text) yield { type: 'token', text };
    if (finishReasonOf(chunk) === 'length') reason = 'length';
    if (chunk.usage) usage = usageOf(chunk.usage);
  }
  yield { type: 'done', reason, usage };
}

function usageOf(usage: NonNullable<CompletionChunk['usage']>): ChatUsage {
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage;
  const cached = usage.prompt_tokens_details?.cached_tokens;
  return {
    ...(promptTokens !== undefined && { promptTokens }),
    ...(promptTokens !== undefined && cached !== undefined && { evaluatedTokens: promptTokens - cached }),
    ...(completionTokens !== undefined && { completionTokens }),
  };
}
