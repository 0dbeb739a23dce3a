import { SatchelError } from '../errors.ts';
import type { EmbeddingRole } from '../types.ts';
import type { Embedder, EmbedderOptions, LoadedEmbedder } from './embedder.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { contextLengthOf, OllamaClient } from './ollama-client.ts';
import { ollamaFingerprintId, withTag } from './ollama-names.ts';
import { normalizeRows } from './pooling.ts';

/** Texts in one request: enough to keep a GPU busy, few enough to stop soon. */
const BATCH_TEXTS = 16;

/** Used where the model does not tell; BERT's own limit, the smallest of the common ones. */
const FALLBACK_MAX_TOKENS = 512;
/** Ollama's smallest default context. A model that reads more still gets no more than this. */
const CONTEXT_TOKENS = 2048;
/** Left free for special tokens. */
const SPECIAL_TOKENS = 2;

/** Rare characters, so that a model counts no other CJK character as more tokens than these. */
const RARE_CHARACTERS = '龘靐齉爩鱻麤龗灪吁厵滟爨癵籱饢驫鲡鹂鸾鬱鬯魑魍齾';
const MOST_TOKENS_PER_CHARACTER = 3;

interface Prefixes {
  readonly query: string;
  readonly passage: string;
}

/** By the start of the model's name, as each model's card has them. Others take none. */
const PREFIXES: readonly (readonly [string, Prefixes])[] = [
  ['nomic-embed-text', { query: 'search_query: ', passage: 'search_document: ' }],
  ['embeddinggemma', { query: 'task: search result | query: ', passage: 'title: none | text: ' }],
  ['mxbai-embed-large', { query: 'Represent this sentence for searching relevant passages: ', passage: '' }],
  ['snowflake-arctic-embed2', { query: 'query: ', passage: '' }],
];

/**
 * An embedder on a host that runs Ollama: texts leave the page, to the host that the person named.
 *
 * @throws SatchelError the codes of `OllamaClient`.
 */
export async function loadOllamaEmbedder(options: EmbedderOptions): Promise<LoadedEmbedder> {
  const { ollamaHost, ollamaModel: model, signal } = options;
  const client = new OllamaClient(ollamaHost, model);
  await client.checkVersion(signal);
  const shown = await client.post('/api/show', { model }, signal);
  const maxTokens = Math.min(contextLengthOf(shown) ?? FALLBACK_MAX_TOKENS, CONTEXT_TOKENS);
  const revision = digestOf(await client.get('/api/tags', signal), model);
  const probe = (await client.post('/api/embed', { model, input: [RARE_CHARACTERS] }, signal)) as EmbedAnswer;
  const dimensions = probe.embeddings?.[0]?.length ?? 0;
  if (dimensions === 0) throw client.failed('The answer holds no embeddings.');

  const name = model.split('/').at(-1) ?? model;
  const prefixes = PREFIXES.find(([start]) => name.startsWith(start))?.[1] ?? { query: '', passage: '' };
  const counted = probe.prompt_eval_count ?? Infinity;
  const tokensPerCharacter = Math.min(counted / RARE_CHARACTERS.length, MOST_TOKENS_PER_CHARACTER);
  return {
    embedder: new OllamaEmbedder(client, model, { dimensions, maxTokens, prefixes, tokensPerCharacter }),
    fingerprint: {
      embedder: ollamaFingerprintId(model),
      revision,
      dtype: '',
      pooling: '',
      queryPrefix: prefixes.query,
      passagePrefix: prefixes.passage,
      dimensions,
    },
    device: 'remote',
  };
}

interface EmbedAnswer {
  readonly embeddings?: readonly (readonly number[])[];
  readonly prompt_eval_count?: number;
}

function digestOf(answer: unknown, model: string): string {
  const { models } = answer as { models?: readonly { readonly name?: string; readonly digest?: string }[] };
  return models?.find(({ name }) => name === withTag(model))?.digest ?? '';
}

interface OllamaFacts {
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly prefixes: Prefixes;
  readonly tokensPerCharacter: number;
}

class OllamaEmbedder implements Embedder {
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly #client: OllamaClient;
  readonly #model: string;
  readonly #facts: OllamaFacts;

  constructor(client: OllamaClient, model: string, facts: OllamaFacts) {
    this.dimensions = facts.dimensions;
    this.maxTokens = facts.maxTokens;
    this.#client = client;
    this.#model = model;
    this.#facts = facts;
  }

  countTokens(text: string): number {
    return estimateTokens(text, this.#facts.tokensPerCharacter);
  }

  async embed(
    texts: readonly string[],
    role: EmbeddingRole,
    signal?: AbortSignal,
  ): Promise<Float32Array<ArrayBuffer>> {
    const input = texts.map((text) => this.#facts.prefixes[role] + text.trim());
    input.forEach((text) => this.#checkLength(text));
    const vectors = new Float32Array(texts.length * this.dimensions);
    for (let at = 0; at < input.length; at += BATCH_TEXTS) {
      if (signal?.aborted) throw new SatchelError('aborted');
      const batch = input.slice(at, at + BATCH_TEXTS);
      const answer = await this.#client.post('/api/embed', { model: this.#model, input: batch }, signal);
      this.#rows(answer, batch.length).forEach((row, i) => vectors.set(row, (at + i) * this.dimensions));
    }
    if (!normalizeRows(vectors, this.dimensions)) {
      throw new SatchelError('embedding-failed', { reason: 'A vector has no direction.' });
    }
    return vectors;
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  /** Ollama's own truncation cuts some models' input in mid-character and drops it with others. */
  #checkLength(text: string): void {
    const tokens = this.countTokens(text) + SPECIAL_TOKENS;
    if (tokens > this.maxTokens) {
      throw new SatchelError('text-too-long', { tokens, maxTokens: this.maxTokens });
    }
  }

  #rows(answer: unknown, count: number): readonly (readonly number[])[] {
    const { embeddings } = answer as EmbedAnswer;
    const fits =
      Array.isArray(embeddings) &&
      embeddings.length === count &&
      embeddings.every((row) => Array.isArray(row) && row.length === this.dimensions);
    if (!fits) throw this.#client.failed('The answer holds another number of embeddings or dimensions.');
    return embeddings;
  }
}
