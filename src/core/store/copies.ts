import { SatchelError, toSatchelError, unless } from '../errors.ts';
import type { PendingFile } from './schema.ts';

/** Other than `lib.dom.d.ts` knows it; all browsers with such files have it. */
type MovableFile = FileSystemFileHandle & { move(to: FileSystemDirectoryHandle): Promise<void> };
type Folder = FileSystemDirectoryHandle;

/** What is said of a file before its bytes. */
type Header = Omit<PendingFile, 'ingestId' | 'file'> & { readonly type: string; readonly sizeBytes: number };

const LENGTH_BYTES = 4;
/** Folders of a database: what it has, and what a transaction under way may or may not make its own. */
const KEPT = 'kept';
const IN_DOUBT = 'in-doubt';
/** A file beside them while they are being removed: what is left in them counts for nothing. */
const CLEARED = 'cleared';
/** Files restored in one transaction. */
const BATCH_FILES = 64;
const BATCH_BYTES = 16 * 2 ** 20;

/** One file: the length of the header, that as JSON, and the bytes. */
function pack({ ingestId: _, file, ...about }: PendingFile): Blob {
  const header: Header = { ...about, type: file.type, sizeBytes: file.size };
  const bytes = new TextEncoder().encode(JSON.stringify(header));
  return new Blob([Uint32Array.of(bytes.length), bytes, file]);
}

/** Undefined where a copy was not written to its end. */
async function readHeader(
  packed: Blob,
): Promise<{ readonly header: Header; readonly start: number } | undefined> {
  if (packed.size < LENGTH_BYTES) return undefined;
  const [length = 0] = new Uint32Array(await packed.slice(0, LENGTH_BYTES).arrayBuffer());
  const start = LENGTH_BYTES + length;
  if (packed.size < start) return undefined;
  const header = JSON.parse(await packed.slice(LENGTH_BYTES, start).text()) as Header;
  return packed.size === start + header.sizeBytes ? { header, start } : undefined;
}

async function unpack(copy: FileSystemFileHandle): Promise<PendingFile | undefined> {
  const packed = await copy.getFile();
  const read = await readHeader(packed);
  if (!read) return undefined;
  const { type, sizeBytes: _, ...about } = read.header;
  // Bytes of its own: in a private window Chromium's database would refer to the file, which is moved.
  const bytes = await packed.slice(read.start).arrayBuffer();
  return { ...about, ingestId: copy.name, file: new Blob([bytes], { type }) };
}

/** Chromium writes to such a file, beside the one whose place it takes in the end. */
const isHalf = (name: string): boolean => name.endsWith('.crswap');

async function filesIn(folder: Folder): Promise<MovableFile[]> {
  const files: MovableFile[] = [];
  for await (const entry of folder.values()) {
    if (entry.kind === 'file') files.push(entry as MovableFile);
  }
  return files;
}

/** Undefined where there is none. */
const folderIn = (parent: Folder, name: string): Promise<Folder | undefined> =>
  parent.getDirectoryHandle(name).catch(() => undefined);

/** As far as it can be done: what stays where it was, `tidy` finds. */
async function move(names: readonly string[], from: Folder, to: Folder): Promise<void> {
  for (const name of names) {
    try {
      await ((await from.getFileHandle(name)) as MovableFile).move(to);
    } catch {
      // There may be none: an earlier version has made none.
    }
  }
}

/** As far as it can be done: what stays, `tidy` finds. */
async function removeFrom(folder: Folder | undefined, names: readonly string[]): Promise<void> {
  for (const name of names) await folder?.removeEntry(name, { recursive: true }).catch(() => undefined);
}

/** From the moment on when it is marked, it counts for nothing, however far it is removed. */
async function removeFolder(root: Folder, name: string): Promise<void> {
  const folder = await folderIn(root, name);
  await folder?.getFileHandle(CLEARED, { create: true }).catch(() => undefined);
  await removeFrom(folder, [KEPT, IN_DOUBT]);
  await removeFrom(root, [name]);
}

/** Folder of the folders of all databases that had this name. */
export const rootOf = (databaseName: string): string => `${databaseName}-copies`;

