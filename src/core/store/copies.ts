import { SatchelError, toSatchelError, unless } from '../errors.ts';
import type { PendingFile } from './schema.ts';

/** Other than `lib.dom.d.ts` knows it; all browsers with such files have it. */
type MovableFile = FileSystemFileHandle & { move(to: FileSystemDirectoryHandle): Promise<void> };

const LENGTH_BYTES = 4;
/** Folders of a database: what it has, and what a transaction under way may or may not make its own. */
const KEPT = 'kept';
const IN_DOUBT = 'in-doubt';
/** A file beside them while all is being removed. */
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

const folderIn = (parent: FileSystemDirectoryHandle, name: string): Promise<FileSystemDirectoryHandle> =>
  parent.getDirectoryHandle(name, { create: true });

const fileIn = async (folder: FileSystemDirectoryHandle, name: string): Promise<MovableFile> =>
  (await folder.getFileHandle(name)) as MovableFile;

/** Folder of the folders of all databases that had this name. */
export const rootOf = (databaseName: string): string => `${databaseName}-copies`;

/**
 * A second copy of every file that was accepted, in the origin's private file system: a browser that finds its database
 * damaged throws all of it away without a word. Each database has a folder of its own, by a name that it was given when
 * it was made, and a copy has the id of the file's ingest for its name.
 *
 * A copy that is written or removed is in doubt until the transaction is over that accepts or deletes its file. What a
 * crash leaves so, the database decides at the next opening; when it was thrown away meanwhile, nobody was told either.
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
      const root = await folderIn(await navigator.storage.getDirectory(), rootOf(databaseName));
      return new Copies(root, folder, lock);
    } catch {
      return new Copies(undefined, folder, lock);
    }
  }

  /**
   * Runs a transaction, and has copies follow it.
   * @param added files that it makes pending.
   * @param removed names of copies of those that it takes away.
   * @param record the transaction; when it throws, all copies are as they were.
   * @throws SatchelError `quota-exceeded` or `internal`, and what `record` throws.
   */
  change<T>(added: readonly PendingFile[], removed: readonly string[], record: () => Promise<T>): Promise<T> {
    const root = this.#root;
    if (!root) return record();
    // With others that do the same, but not while copies that nothing names are looked for.
    return navigator.locks.request(this.#lock, { mode: 'shared' }, async () => {
      const names = added.map(({ ingestId }) => ingestId);
      try {
        for (const file of added) await this.#write(root, file);
        await this.#move(root, removed, KEPT, IN_DOUBT);
        const result = await record();
        await this.#move(root, names, IN_DOUBT, KEPT);
        await this.#remove(root, removed);
        return result;
      } catch (error) {
        await this.#move(root, removed, IN_DOUBT, KEPT);
        await this.#remove(root, names);
        throw toSatchelError(error);
      }
    });
  }

  /** @param record takes all files out of the database. */
  async removeAll(record: () => Promise<void>): Promise<void> {
    const root = this.#root;
    if (!root) return record();
    await this.#alone(async () => {
      const own = await folderIn(root, this.#name);
      // As long as it is there, what is left in the folder counts for nothing.
      await own.getFileHandle(CLEARED, { create: true }).catch(() => undefined);
      try {
        await record();
      } catch (error) {
        await own.removeEntry(CLEARED).catch(() => undefined);
        throw error;
      }
      await root.removeEntry(this.#name, { recursive: true }).catch(() => undefined);
    });
  }

  /**
   * Ends what a crash has broken off.
   * @param named gives the names that the database has.
   */
  async settle(named: () => Promise<readonly string[]>): Promise<void> {
    const root = this.#root;
    if (!root) return;
    // Another tab that is at work has done it when it was opened.
    await navigator.locks.request(this.#lock, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      const own = await folderIn(root, this.#name);
      const [doubtful, cleared] = await Promise.all([
        filesIn(await folderIn(own, IN_DOUBT)),
        own.getFileHandle(CLEARED).catch(() => undefined),
      ]);
      if (doubtful.length === 0 && !cleared) return;
      const names = new Set(await named());
      if (cleared && names.size === 0) {
        await root.removeEntry(this.#name, { recursive: true });
        return;
      }
      if (cleared) await own.removeEntry(CLEARED);
      for (const { name } of doubtful) {
        if (names.has(name)) await this.#move(root, [name], IN_DOUBT, KEPT);
        else await this.#remove(root, [name]);
      }
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
      const kept = await this.#folder(root, KEPT);
      let restored = 0;
      for await (const folder of root.values()) {
        if (folder.kind === 'file' || folder.name === this.#name) continue;
        for (const copy of await copiesIn(folder)) {
          // One that was not written to its end was never told to be there.
          const file = await unpack(copy.name, await copy.getFile()).catch(() => undefined);
          if (!file) continue;
          await record(file);
          await copy.move(kept);
          restored++;
        }
        await root.removeEntry(folder.name, { recursive: true });
      }
      return restored;
    });
  }

  /**
   * Removes copies that nothing names, and makes those that are missing.
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
      for (const { name } of await filesIn(await this.#folder(root, KEPT))) {
        if (!names.delete(name)) await this.#remove(root, [name]);
      }
      return names;
    });
    for (const name of missing) {
      const file = await make(name);
      if (!file) continue;
      await this.change([file], [], async () => {
        if (!(await make(name))) throw new SatchelError('aborted');
      }).catch(unless('aborted'));
    }
  }

  async #write(root: FileSystemDirectoryHandle, file: PendingFile): Promise<void> {
    const own = await folderIn(root, this.#name);
    // Left by a tab that is no more, after which others went on.
    await own.removeEntry(CLEARED).catch(() => undefined);
    const copy = await (await folderIn(own, IN_DOUBT)).getFileHandle(file.ingestId, { create: true });
    const writable = await copy.createWritable();
    // Takes the place of the empty file when it is closed, whole.
    await writable.write(pack(file));
    await writable.close();
  }

  /** As far as it can be done: what stays in doubt is as good as kept, and there may be none of an earlier version. */
  async #move(
    root: FileSystemDirectoryHandle,
    names: readonly string[],
    from: string,
    to: string,
  ): Promise<void> {
    const move = async (name: string): Promise<void> => {
      const [file, target] = [
        await fileIn(await this.#folder(root, from), name),
        await this.#folder(root, to),
      ];
      await file.move(target);
    };
    for (const name of names) await move(name).catch(() => undefined);
  }

  /** What can't be removed now is found by `tidy`. */
  async #remove(root: FileSystemDirectoryHandle, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    for (const folder of [IN_DOUBT, KEPT]) {
      const open = await this.#folder(root, folder).catch(() => undefined);
      for (const name of names) await open?.removeEntry(name).catch(() => undefined);
    }
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return navigator.locks.request(this.#lock, work);
  }

  /** Each time anew, since `removeAll` removes it, in any tab. */
  async #folder(root: FileSystemDirectoryHandle, name: string): Promise<FileSystemDirectoryHandle> {
    return folderIn(await folderIn(root, this.#name), name);
  }
}

/** Of a database that is not there any more: kept or in doubt, it is better brought back. */
async function copiesIn(folder: FileSystemDirectoryHandle): Promise<MovableFile[]> {
  if ((await filesIn(folder)).some(({ name }) => name === CLEARED)) return [];
  const all = await Promise.all([KEPT, IN_DOUBT].map(async (name) => filesIn(await folderIn(folder, name))));
  return all.flat();
}
