import type { PreTrainedModel } from '@xenova/transformers';
import { SatchelError, toSatchelError } from '../errors.ts';
import { turnsFor } from '../next-turn.ts';
import type { EmbeddingRole } from '../types.ts';
import { makeBatches, type BatchLimits } from './batches.ts';
import type { Embedder } from './embedder.ts';
import type { EmbeddingModel } from './models.ts';
import { loadTransformers } from './onnx-runtime.ts';
import { normalizeRows, poolFirst, poolMean } from './pooling.ts';
import type { Tokenizer } from './tokenizer.ts';
import { Turns } from './turns.ts';

interface Outputs {
  readonly last_hidden_state?: { readonly data: Float32Array };
  readonly token_embeddings?: { readonly data: Float32Array };
  readonly sentence_embedding?: { readonly data: Float32Array };
}

/**
 * A loaded model as an embedder. Texts are tokenized, sorted into batches and computed one batch at a time;
 * between two batches the smallest waiting job goes first.
 */
export class TransformersEmbedder implements Embedder {
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly #model: EmbeddingModel;
  readonly #network: PreTrainedModel;
  readonly #tokenizer: Tokenizer;
  readonly #limits: BatchLimits;
  readonly #turns = new Turns();
  #disposed = false;

  constructor(model: EmbeddingModel, network: PreTrainedModel, tokenizer: Tokenizer, limits: BatchLimits) {
    this.dimensions = model.dimensions;
    this.maxTokens = model.maxTokens;
    this.#model = model;
    this.#network = network;
    this.#tokenizer = tokenizer;
    this.#limits = limits;
  }

  countTokens(text: string): number {
    return this.#tokenizer.encode(text).length;
  }

  async embed(
    texts: readonly string[],
    role: EmbeddingRole,
    signal?: AbortSignal,
  ): Promise<Float32Array<ArrayBuffer>> {
    const { dimensions } = this;
    const rows = await this.#tokenize(texts, role, signal);
    const vectors = new Float32Array(texts.length * dimensions);
    const lengths = rows.map((ids) => ids.length);
    const size = role === 'query' ? 0 : lengths.reduce((sum, length) => sum + length, 0);
    for (const batch of makeBatches(lengths, this.#limits)) {
      const part = await this.#turns.take(size, () => {
        this.#throwIfOver(signal);
        return this.#run(batch.map((row) => rows[row] ?? []));
      });
      batch.forEach((row, i) => {
        vectors.set(part.subarray(i * dimensions, (i + 1) * dimensions), row * dimensions);
      });
    }
    return vectors;
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    // In turn: memory must not go while a batch computes in it.
    await this.#turns.take(0, () => this.#network.dispose());
  }

  #throwIfOver(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw new SatchelError('aborted');
    if (this.#disposed) throw new SatchelError('embedding-failed', { reason: 'disposed' });
  }

  /** Ids with prefix and special tokens, cut to what the model reads. */
  async #tokenize(texts: readonly string[], role: EmbeddingRole, signal?: AbortSignal): Promise<number[][]> {
    const { head, tail } = this.#tokenizer;
    const prefix = role === 'query' ? this.#model.queryPrefix : this.#model.passagePrefix;
    const room = this.maxTokens - head.length - tail.length;
    const rows: number[][] = [];
    const turn = turnsFor();
    for (const text of texts) {
      await turn();
      this.#throwIfOver(signal);
      // Trimmed, since a space at the end is a token of its own.
      const ids = this.#tokenizer.encode(prefix + text.trim());
      rows.push([...head, ...ids.slice(0, room), ...tail]);
    }
    return rows;
  }

  async #run(rows: readonly (readonly number[])[]): Promise<Float32Array> {
    const { Tensor } = await loadTransformers();
    const { dimensions } = this;
    const width = Math.max(...rows.map((ids) => ids.length));
    const ids = new BigInt64Array(rows.length * width).fill(BigInt(this.#tokenizer.padId));
    const mask = new BigInt64Array(rows.length * width);
    rows.forEach((row, i) => {
      row.forEach((id, j) => (ids[i * width + j] = BigInt(id)));
      mask.fill(1n, i * width, i * width + row.length);
    });
    const dims = [rows.length, width];
    try {
      const outputs = (await this.#network({
        input_ids: new Tensor('int64', ids, dims),
        attention_mask: new Tensor('int64', mask, dims),
      })) as Outputs;
      const vectors = this.#pool(outputs, rows, width);
      if (!normalizeRows(vectors, dimensions)) throw new Error('The model gave no direction for a text.');
      return vectors;
    } catch (error) {
      throw toSatchelError(error, 'embedding-failed');
    }
  }

  #pool(outputs: Outputs, rows: readonly (readonly number[])[], width: number): Float32Array {
    const { dimensions } = this;
    const pooled = outputs.sentence_embedding?.data;
    const perToken = (outputs.last_hidden_state ?? outputs.token_embeddings)?.data;
    const vectors = new Float32Array(rows.length * dimensions);
    if (this.#model.pooling === 'model') {
      if (pooled?.length !== vectors.length)
        throw new Error('The model has no sentence_embedding of this size.');
      vectors.set(pooled);
    } else {
      if (perToken?.length !== vectors.length * width)
        throw new Error('The model has no hidden state of this size.');
      const lengths = rows.map((ids) => ids.length);
      const pool = this.#model.pooling === 'mean' ? poolMean : poolFirst;
      pool(perToken, lengths, width, dimensions, vectors);
    }
    return vectors;
  }
}
