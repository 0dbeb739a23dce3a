import { deleteDB } from 'idb';
import { SatchelError } from '../errors.ts';
import { BlobDisk } from './blob-disk.ts';
import { compact } from './compact.ts';
import { Copies, rootOf } from './copies.ts';
import { openDatabase, type Database } from './database.ts';
import type { Disk, DiskKind } from './disk.ts';
import { DocumentStore } from './documents.ts';
import { LostRows } from './lost-rows.ts';
import { OpfsDisk } from './opfs-disk.ts';
import { PendingStore } from './pending.ts';
import { completeCopies, forgetLostRows, namesOf, restoreLost } from './restore.ts';
import { RowLog } from './row-log.ts';
import { COPIES, DATABASE_NAME } from './schema.ts';
import { TermStore } from './terms.ts';

/** Everything a person has added: the database with its manifest, and the files that the manifest names. */
export interface Store {
  readonly database: Database;
  readonly documents: DocumentStore;
  readonly terms: TermStore;
  readonly pending: PendingStore;
  readonly lostRows: LostRows;
  /** Files that are pending again, since the browser had thrown away the database that they were in. */
  readonly restored: number;
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
 * @throws SatchelError `storage-unavailable`, `storage-blocked`.
 */
export async function openStore(name = DATABASE_NAME, kind?: DiskKind): Promise<Store> {
  const database = await openDatabase(name);
  try {
    const disk = await openDisk(database, kind);
    const log = new RowLog(database, disk);
    const state = await database.get('copiesState', COPIES);
    const copies = await Copies.open(database.name, state?.folder ?? '');
    const documents = new DocumentStore(database, log, copies);
    const pending = new PendingStore(database, copies);
    const isCopied = state?.isComplete ?? true;
    await copies.settle(() => namesOf(database));
    let copying: Promise<void> | undefined;
    return {
      database,
      documents,
      terms: new TermStore(database, disk, log),
      pending,
      lostRows: new LostRows(database, disk, log),
      restored: isCopied ? 0 : await restoreLost(database, disk, copies, pending),
      isCopied,
      copy() {
        copying ??= completeCopies(database, copies);
        copying.catch(() => (copying = undefined));
        return copying;
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
    throw error;
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
  const [rowFiles, termFiles, copies, names] = await Promise.all([
    database.getAllKeys('rowFiles'),
    database.getAllKeys('termFiles'),
    database.get('copiesState', COPIES),
    disk.names(),
  ]);
  const known = new Set([...rowFiles, ...termFiles, ...(copies?.lostRows ?? []), ...inUse]);
  for (const name of names) {
    if (!known.has(name.slice(0, name.lastIndexOf('.')))) await disk.remove(name);
  }
}
