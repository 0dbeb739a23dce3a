import { SatchelError } from '../errors.ts';
import { freeBytes } from '../free-space.ts';
import { readStream } from '../read-stream.ts';
import type { ModelFile } from './models.ts';
import type { StoredFile } from './model-store.ts';

/** A download is written to disk in steps of this size: what a crash can lose, and one cache entry. */
export const PART_BYTES = 8 * 1024 * 1024;
const ATTEMPTS = 4;
const RETRY_DELAY_MS = 400;
/** Left free for the documents themselves. */
const SPARE_BYTES = 16 * 1024 * 1024;

/** @param totalBytes 0 when the source does not say. */
export type Progress = (loadedBytes: number, totalBytes: number) => void;

/** Details of every error about this file. */
export type FileDetails = Readonly<Record<'model' | 'file' | 'url', string>>;

/**
 * Appends to `stored` until the file is there, going on from the last byte after a broken connection.
 *
 * @throws SatchelError `model-unreachable`, `model-mismatch` (by size), `quota-exceeded` or `aborted`.
 */
export async function download(
  file: ModelFile,
  stored: StoredFile,
  url: string,
  details: FileDetails,
  signal: AbortSignal | undefined,
  report: Progress,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const before = stored.storedBytes;
    try {
      return await downloadRest(file, stored, url, details, signal, report);
    } catch (error) {
      // Only a connection that broke while it delivered is worth another try; an answer would stay the same.
      const broke = error instanceof TypeError && stored.storedBytes > before;
      if (signal?.aborted || !broke || attempt === ATTEMPTS) throw asUnreachable(error, details, signal);
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS * attempt));
    }
  }
}

function asUnreachable(error: unknown, details: FileDetails, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return new SatchelError('aborted', {}, error);
  // fetch and its body stream tell nothing but TypeError: refused, offline, blocked by policy, cut off.
  if (error instanceof TypeError)
    return new SatchelError('model-unreachable', { ...details, status: 0 }, error);
  return error;
}

async function downloadRest(
  file: ModelFile,
  stored: StoredFile,
  url: string,
  details: FileDetails,
  signal: AbortSignal | undefined,
  report: Progress,
): Promise<void> {
  if (file.sizeBytes !== undefined && stored.storedBytes >= file.sizeBytes) return;
  const response = await requestRest(stored, url, signal);
  const missing = !response.ok || response.body === null || isPage(response);
  if (missing) throw new SatchelError('model-unreachable', { ...details, status: response.status });

  const offset = stored.storedBytes;
  const declared = declaredBytes(response, offset);
  const expected = file.sizeBytes ?? declared;
  // A compressed answer declares fewer bytes than it unpacks to, never more.
  if (file.sizeBytes !== undefined && declared > file.sizeBytes) {
    throw new SatchelError('model-mismatch', {
      ...details,
      expectedBytes: file.sizeBytes,
      actualBytes: declared,
    });
  }
  await checkQuota(expected - offset);

  const etag = response.headers.get('ETag') ?? '';
  const writer = new PartWriter(stored, etag);
  try {
    for await (const chunk of readStream(response.body)) {
      if (offset === 0 && writer.receivedBytes === 0 && startsLikePage(chunk)) {
        throw new SatchelError('model-unreachable', { ...details, status: response.status });
      }
      await writer.write(chunk);
      const loaded = offset + writer.receivedBytes;
      if (file.sizeBytes !== undefined && loaded > file.sizeBytes) {
        await stored.drop();
        throw new SatchelError('model-mismatch', {
          ...details,
          expectedBytes: file.sizeBytes,
          actualBytes: loaded,
        });
      }
      report(loaded, loaded > expected ? 0 : expected);
    }
  } catch (error) {
    // Keep what came, unless it was refused: that is what the next attempt goes on from.
    if (!(error instanceof SatchelError)) await writer.flush();
    throw error;
  }
  await writer.flush();
}

/** Asks for what is missing. A host that cannot go on, or has another file by now, gives it from the start. */
async function requestRest(stored: StoredFile, url: string, signal?: AbortSignal): Promise<Response> {
  // The parts are the cache; the browser's own would keep a second copy.
  const init: RequestInit = { cache: 'no-store', credentials: 'omit', ...(signal ? { signal } : {}) };
  if (stored.storedBytes === 0) return fetch(url, init);
  const response = await fetch(url, { ...init, headers: { Range: `bytes=${stored.storedBytes}-` } });
  const etag = response.headers.get('ETag') ?? '';
  const sameFile = etag === '' || stored.etag === '' || etag === stored.etag;
  const range = response.headers.get('Content-Range');
  // Content-Range is hidden where a host does not expose it; the hash tells in the end.
  const sameStart = range === null || range.startsWith(`bytes ${stored.storedBytes}-`);
  if (response.status === 206 && sameFile && sameStart) return response;
  await stored.drop();
  if (response.status === 200) return response;
  await response.body?.cancel();
  return fetch(url, init);
}

/** Size of the whole file by the answer's headers; 0 when they do not say. */
function declaredBytes(response: Response, offset: number): number {
  const length = Number(response.headers.get('Content-Length') ?? 0);
  return length > 0 ? offset + length : 0;
}

/** Hosts of single-page apps answer 200 and their start page for a file that they do not have. */
const isPage = (response: Response): boolean => /\bhtml\b/i.test(response.headers.get('Content-Type') ?? '');

const startsLikePage = (bytes: Uint8Array): boolean =>
  /^\s*<(!doctype|html)/i.test(new TextDecoder('latin1').decode(bytes.subarray(0, 64)));

/** Gathers network chunks of some kilobytes into parts. */
class PartWriter {
  readonly #stored: StoredFile;
  readonly #etag: string;
  readonly #part = new Uint8Array(PART_BYTES);
  #filled = 0;
  receivedBytes = 0;

  constructor(stored: StoredFile, etag: string) {
    this.#stored = stored;
    this.#etag = etag;
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    this.receivedBytes += chunk.length;
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.subarray(at, at + PART_BYTES - this.#filled);
      this.#part.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#filled === PART_BYTES) await this.flush();
    }
  }

  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    const part = this.#part.slice(0, this.#filled);
    this.#filled = 0;
    await this.#stored.append(part, this.#etag);
  }
}

/** @throws SatchelError `quota-exceeded` when the browser grants less than is still to come. */
export async function checkQuota(neededBytes: number): Promise<void> {
  const free = await freeBytes();
  if (free !== undefined && neededBytes + SPARE_BYTES > free)
    throw new SatchelError('quota-exceeded', { neededBytes, freeBytes: free });
}
