import type { EmbeddingRole } from '../types.ts';
import type { Embedder } from './embedder.ts';
import type { EmbeddingModel } from './models.ts';

/** Texts that go through the model before a device is trusted with a person's documents. */
export interface ReferenceVector {
  readonly role: EmbeddingRole;
  readonly text: string;
  /** Length 1. */
  readonly vector: Float32Array;
}

/**
 * What the GPU may differ by: half precision and another order of sums stay above 0.999, a driver that computes
 * something else falls to the level of unrelated texts, 0.7 to 0.9 with E5.
 */
const MIN_COSINE = 0.99;

/** Used where the table has no vectors for a model: then the CPU of this machine gives the reference. */
const PROBES: readonly Pick<ReferenceVector, 'role' | 'text'>[] = [
  { role: 'query', text: 'What is the default port?' },
  { role: 'passage', text: 'The default port of the server is 11434. 向量检索在浏览器里完成。' },
];

/**
 * Vectors that native onnxruntime gave for the same weights, with the ids of the Python tokenizer: another
 * path from text to vector than this folder's, end to end.
 *
 * @returns undefined for models that the table does not hold.
 */
export async function storedReference(model: EmbeddingModel): Promise<ReferenceVector[] | undefined> {
  const { default: table } = await import('./reference-vectors.json');
  const rows = (table as Partial<Record<string, { role: string; text: string; vector: string }[]>>)[model.id];
  return rows?.map(({ role, text, vector }) => ({
    role: role as EmbeddingRole,
    text,
    vector: new Float32Array(Uint8Array.from(atob(vector), (char) => char.charCodeAt(0)).buffer),
  }));
}

export async function computeReference(embedder: Embedder): Promise<ReferenceVector[]> {
  const vectors: ReferenceVector[] = [];
  for (const probe of PROBES)
    vectors.push({ ...probe, vector: await embedder.embed([probe.text], probe.role) });
  return vectors;
}

/** Whether the embedder agrees with every reference vector. */
export async function passesSelfCheck(
  embedder: Embedder,
  references: readonly ReferenceVector[],
): Promise<boolean> {
  for (const { role, text, vector } of references) {
    const actual = await embedder.embed([text], role);
    const cosine = actual.reduce((sum, value, d) => sum + value * (vector[d] ?? NaN), 0);
    // Written so that NaN fails.
    if (!(cosine > MIN_COSINE)) return false;
  }
  return true;
}
