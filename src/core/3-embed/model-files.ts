import { SatchelError, toSatchelError } from '../errors.ts';
import type { EmbedderOptions } from './embedder.ts';
import type { ModelFile, ModelSource } from './models.ts';
import { download, PART_BYTES, type Progress } from './model-download.ts';
import { openPartCache, StoredFile, type PartCache } from './model-store.ts';

export interface DeliveryOptions extends Pick<EmbedderOptions, 'hub' | 'onProgress' | 'signal'> {
  /** Base URL of the models that the app's own origin serves. */
  readonly ownOrigin: string;
  /** Kept across calls; the browser's Cache API unless given. */
  readonly cache?: PartCache;
}

export interface DeliveredModel<Content = Uint8Array<ArrayBuffer>> {
  readonly files: ReadonlyMap<string, Content>;
  /** SHA-256 of each file, in hex, as checked just now. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** How files are handed out, and how they are hashed in that form. */
interface Form<Content> {
  read(stored: StoredFile): Promise<Content | undefined>;
  sizeBytes(content: Content): number;
  /** In hex. */
  hash(content: Content): Promise<string>;
}

const BYTES: Form<Uint8Array<ArrayBuffer>> = {
  read: (stored) => stored.read(),
  sizeBytes: ({ length }) => length,
  hash: sha256Hex,
};

const BLOB: Form<Blob> = {
  read: (stored) => stored.readBlob(),
  sizeBytes: ({ size }) => size,
  hash: hashOfSlices,
};

const PROGRESS_INTERVAL_MS = 100;

/**
 * All files of a model, from the first source that has them: what is kept from last time, the app's own
 * origin, the hub. Every file is checked against its SHA-256 on every load; one that a disk or a host has
 * changed is dropped and fetched anew.
 *
 * @throws SatchelError `model-unreachable`, `model-mismatch` (details: model, file, url, status or hashes),
 * `quota-exceeded` (details: neededBytes, freeBytes) or `aborted`.
 */
export async function fetchModelFiles(model: ModelSource, options: DeliveryOptions): Promise<DeliveredModel> {
  try {
    return await exclusively(model, options.signal, () => fetchAll(model, options, BYTES));
  } catch (error) {
    throw toSatchelError(error, 'model-unreachable');
  }
}

/** A model whose files are too large to be held in memory, or to be hashed in one piece. */
export interface LargeModelSource extends Omit<ModelSource, 'files'> {
  /** The first download decides on the hash: see `hashOfSlices`. */
  readonly files: readonly Omit<ModelFile, 'sha256'>[];
}

/** `fetchModelFiles` for files of a gigabyte. Throws the same. */
export async function fetchModelBlobs(
  model: LargeModelSource,
  options: DeliveryOptions,
): Promise<DeliveredModel<Blob>> {
  try {
    return await exclusively(model, options.signal, () => fetchAll(model, options, BLOB));
  } catch (error) {
    throw toSatchelError(error, 'model-unreachable');
  }
}

/** Deletes a model from this device, with the hashes that its first download recorded. */
export async function removeModelFiles(
  model: ModelSource | LargeModelSource,
  cache?: PartCache,
): Promise<void> {
  const parts = cache ?? (await openPartCache());
  await exclusively(model, undefined, async () => {
    for (const { path } of model.files) await (await StoredFile.open(parts, model, path)).forget();
  });
}

/** Whether this content is kept, whole. */
export async function keepsBlob(stored: StoredFile, content: Blob): Promise<boolean> {
  const isWhole = stored.complete && stored.storedBytes === content.size;
  return isWhole && stored.sha256 === (await hashOfSlices(content));
}

/**
 * Keeps content that is at hand, in place of what is kept, as a download would be.
 *
 * @param report is told how much is kept before each part: all of it is when this resolves.
 * @throws what reading it or writing it fails with; the signal's reason.
 */
export async function keepBlob(
  stored: StoredFile,
  content: Blob,
  report: (loadedBytes: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  await stored.forget();
  for (let at = 0; at < content.size; at += PART_BYTES) {
    signal?.throwIfAborted();
    report(at);
    await stored.append(new Uint8Array(await content.slice(at, at + PART_BYTES).arrayBuffer()), '');
  }
  const kept = await stored.readBlob();
  if (!kept) throw new Error('What was written is not what is read.');
  const sha256 = await hashOfSlices(kept);
  signal?.throwIfAborted();
  await stored.markComplete(sha256);
}

/** Two tabs that load the same model would write the same parts twice, one into the other's file. */
export async function exclusively<Result>(
  model: Pick<ModelSource, 'id'>,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  if (!locks) return work();
  return await locks.request(`satchel-model/${model.id}`, signal ? { signal } : {}, work);
}

async function fetchAll<Content>(
  model: ModelSource,
  options: DeliveryOptions,
  form: Form<Content>,
): Promise<DeliveredModel<Content>> {
  const cache = options.cache ?? (await openPartCache());
  const files = new Map<string, Content>();
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
    const { content, sha256 } = await fetchFile(model, file, stored, options, report, form);
    report(form.sizeBytes(content), form.sizeBytes(content));
    files.set(file.path, content);
    hashes.set(file.path, sha256);
  }
  return { files, hashes };
}

interface VerifiedFile<Content> {
  readonly content: Content;
  readonly sha256: string;
}

async function fetchFile<Content>(
  model: ModelSource,
  file: ModelFile,
  stored: StoredFile,
  options: DeliveryOptions,
  report: Progress,
  form: Form<Content>,
): Promise<VerifiedFile<Content>> {
  if (stored.complete) {
    const kept = await verify(file, stored, form);
    if (kept.verified) return kept.verified;
    await stored.drop();
  }
  let failure: SatchelError | undefined;
  for (const url of sources(model, file, options)) {
    const details = { model: model.id, file: file.path, url };
    try {
      await download(file, stored, url, details, options.signal, report);
      const fetched = await verify(file, stored, form);
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

function sources(model: ModelSource, file: ModelFile, options: DeliveryOptions): string[] {
  const own = model.vendored ? [`${withSlash(options.ownOrigin)}${model.id}/${file.path}`] : [];
  const { repository, revision } = model;
  const hub = options.hub ? [`${withSlash(options.hub)}${repository}/resolve/${revision}/${file.path}`] : [];
  return [...own, ...hub];
}

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

/** Reads the file back from the disk, so that what is checked is what every later load will get. */
async function verify<Content>(
  file: ModelFile,
  stored: StoredFile,
  form: Form<Content>,
): Promise<{ verified?: VerifiedFile<Content>; hashes: { expected: string; actual: string } }> {
  const content = await form.read(stored);
  const actual = content === undefined ? '' : await form.hash(content);
  // Trust on first use: without a hash in the catalogue, the first complete download sets it.
  const expected = file.sha256 ?? stored.sha256;
  const hashes = { expected, actual };
  const matches = content !== undefined && (expected === '' || expected === actual);
  return matches ? { verified: { content, sha256: actual }, hashes } : { hashes };
}

async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const SLICE_BYTES = 8 * 1024 * 1024;
const DIGEST_BYTES = 32;

/**
 * SHA-256 of the list of the SHA-256s of the file's slices of 8 MiB: the browser hashes nothing piece by piece,
 * and a SHA-256 in script took 27 s for a gigabyte where `crypto.subtle` takes 1.6 (100 MB in Node, two cores).
 * Slices are counted from the start of the file, so an interrupted download changes nothing.
 */
async function hashOfSlices(blob: Blob): Promise<string> {
  const list = new Uint8Array(Math.ceil(blob.size / SLICE_BYTES) * DIGEST_BYTES);
  for (let slice = 0; slice * SLICE_BYTES < blob.size; slice++) {
    const bytes = await blob.slice(slice * SLICE_BYTES, (slice + 1) * SLICE_BYTES).arrayBuffer();
    list.set(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), slice * DIGEST_BYTES);
  }
  return sha256Hex(list);
}
