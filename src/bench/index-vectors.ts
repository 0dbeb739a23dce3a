import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHeadlessApp } from '../../scripts/headless.ts';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import { EMBEDDING_MODELS } from '../core/3-embed/models.ts';
import type { EmbeddingRole } from '../core/types.ts';
import { readRetrievalSet } from '../eval/retrieval-set.ts';
import type { Headless } from '../headless/main.ts';
import { clusteredVectors } from './clustered-vectors.ts';
import { QUESTIONS } from './index-bench-service.ts';
import type { VectorPath } from './measure-index.ts';
import { seededRandom } from './random.ts';

declare const window: { satchel: Headless };

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/satchel-index-bench', import.meta.url));
const CHUNKS_A_CLUSTER = 100;
const BATCH = 64;

const model = EMBEDDING_MODELS.find(({ id }) => id === DEFAULT_PREFERENCES.retrieval.embedder);
/** Those of the default model. */
export const DIMENSIONS = model?.dimensions ?? 384;

/** Random vectors as a file: a million take a gigabyte and a half, which no call to a page could carry. */
export function writeClusteredVectors(folder: string, chunks: number): VectorPath {
  const path = join(folder, `${chunks}.f32`);
  const shape = { dimensions: DIMENSIONS, clusters: Math.ceil(chunks / CHUNKS_A_CLUSTER), spread: 0.5 };
  writeFileSync(path, clusteredVectors(seededRandom(1), { count: chunks + QUESTIONS, ...shape }));
  return { path, chunks, dimensions: DIMENSIONS };
}

/** Vectors that are there already. @throws Error for a file that is not of whole rows. */
export function vectorFile(path: string): VectorPath {
  const rows = statSync(path).size / (DIMENSIONS * Float32Array.BYTES_PER_ELEMENT);
  if (!Number.isInteger(rows) || rows <= QUESTIONS) throw new Error(`${path} has ${rows} rows.`);
  return { path, chunks: rows - QUESTIONS, dimensions: DIMENSIONS };
}

/**
 * The default model's vectors of the texts and the first queries of retrieval sets, which it embeds once: they are kept.
 * @throws Error when the sets have too few queries, and what reading a set throws.
 */
export async function realVectors(folders: readonly string[]): Promise<VectorPath> {
  const sets = folders.map(readRetrievalSet);
  const texts = sets.flatMap(({ corpus }) => corpus.map(({ text }) => text));
  // Of each set as many as of the others: one language alone would say little of two.
  const share = Math.ceil(QUESTIONS / sets.length);
  const queries = sets
    .flatMap((set) => set.queries.slice(0, share).map(({ text }) => text))
    .slice(0, QUESTIONS);
  if (queries.length < QUESTIONS) throw new Error(`The sets have ${queries.length} of ${QUESTIONS} queries.`);
  const key = createHash('sha256')
    .update(JSON.stringify([model, texts, queries]))
    .digest('hex')
    .slice(0, 16);
  const path = join(CACHE, `${key}.f32`);
  if (!existsSync(path)) {
    const rows = await embedAll([
      ['passage', texts],
      ['query', queries],
    ]);
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(path, rows);
  }
  return { path, chunks: texts.length, dimensions: DIMENSIONS };
}

async function embedAll(
  groups: readonly (readonly [EmbeddingRole, readonly string[]])[],
): Promise<Float32Array<ArrayBuffer>> {
  const app = await openHeadlessApp();
  try {
    await app.page.evaluate(
      (settings) => window.satchel.bench.openEmbedder(settings),
      DEFAULT_PREFERENCES.retrieval,
    );
    const rows: number[][] = [];
    for (const [role, texts] of groups) {
      for (let at = 0; at < texts.length; at += BATCH) {
        process.stderr.write(`\rembedding: ${at} of ${texts.length} (${role})`.padEnd(60));
        rows.push(
          await app.page.evaluate(
            async ([batch, as]) => Array.from((await window.satchel.bench.embed(batch, as, 'app')).vectors),
            [texts.slice(at, at + BATCH), role] as const,
          ),
        );
      }
    }
    process.stderr.write('\n');
    return Float32Array.from(rows.flat());
  } finally {
    await app.close();
  }
}