/**
 * A second copy of every file that was accepted, in the origin's private file system: a browser that finds its database
 * damaged throws all of it away without a word. Each database names a folder of its own, and a copy has the id of the
 * file's ingest for its name.
 *
 * A copy that is written or removed is in doubt until the transaction is over that accepts or deletes its file. What a
 * crash leaves so, the database decides at the next opening; when it was thrown away meanwhile, nobody was told either.
 *
 * Where there are no such files, or they can't be written in this way, there are no copies.
 */
export class Copies {
  readonly #root: Promise<Folder | undefined>;
  readonly #lock: string;
  readonly #ownName: () => Promise<string>;

  /** @param ownName reads the name of the database's folder, which is another one after all was deleted. */
  constructor(databaseName: string, ownName: () => Promise<string>) {
    this.#root = openRoot(databaseName).catch(() => undefined);
    this.#lock = `satchel-copies/${databaseName}`;
    this.#ownName = ownName;
  }

  /**
   * Runs a transaction, and has copies follow it.
   * @param added files that it makes pending.
   * @param removed names of copies of those that it takes away.
   * @param record the transaction; when it throws, all copies are as they were.
   * @throws SatchelError `quota-exceeded` or `internal`, and what `record` throws.
   */
  async change<T>(
    added: readonly PendingFile[],
    removed: readonly string[],
    record: () => Promise<T>,
  ): Promise<T> {
    const root = await this.#root;
    if (!root || added.length + removed.length === 0) return record();
    // With others that do the same, but not while copies that nothing names are looked for.
    return navigator.locks.request(this.#lock, { mode: 'shared' }, async () => {
      const names = added.map(({ ingestId }) => ingestId);
      const { kept, inDoubt } = await this.#own(root).catch((error: unknown) => {
        throw toSatchelError(error);
      });
      try {
        for (const file of added) await write(inDoubt, file);
        await move(removed, kept, inDoubt);
        const result = await record();
        await move(names, inDoubt, kept);
        for (const folder of [inDoubt, kept]) await removeFrom(folder, removed);
        return result;
      } catch (error) {
        await move(removed, inDoubt, kept);
        await removeFrom(inDoubt, names);
        throw toSatchelError(error);
      }
    });
  }

  /**
   * Removes folders that the database has done with, while nobody writes to them.
   * @param done names them.
   * @returns those that are gone.
   */
  async discard(done: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const root = await this.#root;
    return navigator.locks.request(this.#lock, async () => {
      const names = await done();
      const left = new Set<string>();
      for (const name of names) {
        if (!root) break;
        await removeFolder(root, name);
        if (await folderIn(root, name)) left.add(name);
      }
      return names.filter((name) => !left.has(name));
    });
  }

  /**
   * Ends what a crash has broken off.
   * @param named gives the names that the database has.
   */
  async settle(named: () => Promise<readonly string[]>): Promise<void> {
    const root = await this.#root;
    const own = root && (await folderIn(root, await this.#ownName()));
    const inDoubt = own && (await folderIn(own, IN_DOUBT));
    if (!root || !inDoubt || (await filesIn(inDoubt)).length === 0) return;
    await navigator.locks.request(this.#lock, async () => settle(await this.#own(root), await named()));
  }

  /**
   * Brings back what a database had that is not there any more. It goes on where it was broken off.
   * @param record makes files pending in this database; they may be so already.
   * @param done names folders that the database has done with.
   * @returns whether nothing is left of it that can't be read now.
   * @throws SatchelError what `record` throws.
   */
  async restore(
    record: (files: readonly PendingFile[]) => Promise<void>,
    done: () => Promise<readonly string[]>,
  ): Promise<boolean> {
    const root = await this.#root;
    if (!root) return false;
    return navigator.locks.request(this.#lock, async () => {
      const others = new Set([await this.#ownName(), ...(await done())]);
      let isWhole = true;
      for await (const { kind, name } of root.values()) {
        if (kind === 'file' || others.has(name)) continue;
        try {
          const isRead = await this.#restoreFrom(root, name, record);
          if (isRead) await removeFolder(root, name);
          isWhole &&= isRead;
        } catch (error) {
          if (error instanceof SatchelError) throw error;
          isWhole = false;
        }
      }
      return isWhole;
    });
  }

  /**
   * Removes copies that nothing names, and makes those that are missing.
   * @param named gives the names that the database has.
   * @param make gives a file again; undefined when it is gone by now.
   * @throws SatchelError `quota-exceeded` or `internal`.
   */
  async tidy(
    named: () => Promise<readonly string[]>,
    make: (name: string) => Promise<PendingFile | undefined>,
  ): Promise<void> {
    const root = await this.#root;
    if (!root) return;
    const missing = await navigator.locks.request(this.#lock, async () => {
      const own = await this.#own(root);
      const names = new Set(await named());
      await settle(own, [...names]);
      for (const { name } of await filesIn(own.kept)) {
        if (!names.delete(name)) await removeFrom(own.kept, [name]);
      }
      return names;
    });
    let failure: unknown;
    for (const name of missing) {
      try {
        const file = await make(name);
        const isThere = async (): Promise<void> => {
          if (!(await make(name))) throw new SatchelError('aborted');
        };
        if (file) await this.change([file], [], isThere).catch(unless('aborted'));
      } catch (error) {
        unless('internal')(error);
        // One that can't be read is no reason for the others to have none.
        failure = error;
      }
    }
    if (failure !== undefined) throw toSatchelError(failure);
  }

  /** @returns whether all could be read. */
  async #restoreFrom(
    root: Folder,
    name: string,
    record: (files: readonly PendingFile[]) => Promise<void>,
  ): Promise<boolean> {
    const folder = await root.getDirectoryHandle(name);
    if ((await filesIn(folder)).some((file) => file.name === CLEARED)) return true;
    const { kept } = await this.#own(root);
    const found = await Promise.all(
      [KEPT, IN_DOUBT].map(async (part) => {
        const inside = await folderIn(folder, part);
        return inside ? (await filesIn(inside)).filter((copy) => !isHalf(copy.name)) : [];
      }),
    );
    let isWhole = true;
    let batch: PendingFile[] = [];
    let moved: MovableFile[] = [];
    const flush = async (): Promise<void> => {
      await record(batch);
      // A copy that can't be moved is made again by `tidy`.
      for (const copy of moved) await copy.move(kept).catch(() => undefined);
      [batch, moved] = [[], []];
    };
    for (const copy of found.flat()) {
      try {
        const file = await unpack(copy);
        if (!file) continue;
        batch.push(file);
        moved.push(copy);
      } catch {
        // Not to be read now, perhaps for want of memory.
        isWhole = false;
      }
      const bytes = batch.reduce((sum, { file }) => sum + file.size, 0);
      if (batch.length >= BATCH_FILES || bytes >= BATCH_BYTES) await flush();
    }
    await flush();
    return isWhole;
  }

  async #own(root: Folder): Promise<OwnFolders> {
    const own = await root.getDirectoryHandle(await this.#ownName(), { create: true });
    const [kept, inDoubt] = await Promise.all([
      own.getDirectoryHandle(KEPT, { create: true }),
      own.getDirectoryHandle(IN_DOUBT, { create: true }),
    ]);
    return { kept, inDoubt };
  }
}

interface OwnFolders {
  readonly kept: Folder;
  readonly inDoubt: Folder;
}

/** Undefined where there are no such files; Safari before 26 can't write them in this way. */
async function openRoot(databaseName: string): Promise<Folder | undefined> {
  if (!('createWritable' in FileSystemFileHandle.prototype)) return undefined;
  const origin = await navigator.storage.getDirectory();
  return origin.getDirectoryHandle(rootOf(databaseName), { create: true });
}

/** @throws SatchelError `quota-exceeded` or `internal`. */
async function write(folder: Folder, file: PendingFile): Promise<void> {
  try {
    const copy = await folder.getFileHandle(file.ingestId, { create: true });
    const writable = await copy.createWritable();
    // Takes the place of the empty file when it is closed, whole.
    await writable.write(pack(file));
    await writable.close();
  } catch (error) {
    const coded = toSatchelError(error);
    // Nobody has cancelled it.
    throw coded.code === 'aborted' ? new SatchelError('internal', { reason: String(error) }, error) : coded;
  }
}

/** What was not written to its end is of a file that was never told, or that there is to make the copy of again. */
async function settle({ kept, inDoubt }: OwnFolders, named: readonly string[]): Promise<void> {
  const names = new Set(named);
  for (const copy of await filesIn(inDoubt)) {
    const isKept = names.has(copy.name) && (await readHeader(await copy.getFile()));
    if (isKept) await move([copy.name], inDoubt, kept);
    else await removeFrom(inDoubt, [copy.name]);
  }
}
