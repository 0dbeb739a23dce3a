import type { LoadProgress } from '../../3-embed/embedder.ts';
import { download } from '../../3-embed/model-download.ts';
import { exclusively } from '../../3-embed/model-files.ts';
import { openDiskCache, StoredFile } from '../../3-embed/model-store.ts';
import { SatchelError, toSatchelError, type ErrorCode, type ErrorDetails } from '../../errors.ts';
import { md5Hex } from './md5.ts';
import type { MlcSource } from './web-llm-source.ts';
import { CACHES, CONFIG_FILE, MANIFEST_FILE, partsId, type MlcManifest } from './web-llm-store.ts';

export interface MlcDeliveryOptions {
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/** One file of a model, on its way into a cache of the package. */
interface MlcFile {
  readonly cache: (typeof CACHES)[keyof typeof CACHES];
  readonly path: string;
  readonly url: string;
  readonly sizeBytes?: number;
  /** Why the file is not the one expected, as details of an error; undefined where it is. */
  check(content: Blob): Promise<ErrorDetails | undefined>;
  /** Of what `check` finds; `model-mismatch` unless given. */
  readonly code?: ErrorCode;
}

const PROGRESS_INTERVAL_MS = 100;

/**
 * Puts a model into the caches that the package looks into first. The package could fetch by itself; but it then
 * takes a file that is cut off or of another version as it comes, goes on after no broken connection, and of a
 * host that lacks one it reports neither host nor file ("Failed to execute 'add' on 'Cache': Request failed").
 * The library is checked before any weights are fetched. What is in the caches was checked when it came, and is
 * checked again only when the manifest has come anew.
 *
 * @throws SatchelError `model-unreachable`, `model-mismatch`, `chat-library-mismatch` (details: model, file, url,
 * status or what differs), `quota-exceeded`, `storage-unavailable` or `aborted`.
 */
export async function deliverMlcModel(source: MlcSource, options: MlcDeliveryOptions = {}): Promise<void> {
  try {
    await exclusively({ id: partsId(source.id) }, options.signal, () => deliverAll(source, options));
  } catch (error) {
    throw toSatchelError(error, 'model-unreachable');
  }
}

async function deliverAll(source: MlcSource, options: MlcDeliveryOptions): Promise<void> {
  const delivery = new Delivery(source.id, options);
  const config = await delivery.deliver(textFile(source, CACHES.config, CONFIG_FILE, isConfig));
  const { tokenizer_files } = (await config.json()) as ChatConfig;
  const manifest = await delivery.deliver(textFile(source, CACHES.model, MANIFEST_FILE, isManifest));
  const { records } = (await manifest.json()) as MlcManifest;

  const shards = records.map((record) => shardFile(source, record));
  const tokenizer = TOKENIZER_FILES.find((name) => tokenizer_files.includes(name)) ?? '';
  const files = [libraryFile(source), textFile(source, CACHES.model, tokenizer, () => true), ...shards];
  delivery.expect(files);
  try {
    for (const file of files) await delivery.deliver(file);
  } catch (error) {
    // The repository may have changed since its manifest was kept: the next load asks for it anew.
    if (error instanceof SatchelError && error.code === 'model-mismatch') {
      await (await caches.open(CACHES.model)).delete(new URL(MANIFEST_FILE, source.weightsUrl).href);
    }
    throw error;
  }
}

/** Fetches what is missing, and tells how much of all is there. */
class Delivery {
  readonly #model: string;
  readonly #options: MlcDeliveryOptions;
  /** By path; 0 where it is not known yet. */
  readonly #sizes = new Map<string, number>();
  /** A manifest that came just now may be another one than that by which the files that are here were checked. */
  #checksKept = false;
  #isTotalKnown = false;
  #doneBytes = 0;
  #reportedAt = -Infinity;

