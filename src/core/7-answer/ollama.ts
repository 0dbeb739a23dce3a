import { contextLengthOf, OllamaClient } from '../3-embed/ollama-client.ts';
import type { LoadProgress } from '../3-embed/embedder.ts';
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

/**
 * Names of the models that can chat, without `:latest`. Ollama's cloud models are left out: it hands what they are
 * asked on to its maker, and the person chose this host alone.
 *
 * @throws SatchelError the codes of `OllamaClient`.
 */
export async function listOllamaChatModels(options: ChatEngineOptions): Promise<readonly string[]> {
  const { ollamaHost, ollamaModel, signal } = options;
  const client = new OllamaClient(ollamaHost, ollamaModel);
  const { models: all = [] } = (await client.get('/api/tags', signal)) as { models?: readonly ModelTag[] };
  const models = all.filter(({ name, remote_host }) => !remote_host && !/[-:]cloud$/.test(name));
  const canChat = await Promise.all(
    models.map(async ({ name }) => {
      const shown = await client.post('/api/show', { model: name }, signal).catch(orBroken);
      // Ollama tells since 0.6.4.
      return shown !== undefined && (capabilitiesOf(shown)?.includes('completion') ?? true);
    }),
  );
  const names = models.filter((_, i) => canChat[i]).map(({ name }) => name.replace(/:latest$/, ''));
  return names.sort();
}

/**
 * Has the host fetch a model from Ollama's library. What was fetched before an abort is kept there.
 *
 * @throws SatchelError the codes of `OllamaClient`; `ollama-failed` when the library has no such model.
 */
export async function* pullOllamaModel(
  options: ChatEngineOptions,
  model: string,
): AsyncGenerator<LoadProgress> {
  const client = new OllamaClient(options.ollamaHost, model);
  for await (const line of client.stream('/api/pull', { model, stream: true }, options.signal)) {
    const { status = '', completed = 0, total = 0 } = line as PullLine;
    yield { file: status, loadedBytes: completed, totalBytes: total };
  }
}

/** One for each step; those that fetch tell how much of one file is there. */
interface PullLine {
  readonly status?: string;
  readonly completed?: number;
  readonly total?: number;
}

interface ModelTag {
  readonly name: string;
  /** Where a cloud model runs. */
  readonly remote_host?: string;
}

/** One model that cannot be shown, or was deleted meanwhile, does not hide the others. */
function orBroken(error: unknown): undefined {
  const isBroken =
    error instanceof SatchelError && ['ollama-failed', 'ollama-model-missing'].includes(error.code);
  if (!isBroken) throw error;
}

const capabilitiesOf = (shown: unknown): readonly string[] | undefined =>
  (shown as { capabilities?: readonly string[] }).capabilities;

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
