import { SatchelError, toSatchelError } from '../errors.ts';
import type { EmbedderOptions } from './embedder.ts';
import type { EmbeddingModel, ModelFile } from './models.ts';
import { download, type Progress } from './model-download.ts';
import { openPartCache, StoredFile, type PartCache } from './model-store.ts';

export interface DeliveryOptions extends Pick<EmbedderOptions, 'hub' | 'onProgress' | 'signal'> {
  /** Base URL of the models that the app's own origin serves. */
  readonly ownOrigin: string;
  /** Kept across calls; the browser's Cache API unless given. */
  readonly cache?: PartCache;
}

export interface DeliveredModel {
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** SHA-256 of each file, in hex, as checked just now. */
  readonly hashes: ReadonlyMap<string, string>;
}

const PROGRESS_INTERVAL_MS = 100;

/**
 * All files of a model, from the first source that has them: what is kept from last time, the app's own
 * origin, the hub. Every file is checked against its SHA-256 on every load; one that a disk or a host has
 * changed is dropped and fetched anew.
 *
 * @throws SatchelError `model-unreachable`, `model-mismatch` (details: model, file, url, status or hashes),
 * `quota-exceeded` (details: neededBytes, freeBytes) or `aborted`.
 */
export async function fetchModelFiles(
  model: EmbeddingModel,
  options: DeliveryOptions,
): Promise<DeliveredModel> {
  try {
    return await exclusively(model, options.signal, () => fetchAll(model, options));
  } catch (error) {
    throw toSatchelError(error, 'model-unreachable');
  }
}

/** Deletes a model from this device, with the hashes that its first download recorded. */
export async function removeModelFiles(model: EmbeddingModel, cache?: PartCache): Promise<void> {
  const parts = cache ?? (await openPartCache());
  await exclusively(model, undefined, async () => {
    for (const { path } of model.files) await (await StoredFile.open(parts, model, path)).forget();
  });
}

/** Two tabs that load the same model would write the same parts twice, one into the other's file. */
async function exclusively<Result>(
  model: EmbeddingModel,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  if (!locks) return work();
  return await locks.request(`satchel-model/${model.id}`, signal ? { signal } : {}, work);
}

async function fetchAll(model: EmbeddingModel, options: DeliveryOptions): Promise<DeliveredModel> {
  const cache = options.cache ?? (await openPartCache());
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const hashes = new Map<string, string>();
  const sizes = model.files.map((file) => file.sizeBytes ?? 0);
  let reportedAt = -Infinity;

  for (const [i, file] of model.files.entries()) {
    const before = sizes.slice(0, i).reduce((sum, size) => sum + size, 0);
    const report: Progress = (loadedBytes, totalBytes) => {
      sizes[i] = totalBytes;
      const done = loadedBytes === totalBytes;
      if (!options.onProgress || (!done && performance.now() - reportedAt < PROGRESS_INTERVAL_MS)) return;
      reportedAt = performance.now();
      const total = sizes.slice(i).includes(0) ? 0 : sizes.reduce((sum, size) => sum + size, 0);
      options.onProgress({ file: file.path, loadedBytes: before + loadedBytes, totalBytes: total });
    };
    const stored = await StoredFile.open(cache, model, file.path);
    const { bytes, sha256 } = await fetchFile(model, file, stored, options, report);
    report(bytes.length, bytes.length);
    files.set(file.path, bytes);
    hashes.set(file.path, sha256);
  }
  return { files, hashes };
}

interface VerifiedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

async function fetchFile(
  model: EmbeddingModel,
  file: ModelFile,
  stored: StoredFile,
  options: DeliveryOptions,
  report: Progress,
): Promise<VerifiedFile> {
  if (stored.complete) {
    const kept = await verify(file, stored);
    if (kept.verified) return kept.verified;
    await stored.drop();
  }
  let failure: SatchelError | undefined;
  for (const url of sources(model, file, options)) {
    const details = { model: model.id, file: file.path, url };
    try {
      await download(file, stored, url, details, options.signal, report);
      const fetched = await verify(file, stored);
      if (fetched.verified) {
        await stored.markComplete(fetched.verified.sha256);
        return fetched.verified;
      }
      await stored.drop();
      throw new SatchelError('model-mismatch', { ...details, ...fetched.hashes });
    } catch (error) {
      const coded = toSatchelError(error, 'model-unreachable');
      if (coded.code !== 'model-unreachable' && coded.code !== 'model-mismatch') throw coded;
      // A host that has the file, but another one, says more than a host that has none.
      if (failure?.code !== 'model-mismatch') failure = coded;
    }
  }
  throw (
    failure ?? new SatchelError('model-unreachable', { model: model.id, file: file.path, url: '', status: 0 })
  );
}

function sources(model: EmbeddingModel, file: ModelFile, options: DeliveryOptions): string[] {
  const own = model.vendored ? [`${withSlash(options.ownOrigin)}${model.id}/${file.path}`] : [];
  const { repository, revision } = model;
  const hub = options.hub ? [`${withSlash(options.hub)}${repository}/resolve/${revision}/${file.path}`] : [];
  return [...own, ...hub];
}

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

/** Reads the file back from the disk, so that what is checked is what every later load will get. */
async function verify(
  file: ModelFile,
  stored: StoredFile,
): Promise<{ verified?: VerifiedFile; hashes: { expected: string; actual: string } }> {
  const bytes = await stored.read();
  const actual = bytes ? await sha256Hex(bytes) : '';
  // Trust on first use: without a hash in the catalogue, the first complete download sets it.
  const expected = file.sha256 ?? stored.sha256;
  const hashes = { expected, actual };
  const matches = bytes && (expected === '' || expected === actual);
  return matches ? { verified: { bytes, sha256: actual }, hashes } : { hashes };
}

async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
