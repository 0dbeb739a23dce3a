import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { normalizeRows, poolMean } from '../core/3-embed/pooling.ts';
import type { NativeOptions, NativeRuntime } from './native-runtime.ts';
import type { TokenBatch } from './token-batches.ts';

const PACKAGE = 'onnxruntime-node';
const VERSION = '1.30.0';
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/satchel-bench', import.meta.url));
const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** What is used of onnxruntime-node. */
interface Ort {
  readonly InferenceSession: {
    create(path: string, options: { intraOpNumThreads: number; interOpNumThreads: number }): Promise<Session>;
  };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => object;
}
interface Session {
  readonly outputNames: readonly string[];
  run(
    feeds: Readonly<Record<string, object>>,
  ): Promise<Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>;
}

/**
 * The project replaces this package by an empty one, since browsers need none of its 290 MB. The install script
 * is left out: it fetches builds for graphics cards from a host of its own, and the CPU's is in the package.
 */
async function install(): Promise<void> {
  if (existsSync(join(FOLDER, 'node_modules', PACKAGE, 'package.json'))) return;
  process.stderr.write(`fetching ${PACKAGE} ${VERSION} from npm, once …\n`);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, 'package.json'), '{"private":true}\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await promisify(execFile)('npm', ['install', ...flags, '--prefix', FOLDER, `${PACKAGE}@${VERSION}`], {
    cwd: FOLDER,
    timeout: INSTALL_TIMEOUT_MS,
  });
}

/** @throws Error when npm can't fetch it, or it has no build for this machine. */
export async function openNodeRuntime({ onnxPath, padId, threads }: NativeOptions): Promise<NativeRuntime> {
  await install();
  const { InferenceSession, Tensor } = createRequire(join(FOLDER, 'package.json'))(PACKAGE) as Ort;
  const session = await InferenceSession.create(onnxPath, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });

  const embed = async (rows: TokenBatch['rows']): Promise<Float32Array> => {
    const lengths = rows.map(({ length }) => length);
    const width = Math.max(...lengths);
    const ids = new BigInt64Array(rows.length * width).fill(BigInt(padId));
    const mask = new BigInt64Array(rows.length * width);
    rows.forEach((row, i) => {
      row.forEach((id, j) => (ids[i * width + j] = BigInt(id)));
      mask.fill(1n, i * width, i * width + row.length);
    });
    const dims = [rows.length, width];
    const outputs = await session.run({
      input_ids: new Tensor('int64', ids, dims),
      attention_mask: new Tensor('int64', mask, dims),
    });
    const output = outputs[session.outputNames[0] ?? ''];
    const dimensions = output?.dims.at(-1) ?? 0;
    const vectors = new Float32Array(rows.length * dimensions);
    if (output) poolMean(output.data, lengths, width, dimensions, vectors);
    if (!normalizeRows(vectors, dimensions))
      throw new Error('The native runtime gave no direction for a text.');
    return vectors;
  };

  return {
    name: `${PACKAGE} ${VERSION}`,
    async run(batches) {
      const startedAt = performance.now();
      const parts: Float32Array[] = [];
      for (const { rows } of batches) parts.push(await embed(rows));
      const milliseconds = performance.now() - startedAt;
      const vectors = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        vectors.set(part, at);
        at += part.length;
      }
      return { milliseconds, vectors };
    },
    close() {},
  };
}
