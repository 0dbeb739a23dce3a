import { SatchelError } from '../../errors.ts';
import { hostUrl, pageOrigin, parseObject } from '../../http-host.ts';
import type { GenerationSettings } from '../../service.ts';
import { saysOverflow } from '../fit-prompt.ts';
import { readEventData } from './sse.ts';

const CHECK_TIMEOUT_MS = 10_000;

/** One entry of the list of models; servers add fields of their own. */
export type ModelEntry = Readonly<Record<string, unknown>> & { readonly id: string };

/** One event of a streamed completion. */
export interface CompletionChunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: {
    readonly prompt_tokens?: number;
    readonly completion_tokens?: number;
    readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null;
  } | null;
}

/** What an error is about, to name in it. */
export interface PromptFacts {
  readonly tokens: number;
  readonly contextWindow: number;
}

/**
 * Speaks to one server with OpenAI's wire shapes about one model. All methods throw SatchelError
 * `chat-unreachable` (details: host, origin), `chat-key-refused` (host), `chat-model-missing` (host, model),
 * `context-overflow` (tokens, contextWindow), `chat-failed` (reason, status; 0 where none came) or `aborted`.
 */
export class OpenAiClient {
  readonly #host: string;
  readonly #key: string;
  readonly #model: string;

  constructor({ openAiUrl, openAiKey, openAiModel }: GenerationSettings) {
    this.#host = hostUrl(openAiUrl);
    this.#key = openAiKey.trim();
    this.#model = openAiModel;
  }

  async models(signal?: AbortSignal): Promise<readonly ModelEntry[]> {
    const timeout = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const response = await this.#fetch('/models', undefined, both, signal);
    const text = await response.text().catch((error: unknown) => {
      throw this.#failure(error, signal);
    });
    if (!response.ok) throw this.#refusal(response.status, text);
    const data = parseObject(text)?.['data'];
    if (!Array.isArray(data)) throw failed('No list of models: another server answers.', response.status);
    return data as readonly ModelEntry[];
  }

  /** Chunks up to the one that finishes, and what comes after it: the usage. */
  async *complete(
    body: unknown,
    prompt: PromptFacts,
    signal?: AbortSignal,
  ): AsyncGenerator<CompletionChunk, void> {
    const response = await this.#fetch('/chat/completions', body, signal);
    let isFinished = false;
    let reason = 'The answer ends before it is finished.';
    try {
      if (!response.ok || !response.body) {
        throw this.#refusal(response.status, await response.text(), prompt);
      }
      for await (const data of readEventData(response.body)) {
        if (data === '[DONE]') return;
        const chunk = parseObject(data);
        // A failure late in the work is reported inside a 200.
        if (!chunk || chunk['error']) throw this.#refusal(response.status, data, prompt);
        yield chunk;
        isFinished ||= finishReasonOf(chunk) !== undefined;
      }
    } catch (error) {
      if (signal?.aborted) throw new SatchelError('aborted', {}, error);
      if (error instanceof SatchelError) throw error;
      reason = `The connection broke: ${String(error)}`;
    }
    if (!isFinished) throw failed(reason, response.status);
  }

  /** @param caller the caller's own signal, where `signal` also holds a time limit. */
  async #fetch(path: string, body: unknown, signal?: AbortSignal, caller = signal): Promise<Response> {
    // A header holds no other characters; such a key is none, and `fetch` would call it a network failure.
    if (!/^[\x21-\x7e]*$/.test(this.#key)) throw new SatchelError('chat-key-refused', { host: this.#host });
    const headers = {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(this.#key && { Authorization: `Bearer ${this.#key}` }),
    };
    try {
      return await fetch(this.#host + path, {
        headers,
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
        ...(signal && { signal }),
        credentials: 'omit',
        // The key and the passages are for the address that the person named.
        redirect: 'error',
      });
    } catch (error) {
      throw this.#failure(error, caller);
    }
  }

  #failure(error: unknown, caller?: AbortSignal): SatchelError {
    if (caller?.aborted) return new SatchelError('aborted', {}, error);
    return new SatchelError('chat-unreachable', { host: this.#host, origin: pageOrigin() }, error);
  }

  /** What an answer without a result means. @param prompt absent for requests that send none. */
  #refusal(status: number, text: string, prompt?: PromptFacts): SatchelError {
    const host = this.#host;
    if (status === 401 || status === 403) return new SatchelError('chat-key-refused', { host });
    const { reason, code, facts } = errorIn(text);
    // A wrong path is a 404 too, but says nothing of models.
    const isMissing = code === 'model_not_found' || (status === 404 && /\bmodel\b/i.test(reason));
    if (isMissing) return new SatchelError('chat-model-missing', { host, model: this.#model });
    if (prompt && OVERFLOW_STATUSES.includes(status) && saysOverflow(reason)) {
      // llama.cpp says what it counted; a server may have been started with less than it lists.
      const tokens = numberOr(facts['n_prompt_tokens'], prompt.tokens);
      const contextWindow = numberOr(facts['n_ctx'], prompt.contextWindow);
      return new SatchelError('context-overflow', { tokens, contextWindow });
    }
    return failed(reason, status);
  }
}

/** 200 holds errors that come as events. Others, 429 above all, speak of context lengths without meaning this one. */
const OVERFLOW_STATUSES: readonly number[] = [200, 400, 413, 422];

const failed = (reason: string, status: number): SatchelError =>
  new SatchelError('chat-failed', { reason, status });

const numberOr = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);

/** Servers put the error under `error`, as an object or a text, or send its fields alone. */
function errorIn(text: string): { reason: string; code: unknown; facts: Readonly<Record<string, unknown>> } {
  const answer = parseObject(text) ?? {};
  const { error = answer } = answer;
  const facts = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const reason = [error, facts['message'], facts['detail']].find((value) => typeof value === 'string');
  return { reason: reason ?? text.slice(0, 200), code: facts['code'], facts };
}

/** Set in the last chunk with a choice. */
export const finishReasonOf = ({ choices }: CompletionChunk): string | undefined =>
  choices?.[0]?.finish_reason ?? undefined;