  constructor(model: string, options: MlcDeliveryOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** From now on the total is known, but for files that are expected without a size. */
  expect(files: readonly MlcFile[]): void {
    for (const { path, sizeBytes = 0 } of files) this.#sizes.set(path, sizeBytes);
    this.#isTotalKnown = true;
  }

  async deliver(file: MlcFile): Promise<Response> {
    const cache = await caches.open(file.cache);
    const delivered = (await this.#kept(file, cache)) ?? (await this.#fetch(file, cache));
    const sizeBytes = Number(delivered.headers.get('Content-Length'));
    this.#sizes.set(file.path, sizeBytes);
    this.#doneBytes += sizeBytes;
    this.#report(file.path, 0);
    return delivered;
  }

  async #kept(file: MlcFile, cache: Cache): Promise<Response | undefined> {
    const kept = await cache.match(file.url);
    if (!kept || !this.#checksKept || !(await file.check(await kept.clone().blob()))) return kept;
    await cache.delete(file.url);
    return undefined;
  }

  async #fetch(file: MlcFile, cache: Cache): Promise<Response> {
    const { path, url, sizeBytes } = file;
    const details = { model: this.#model, file: path, url };
    const model = { id: partsId(this.#model), revision: 'main' };
    const stored = await StoredFile.open(await openDiskCache(), model, path);
    const expected = { path, ...(sizeBytes !== undefined && { sizeBytes }) };
    await download(expected, stored, url, details, this.#options.signal, (loadedBytes, totalBytes) => {
      if (totalBytes > 0) this.#sizes.set(path, totalBytes);
      this.#report(path, loadedBytes);
    });
    const content = await stored.readBlob();
    const fault = content === undefined ? { actualBytes: 0 } : await file.check(content);
    if (content === undefined || fault !== undefined) {
      await stored.forget();
      throw new SatchelError(file.code ?? 'model-mismatch', { ...details, ...fault });
    }
    const response = (): Response =>
      new Response(content, { headers: { 'Content-Length': String(content.size) } });
    await cache.put(url, response());
    await stored.forget();
    if (path === MANIFEST_FILE) this.#checksKept = true;
    return response();
  }

  #report(file: string, loadedBytes: number): void {
    if (loadedBytes > 0 && performance.now() - this.#reportedAt < PROGRESS_INTERVAL_MS) return;
    this.#reportedAt = performance.now();
    const totalBytes = this.#isTotalKnown
      ? [...this.#sizes.values()].reduce((sum, size) => sum + size, 0)
      : 0;
    this.#options.onProgress?.({ file, loadedBytes: this.#doneBytes + loadedBytes, totalBytes });
  }
}

/** Where a model has both, the package takes the first. */
const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer.model'];

/** What is read of a chat configuration. */
interface ChatConfig {
  readonly tokenizer_files: readonly string[];
}

const isConfig = (value: unknown): boolean => {
  const files = (value as Partial<ChatConfig> | null)?.tokenizer_files;
  return Array.isArray(files) && TOKENIZER_FILES.some((name) => files.includes(name));
};

const isManifest = (value: unknown): boolean => {
  const records = (value as Partial<MlcManifest> | null)?.records;
  return (
    Array.isArray(records) &&
    records.length > 0 &&
    records.every(({ dataPath, nbytes }) => typeof dataPath === 'string' && Number.isSafeInteger(nbytes))
  );
};

/** @param isRight of the parsed JSON; files that are none are taken as they are. */
function textFile(
  source: MlcSource,
  cache: MlcFile['cache'],
  path: string,
  isRight: (value: unknown) => boolean,
): MlcFile {
  return {
    cache,
    path,
    url: new URL(path, source.weightsUrl).href,
    async check(content) {
      if (!path.endsWith('.json')) return undefined;
      try {
        return isRight(JSON.parse(await content.text())) ? undefined : { reason: 'not what its name says' };
      } catch {
        return { reason: 'not JSON' };
      }
    },
  };
}

function shardFile(
  source: MlcSource,
  { dataPath, nbytes, md5sum = '' }: MlcManifest['records'][number],
): MlcFile {
  return {
    cache: CACHES.model,
    path: dataPath,
    url: new URL(dataPath, source.weightsUrl).href,
    sizeBytes: nbytes,
    async check(content) {
      if (content.size !== nbytes) return { expectedBytes: nbytes, actualBytes: content.size };
      const actual = md5sum === '' ? '' : await md5Hex(content);
      return actual === md5sum.toLowerCase() ? undefined : { expected: md5sum, actual };
    },
  };
}

/** What the package uses of every library as soon as it has it. */
export const LIBRARY_EXPORTS: readonly string[] = [
  'memory',
  '_initialize',
  'TVMWasmAllocSpace',
  'TVMWasmFreeSpace',
  'TVMFFIFunctionGetGlobal',
  'TVMFFIFunctionSetGlobal',
  'TVMFFIFunctionCall',
];

function libraryFile({ libraryUrl }: MlcSource): MlcFile {
  return {
    cache: CACHES.library,
    path: libraryUrl.split('/').at(-1) ?? '',
    url: libraryUrl,
    code: 'chat-library-mismatch',
    async check(content) {
      try {
        const library = await WebAssembly.compile(await content.arrayBuffer());
        const names = new Set(WebAssembly.Module.exports(library).map(({ name }) => name));
        const missing = LIBRARY_EXPORTS.filter((name) => !names.has(name));
        return missing.length === 0 ? undefined : { reason: `no ${missing.join(', ')}` };
      } catch (error) {
        return { reason: String(error) };
      }
    },
  };
}
