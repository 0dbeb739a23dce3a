import { deleteDB } from 'idb';
import { SatchelError, toSatchelError } from '../errors.ts';
import { BlobDisk } from './blob-disk.ts';
import { compact } from './compact.ts';
import { Copies, rootOf } from './copies.ts';
import { openDatabase, type Database } from './database.ts';
import type { Disk, DiskKind } from './disk.ts';
import { DocumentStore } from './documents.ts';
import { LostRows } from './lost-rows.ts';
import { OpfsDisk } from './opfs-disk.ts';
import { PendingStore } from './pending.ts';
import {
  completeCopies,
  discardCleared,
  forgetLostRows,
  namesOf,
  readState,
  restoreLost,
} from './restore.ts';
import { RowLog } from './row-log.ts';
import { DATABASE_NAME } from './schema.ts';
import { TermStore } from './terms.ts';

/** Everything a person has added: the database with its manifest, and the files that the manifest names. */
export interface Store {
  readonly database: Database;
  readonly documents: DocumentStore;
  readonly terms: TermStore;
  readonly pending: PendingStore;
  readonly lostRows: LostRows;
  /** Resolves when what a crash has left in doubt is decided. Before, nobody is to be told what there is. */
  readonly settled: Promise<void>;
  /** Whether there is a copy of each file, see `copies.ts`. */
  readonly isCopied: boolean;
  /** Sees once that there is. */
  copy(): Promise<void>;
  /** Gives dead rows' room back, see `compact.ts`. @returns whether rows have moved. */
  compact(fingerprintKey: string): Promise<boolean>;
  /**
   * Removes files that the manifest does not name: left from a crash, or from what was deleted.
   * @param inUse names that are still read from, whatever the manifest says.
   */
  sweep(inUse: ReadonlySet<string>): Promise<void>;
  close(): void;
}

/**
 * @param kind where files are put when there are none yet; by itself the best that the browser has.
 * @throws SatchelError `storage-unavailable`, `storage-blocked`; `quota-exceeded` when files have to be brought back and
 * there is no room.
 */
export async function openStore(name = DATABASE_NAME, kind?: DiskKind): Promise<Store> {
  const database = await openDatabase(name);
  try {
    const disk = await openDisk(database, kind);
    const log = new RowLog(database, disk);
    const { isComplete, cleared } = await readState(database);
    const copies = new Copies(database.name, async () => (await readState(database)).folder);
    const documents = new DocumentStore(database, log, copies);
    const pending = new PendingStore(database, copies);
    const settle = async (): Promise<void> => {
      if (cleared.length > 0) await discardCleared(database, copies);
      await copies.settle(() => namesOf(database));
    };
    const isRestored = isComplete || (await restoreLost(database, disk, copies, pending));
    let copying: Promise<void> | undefined;
    return {
      database,
      documents,
      terms: new TermStore(database, disk, log),
      pending,
      lostRows: new LostRows(database, disk, log),
      // What can't be done now is done when copies are tidied.
      settled: settle().catch(() => undefined),
      isCopied: isComplete,
      async copy() {
        // Until then, what could not be read stays for the next opening to try.
        if (!isRestored) return;
        copying ??= completeCopies(database, copies);
        copying.catch(() => (copying = undefined));
        await copying;
      },
      compact: (fingerprintKey) => compact(database, log, documents, fingerprintKey),
      sweep: (inUse) => log.exclusively(() => sweep(database, disk, inUse)),
      close() {
        disk.close();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw toSatchelError(error, 'storage-unavailable');
  }
}

/** Deletes a store that no tab has open. */
export async function deleteStore(name: string): Promise<void> {
  await deleteDB(name);
  const root = await navigator.storage.getDirectory().catch(() => undefined);
  for (const folder of [name, rootOf(name)]) {
    await root?.removeEntry(folder, { recursive: true }).catch(() => undefined);
  }
}

/** The disk that holds the files which are there already. @throws SatchelError `storage-unavailable`. */
async function openDisk(database: Database, wanted?: DiskKind): Promise<Disk> {
  const [file] = await database.getAll('rowFiles', undefined, 1);
  const kind = file?.disk ?? wanted;
  const opfs = kind === 'blobs' ? undefined : await OpfsDisk.open(database.name);
  if (kind === 'opfs' && !opfs) throw new SatchelError('storage-unavailable', { reason: 'no file system' });
  return opfs ?? new BlobDisk(database);
}

/** Run where no other tab writes files: one that is not in the manifest yet would be taken for a left one. */
async function sweep(database: Database, disk: Disk, inUse: ReadonlySet<string>): Promise<void> {
  await forgetLostRows(database);
  const [rowFiles, termFiles, { lostRows }, names] = await Promise.all([
    database.getAllKeys('rowFiles'),
    database.getAllKeys('termFiles'),
    readState(database),
    disk.names(),
  ]);
  const known = new Set([...rowFiles, ...termFiles, ...lostRows, ...inUse]);
  for (const name of names) {
    if (!known.has(name.slice(0, name.lastIndexOf('.')))) await disk.remove(name);
  }
}
