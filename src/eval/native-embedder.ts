import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNativeRuntime } from '../bench/native-runtime.ts';
import { PYTHON_VARIABLE } from '../bench/python-server.ts';
import { appBatches, openLocalModel, tokenRows } from '../bench/token-batches.ts';
import type { Embedder } from '../core/3-embed/embedder.ts';

const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/satchel-eval', import.meta.url));
const DIGEST_BYTES = 16;
const LIMITS = { paddedTokens: 2048, texts: 16 };
/** Rows that are computed before they are written: as many are lost when the command is stopped. */
const TEXTS_A_WRITE = 128;

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
  const keysPath = join(FOLDER, `${model.id}.keys`);
  const rowsPath = join(FOLDER, `${model.id}.f32`);
  const { keys, rows } = readKept(keysPath, rowsPath, 4 * dimensions);
  const known = new Map<string, Float32Array>(
    keys.map((key, i) => [key, rows.subarray(i * dimensions, (i + 1) * dimensions)]),
  );

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
      const ordered = places.map((place) => part[place]?.[0] ?? '');
      appendFileSync(rowsPath, new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength));
      appendFileSync(keysPath, Buffer.from(ordered.join(''), 'hex'));
      ordered.forEach((key, i) => known.set(key, vectors.subarray(i * dimensions, (i + 1) * dimensions)));
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

/** Vectors of earlier runs; half a write at the end of one that was stopped is dropped. */
function readKept(keysPath: string, rowsPath: string, rowBytes: number) {
  if (!existsSync(keysPath) || !existsSync(rowsPath)) return { keys: [], rows: new Float32Array() };
  const keyBytes = readFileSync(keysPath);
  const bytes = readFileSync(rowsPath);
  const count = Math.min(Math.floor(keyBytes.length / DIGEST_BYTES), Math.floor(bytes.length / rowBytes));
  truncateSync(keysPath, count * DIGEST_BYTES);
  truncateSync(rowsPath, count * rowBytes);
  const keys = Array.from({ length: count }, (_, i) =>
    keyBytes.toString('hex', i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES),
  );
  return { keys, rows: new Float32Array(new Uint8Array(bytes.subarray(0, count * rowBytes)).buffer) };
}
