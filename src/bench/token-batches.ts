import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BatchLimits } from '../core/3-embed/batches.ts';
import { makeBatches } from '../core/3-embed/batches.ts';
import { loadTokenizer } from '../core/3-embed/load-tokenizer.ts';
import { EMBEDDING_MODELS, type EmbeddingModel } from '../core/3-embed/models.ts';
import type { Tokenizer } from '../core/3-embed/tokenizer.ts';
import type { EmbeddingRole } from '../core/types.ts';

/** The vendored model's files on this machine's disk. */
export interface LocalModel {
  readonly model: EmbeddingModel;
  readonly tokenizer: Tokenizer;
  readonly onnxPath: string;
}

const MODELS = fileURLToPath(new URL('../../public/models', import.meta.url));

/** @throws Error when the embedder is not one that the app serves itself. */
export async function openLocalModel(embedder: string): Promise<LocalModel> {
  const model = EMBEDDING_MODELS.find(({ id, vendored }) => id === embedder && vendored);
  const onnx = model?.files.find(({ path }) => path.endsWith('.onnx'));
  if (!model || !onnx) throw new Error(`public/models has no ${embedder}.`);
  const bytes = new Uint8Array(readFileSync(`${MODELS}/${model.id}/tokenizer.json`));
  const tokenizer = await loadTokenizer(model, new Map([['tokenizer.json', bytes]]));
  return { model, tokenizer, onnxPath: `${MODELS}/${model.id}/${onnx.path}` };
}

/** Ids as the app's embedder makes them; equal vectors in the end show that they are the same. */
export function tokenRows(
  texts: readonly string[],
  role: EmbeddingRole,
  { model, tokenizer: { head, tail, encode } }: LocalModel,
): number[][] {
  const prefix = role === 'query' ? model.queryPrefix : model.passagePrefix;
  const room = model.maxTokens - head.length - tail.length;
  return texts.map((text) => [...head, ...encode(prefix + text.trim()).slice(0, room), ...tail]);
}

/** Rows that are computed together, and which texts they are of. */
export interface TokenBatch {
  readonly places: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

/** The batches that the app makes of these rows. */
export const appBatches = (rows: readonly (readonly number[])[], limits: BatchLimits): TokenBatch[] =>
  makeBatches(
    rows.map(({ length }) => length),
    limits,
  ).map((places) => ({ places, rows: places.map((place) => rows[place] ?? []) }));

/** `count` rows after another, as they come. */
export const naiveBatches = (rows: readonly (readonly number[])[], count: number): TokenBatch[] =>
  Array.from({ length: Math.ceil(rows.length / count) }, (_, i) => {
    const part = rows.slice(i * count, (i + 1) * count);
    return { places: part.map((_row, j) => i * count + j), rows: part };
  });

/** Tokens computed for each token of text: 1 where nothing is padded. */
export function paddingFactor(batches: readonly TokenBatch[]): number {
  let tokens = 0;
  let padded = 0;
  for (const { rows } of batches) {
    const lengths = rows.map(({ length }) => length);
    tokens += lengths.reduce((sum, length) => sum + length, 0);
    padded += lengths.length * Math.max(...lengths);
  }
  return padded / tokens;
}
