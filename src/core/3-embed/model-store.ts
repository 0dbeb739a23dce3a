import { SatchelError } from '../errors.ts';
import type { ModelSource } from './models.ts';

/** Where parts of files are kept: the Cache API, or what stands in for it where there is none. */
export interface PartCache {
  match(url: string): Promise<Response | undefined>;
  /** All entries by their addresses. */
  keys(): Promise<readonly { readonly url: string }[]>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<boolean>;
}

/** What is known of one file. It is written after the part that it counts: a crash does not leave a growing one ahead. */
interface FileRecord {
  readonly storedBytes: number;
  readonly parts: number;
  readonly complete: boolean;
  /** Of the answer that the parts come from; '' where the host gave none. */
  readonly etag: string;
  /** Of the first complete download; outlives the file itself, see `StoredFile.drop`. '' before. */
  readonly sha256: string;
}

const NOTHING: FileRecord = { storedBytes: 0, parts: 0, complete: false, etag: '', sha256: '' };

const CACHE_NAME = 'satchel-models';

/** Keys only: a reserved name, so that no request can ever reach or match one. */
export const KEY_BASE = 'https://satchel-models.invalid/';

export class MemoryCache implements PartCache {
  readonly #entries = new Map<string, Response>();

  match(url: string): Promise<Response | undefined> {
    return Promise.resolve(this.#entries.get(url)?.clone());
  }

  keys(): Promise<readonly { readonly url: string }[]> {
    return Promise.resolve([...this.#entries.keys()].map((url) => ({ url })));
  }

  put(url: string, response: Response): Promise<void> {
    this.#entries.set(url, response);
    return Promise.resolve();
  }

  delete(url: string): Promise<boolean> {
    return Promise.resolve(this.#entries.delete(url));
  }
}

/**
 * The browser's cache for models.
 *
 * @throws SatchelError `storage-unavailable` in some private windows, and on origins that are not secure.
 */
export async function openDiskCache(): Promise<PartCache> {
  try {
    return await caches.open(CACHE_NAME);
  } catch (error) {
    throw new SatchelError('storage-unavailable', {}, error);
  }
}

/** The same, or where there is none a cache in memory: what is fetched is usable all the same, until the page ends. */
export async function openPartCache(): Promise<PartCache> {
  try {
    return await openDiskCache();
  } catch {
    return new MemoryCache();
  }
}

/** One file of a model, kept as parts, so that an interrupted download goes on where it stopped. */
export class StoredFile {
  readonly #cache: PartCache;
  readonly #url: string;
  #record: FileRecord;

  private constructor(cache: PartCache, url: string, record: FileRecord) {
    this.#cache = cache;
    this.#url = url;
    this.#record = record;
  }

  static async open(
    cache: PartCache,
    model: Pick<ModelSource, 'id' | 'revision'>,
    path: string,
  ): Promise<StoredFile> {
    const url = `${KEY_BASE}${encodeURIComponent(model.id)}/${encodeURIComponent(model.revision)}/${path}`;
    const stored = await cache.match(url);
    const record = stored ? ((await stored.json()) as FileRecord) : NOTHING;
    return new StoredFile(cache, url, record);
  }

  get storedBytes(): number {
    return this.#record.storedBytes;
  }

  get complete(): boolean {
    return this.#record.complete;
  }

  get etag(): string {
    return this.#record.etag;
  }

  /** '' before the first complete download. */
  get sha256(): string {
    return this.#record.sha256;
  }

  async #save(record: FileRecord): Promise<void> {
    await this.#cache.put(this.#url, Response.json(record));
    this.#record = record;
  }

  #partUrl = (part: number): string => `${this.#url}?part=${part}`;

  async append(bytes: Uint8Array<ArrayBuffer>, etag: string): Promise<void> {
    const { parts, storedBytes } = this.#record;
    await this.#cache.put(this.#partUrl(parts), new Response(bytes));
    await this.#save({
      ...this.#record,
      etag,
      parts: parts + 1,
      storedBytes: storedBytes + bytes.length,
    });
  }

  /** @returns undefined when a part is missing or has another length than was written. */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = new Uint8Array(this.#record.storedBytes);
    let at = 0;
    for (let part = 0; part < this.#record.parts; part++) {
      const stored = await this.#cache.match(this.#partUrl(part));
      const content = stored ? new Uint8Array(await stored.arrayBuffer()) : new Uint8Array(0);
      if (at + content.length > bytes.length) return undefined;
      bytes.set(content, at);
      at += content.length;
    }
    return at === bytes.length ? bytes : undefined;
  }

  /**
   * The same, without the content in this thread's memory: the browser keeps large blobs on disk.
   *
   * @returns undefined when a part is missing or has another length than was written.
   */
  async readBlob(): Promise<Blob | undefined> {
    const parts: Blob[] = [];
    for (let part = 0; part < this.#record.parts; part++) {
      const stored = await this.#cache.match(this.#partUrl(part));
      if (!stored) return undefined;
      parts.push(await stored.blob());
    }
    const blob = new Blob(parts);
    return blob.size === this.#record.storedBytes ? blob : undefined;
  }

  async markComplete(sha256: string): Promise<void> {
    await this.#save({ ...this.#record, complete: true, sha256 });
  }

  /** Drops the content and keeps the hash, so that the next download is held against the first. */
  async drop(): Promise<void> {
    const { parts, sha256 } = this.#record;
    await this.#save({ ...NOTHING, sha256 });
    for (let part = 0; part < parts; part++) await this.#cache.delete(this.#partUrl(part));
  }

  /** Nothing stays, the hash neither. Nothing is written for it, since the disk may be full. */
  async forget(): Promise<void> {
    for (let part = 0; part < this.#record.parts; part++) await this.#cache.delete(this.#partUrl(part));
    await this.#cache.delete(this.#url);
    this.#record = NOTHING;
  }
}
