import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNativeRuntime } from '../bench/native-runtime.ts';
import { PYTHON_VARIABLE } from '../bench/python-server.ts';
import { appBatches, openLocalModel, tokenRows } from '../bench/token-batches.ts';
import type { Embedder } from '../core/3-embed/embedder.ts';
import type { EmbeddingModel } from '../core/3-embed/models.ts';

const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/satchel-eval', import.meta.url));
const DIGEST_BYTES = 16;
const LIMITS = { paddedTokens: 2048, texts: 16 };
/** Rows that are computed before they are written: as many are lost when the command is stopped. */
const TEXTS_A_WRITE = 128;

/** A name that changes with whatever changes vectors: kept ones of other prefixes or weights are never met. */
export function vectorsFile(model: EmbeddingModel): string {
  const { id, files, pooling, queryPrefix, passagePrefix, maxTokens } = model;
  return `${id}-${digest(JSON.stringify([files, pooling, queryPrefix, passagePrefix, maxTokens])).slice(0, 8)}.vectors`;
}

/**
 * The app's default embedder on onnxruntime's native build, three times as fast as in a browser and with the same
 * vectors (`npm run bench -- embed`). A text is embedded once, whatever run asks for it: vectors are kept on disk.
 * @throws Error when no native build is to be had.
 */
export async function openNativeEmbedder(embedder: string): Promise<Embedder> {
  const local = await openLocalModel(embedder);
  const { model, tokenizer, onnxPath } = local;
  const opened = await openNativeRuntime({
    onnxPath,
    padId: tokenizer.padId,
    threads: availableParallelism(),
  });
  if (!('run' in opened)) {
    throw new Error(`No native onnxruntime (${PYTHON_VARIABLE} may name a Python): ${opened.join('; ')}`);
  }
  const { dimensions } = model;
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, vectorsFile(model));
  const known = readKept(path, dimensions);

  const computeAll = async (texts: ReadonlyMap<string, string>, role: 'query' | 'passage'): Promise<void> => {
    const entries = [...texts];
    for (let at = 0; at < entries.length; at += TEXTS_A_WRITE) {
      const part = entries.slice(at, at + TEXTS_A_WRITE);
      const batches = appBatches(
        tokenRows(
          part.map(([, text]) => text),
          role,
          local,
        ),
        LIMITS,
      );
      const { vectors } = await opened.run(batches);
      const places = batches.flatMap((batch) => batch.places);
      const records = places.map((place, i) => {
        const key = part[place]?.[0] ?? '';
        const vector = vectors.slice(i * dimensions, (i + 1) * dimensions);
        known.set(key, vector);
        return Buffer.concat([Buffer.from(key, 'hex'), new Uint8Array(vector.buffer)]);
      });
      appendFileSync(path, Buffer.concat(records));
      process.stderr.write(`\rembedded ${at + part.length} of ${entries.length} new texts`.padEnd(70));
    }
  };

  return {
    dimensions,
    maxTokens: model.maxTokens,
    countTokens: (text) => tokenizer.encode(text).length,
    async embed(texts, role) {
      const keyOf = texts.map((text) => digest(`${role}\n${text}`));
      const unknown = new Map(
        keyOf.flatMap((key, i) => (known.has(key) ? [] : [[key, texts[i] ?? ''] as const])),
      );
      await computeAll(unknown, role);
      const vectors = new Float32Array(texts.length * dimensions);
      keyOf.forEach((key, i) => vectors.set(known.get(key) ?? [], i * dimensions));
      return vectors;
    },
    dispose: async () => opened.close(),
  };
}

const digest = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 2 * DIGEST_BYTES);

/** Vectors of earlier runs, each after its key. A record that was cut off, by a run that was stopped, ends the file. */
function readKept(path: string, dimensions: number): Map<string, Float32Array> {
  const known = new Map<string, Float32Array>();
  if (!existsSync(path)) return known;
  const bytes = readFileSync(path);
  const recordBytes = DIGEST_BYTES + 4 * dimensions;
  const count = Math.floor(bytes.length / recordBytes);
  for (let at = 0; at < count * recordBytes; at += recordBytes) {
    const vector = new Uint8Array(bytes.subarray(at + DIGEST_BYTES, at + recordBytes));
    known.set(bytes.toString('hex', at, at + DIGEST_BYTES), new Float32Array(vector.buffer));
  }
  if (count * recordBytes < bytes.length) truncateSync(path, count * recordBytes);
  return known;
}
