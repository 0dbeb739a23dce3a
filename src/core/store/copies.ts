import { toSatchelError } from '../errors.ts';
import type { PendingFile } from './schema.ts';

/** Other than `lib.dom.d.ts` knows it; all browsers with such files have it. */
type MovableFile = FileSystemFileHandle & { move(to: FileSystemDirectoryHandle): Promise<void> };

const LENGTH_BYTES = 4;
/** A file in a folder that is being removed: what is left in it counts no more. */
const CLEARED = 'cleared';

/** One file: the length of what is said of it, that as JSON, and its bytes. */
function pack({ ingestId: _, file, ...about }: PendingFile): Blob {
  const said = new TextEncoder().encode(JSON.stringify({ ...about, type: file.type }));
  return new Blob([Uint32Array.of(said.length), said, file]);
}

async function unpack(ingestId: string, packed: Blob): Promise<PendingFile> {
  const [length = 0] = new Uint32Array(await packed.slice(0, LENGTH_BYTES).arrayBuffer());
  const start = LENGTH_BYTES + length;
  const said = JSON.parse(await packed.slice(LENGTH_BYTES, start).text()) as { readonly type: string };
  const { type, ...about } = said as Omit<PendingFile, 'ingestId' | 'file'> & typeof said;
  // Bytes of its own: in a private window Chromium's database would refer to the file, which is moved.
  const bytes = await packed.slice(start).arrayBuffer();
  return { ...about, ingestId, file: new Blob([bytes], { type }) };
}

async function filesIn(folder: FileSystemDirectoryHandle): Promise<MovableFile[]> {
  const files: MovableFile[] = [];
  for await (const entry of folder.values()) {
    if (entry.kind === 'file') files.push(entry as MovableFile);
  }
  return files;
}

/**
 * A second copy of every file that was accepted, in the origin's private file system: a browser that finds its database
 * damaged throws all of it away without a word. Each database has a folder of its own, by a name that it was given when
 * it was made, and a copy has the id of the file's ingest for its name.
 *
 * Where there are no such files, or they can't be written in this way, there are no copies.
 */
export class Copies {
  readonly #root: FileSystemDirectoryHandle | undefined;
  readonly #name: string;
  readonly #lock: string;

  private constructor(root: FileSystemDirectoryHandle | undefined, name: string, lock: string) {
    this.#root = root;
    this.#name = name;
    this.#lock = lock;
  }

  /** @param folder that of the database. */
  static async open(databaseName: string, folder: string): Promise<Copies> {
    const lock = `satchel-copies/${databaseName}`;
    try {
      // Safari before 26 has no such writing.
      if (!('createWritable' in FileSystemFileHandle.prototype)) throw new Error('not here');
      const origin = await navigator.storage.getDirectory();
      const root = await origin.getDirectoryHandle(rootOf(databaseName), { create: true });
      return new Copies(root, folder, lock);
    } catch {
      return new Copies(undefined, folder, lock);
    }
  }

  /**
   * @param record makes the files pending; when it throws, there are no copies of them either.
   * @throws SatchelError `quota-exceeded` or `internal`, and what `record` throws.
   */
  keep<T>(files: readonly PendingFile[], record: () => Promise<T>): Promise<T> {
    // With others that do the same, but not while copies that nothing names are looked for.
    return navigator.locks.request(this.#lock, { mode: 'shared' }, async () => {
      try {
        for (const file of files) await this.#write(file);
        return await record();
      } catch (error) {
        await this.drop(files.map(({ ingestId }) => ingestId));
        throw toSatchelError(error);
      }
    });
  }

  /** Before the person is told that these are gone. What can't be removed now is found by `tidy`. */
  async drop(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const folder = await this.#folder().catch(() => undefined);
    for (const name of names) await folder?.removeEntry(name).catch(() => undefined);
  }

  /** @param record takes all files out of the database. */
  dropAll(record: () => Promise<void>): Promise<void> {
    return this.#alone(async () => {
      await record();
      const folder = await this.#folder();
      await folder?.getFileHandle(CLEARED, { create: true }).catch(() => undefined);
      await this.#root?.removeEntry(this.#name, { recursive: true }).catch(() => undefined);
    });
  }

  /**
   * Brings back what a database had that is not there any more. It goes on where it was broken off.
   * @param record makes a file pending in this database; it may be so already.
   * @returns how many there were.
   * @throws SatchelError what `record` throws.
   */
  async restore(record: (file: PendingFile) => Promise<void>): Promise<number> {
    const root = this.#root;
    if (!root) return 0;
    return this.#alone(async () => {
      let restored = 0;
      for await (const folder of root.values()) {
        if (folder.kind === 'file' || folder.name === this.#name) continue;
        const found = await filesIn(folder);
        const isCleared = found.some(({ name }) => name === CLEARED);
        for (const copy of isCleared ? [] : found) {
          // One that was not written to its end was never told to be there.
          const file = await unpack(copy.name, await copy.getFile()).catch(() => undefined);
          if (!file) continue;
          await record(file);
          await copy.move(await this.#openFolder(root));
          restored++;
        }
        await root.removeEntry(folder.name, { recursive: true });
      }
      return restored;
    });
  }

  /**
   * Removes copies that a crash has left, and makes those that are missing.
   * @param named gives the names that the database has.
   * @param make gives a file again; undefined when it is gone by now.
   */
  async tidy(
    named: () => Promise<readonly string[]>,
    make: (name: string) => Promise<PendingFile | undefined>,
  ): Promise<void> {
    const root = this.#root;
    if (!root) return;
    const missing = await this.#alone(async () => {
      const names = new Set(await named());
      for (const { name } of await filesIn(await this.#openFolder(root))) {
        if (!names.delete(name)) await this.drop([name]);
      }
      return names;
    });
    for (const name of missing) {
      const file = await make(name);
      if (!file) continue;
      await this.keep([file], async () => {
        // Deleted in the meantime.
        if (!(await make(name))) await this.drop([name]);
      });
    }
  }

  async #write(file: PendingFile): Promise<void> {
    const folder = await this.#folder();
    if (!folder) return;
    const copy = await folder.getFileHandle(file.ingestId, { create: true });
    const writable = await copy.createWritable();
    // Takes the place of the empty file when it is closed, whole.
    await writable.write(pack(file));
    await writable.close();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return navigator.locks.request(this.#lock, work);
  }

  async #folder(): Promise<FileSystemDirectoryHandle | undefined> {
    return this.#root && this.#openFolder(this.#root);
  }

  /** Each time anew, since `dropAll` removes it, in any tab. */
  #openFolder(root: FileSystemDirectoryHandle): Promise<FileSystemDirectoryHandle> {
    return root.getDirectoryHandle(this.#name, { create: true });
  }
}

/** Folder of the folders. */
export const rootOf = (databaseName: string): string => `${databaseName}-copies`;
