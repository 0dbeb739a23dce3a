import { SatchelError, toSatchelError } from '../errors.ts';
import { BufferedFile } from './buffered-file.ts';
import { cutShort, type Disk, type LogFile } from './disk.ts';

/**
 * What is used of a `FileSystemSyncAccessHandle`: TypeScript knows it in workers only, and without the mode, which
 * Chromium has had since version 121.
 */
interface SyncAccessHandle {
  readonly mode?: string;
  read(into: Uint8Array, options: { readonly at: number }): number;
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  truncate(sizeBytes: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

type SyncFile = FileSystemFileHandle & {
  createSyncAccessHandle(options?: { readonly mode: 'readwrite-unsafe' }): Promise<SyncAccessHandle>;
};

/** What was asked for and not written found no room. */
function writeAll(handle: SyncAccessHandle, at: number, parts: readonly Uint8Array<ArrayBuffer>[]) {
  for (const part of parts) {
    if (handle.write(part, { at }) < part.length) throw new SatchelError('quota-exceeded');
    at += part.length;
  }
  handle.truncate(at);
  handle.flush();
}

/** Read through a handle that other tabs may have as well. */
class SharedFile implements LogFile {
  readonly handle: SyncAccessHandle;

  constructor(handle: SyncAccessHandle) {
    this.handle = handle;
  }

  read(at: number, into: Uint8Array): void {
    if (this.handle.read(into, { at }) < into.length) throw cutShort();
  }

  async write(at: number, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    try {
      writeAll(this.handle, at, parts);
    } catch (error) {
      throw toSatchelError(error);
    }
  }
}

/** Where only one tab at a time may have a handle, it is held for writing alone; reading is from memory. */
const exclusiveFile = (file: SyncFile): BufferedFile =>
  new BufferedFile({
    async load(from, to) {
      const blob = await file.getFile();
      return new Uint8Array(await blob.slice(from, to).arrayBuffer());
    },
    async write(at, parts) {
      const handle = await file.createSyncAccessHandle();
      try {
        writeAll(handle, at, parts);
      } finally {
        handle.close();
      }
    },
  });

/** Files of the origin's private file system; in workers only. */
export class OpfsDisk implements Disk {
  readonly kind = 'opfs';
  readonly #folder: FileSystemDirectoryHandle;
  readonly #canShare: boolean;
  readonly #files = new Map<string, Promise<SharedFile | BufferedFile>>();

  private constructor(folder: FileSystemDirectoryHandle, canShare: boolean) {
    this.#folder = folder;
    this.#canShare = canShare;
  }

  /**
   * @param canShare false has each file held by one tab at a time, as where browsers know nothing else.
   * @returns undefined where there is no such file system, or none for this thread.
   */
  static async open(name: string, canShare = true): Promise<OpfsDisk | undefined> {
    if (!('FileSystemSyncAccessHandle' in globalThis)) return undefined;
    try {
      const root = await navigator.storage.getDirectory();
      return new OpfsDisk(await root.getDirectoryHandle(name, { create: true }), canShare);
    } catch {
      // Some private windows.
      return undefined;
    }
  }

  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of this.#folder.keys()) names.push(name);
    return names;
  }

  async open(name: string, sizeBytes: number): Promise<LogFile> {
    const known = this.#files.get(name);
    const opening = known ?? this.#open(name);
    if (!known) {
      this.#files.set(name, opening);
      opening.catch(() => this.#files.delete(name));
    }
    const file = await opening;
    if (file instanceof BufferedFile) await file.loadTo(sizeBytes);
    else if (file.handle.getSize() < sizeBytes) throw cutShort();
    return file;
  }

  async size(name: string): Promise<number> {
    const file = await this.#folder.getFileHandle(name).catch(() => undefined);
    return file ? (await file.getFile()).size : 0;
  }

  async remove(name: string): Promise<void> {
    const file = await this.#files.get(name)?.catch(() => undefined);
    this.#files.delete(name);
    if (file instanceof SharedFile) file.handle.close();
    // Open in another tab.
    await this.#folder.removeEntry(name).catch(() => undefined);
  }

  close(): void {
    for (const opening of this.#files.values()) {
      void opening.then(
        (file) => file instanceof SharedFile && file.handle.close(),
        () => undefined,
      );
    }
    this.#files.clear();
  }

  async #open(name: string): Promise<SharedFile | BufferedFile> {
    try {
      const file = (await this.#folder.getFileHandle(name, { create: true })) as SyncFile;
      if (!this.#canShare) return exclusiveFile(file);
      const handle = await file.createSyncAccessHandle({ mode: 'readwrite-unsafe' });
      if (handle.mode === 'readwrite-unsafe') return new SharedFile(handle);
      handle.close();
      return exclusiveFile(file);
    } catch (error) {
      throw toSatchelError(error);
    }
  }
}
