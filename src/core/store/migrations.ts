import type { IDBPDatabase } from 'idb';
import { COPIES, type SatchelSchema } from './schema.ts';

type Migration = (database: IDBPDatabase<SatchelSchema>) => void;

/** `migrations[v]` brings a database of version `v` to `v + 1`. A released step is never edited. */
const migrations: readonly Migration[] = [
  (database) => {
    database.createObjectStore('collections', { keyPath: 'id' });
    database.createObjectStore('documents', { keyPath: 'id' });
    database.createObjectStore('files');
    database.createObjectStore('texts');
    database.createObjectStore('segments');
    database.createObjectStore('pending', { keyPath: 'ingestId' });
    database.createObjectStore('partials');
  },
  // What `segments` holds is moved by `move-segments.ts`: files can't be written inside this transaction.
  (database) => {
    database.createObjectStore('extents');
    database.createObjectStore('chunks');
    database.createObjectStore('terms');
    database.createObjectStore('rowFiles', { keyPath: 'name' });
    database.createObjectStore('termFiles', { keyPath: 'name' });
    database.createObjectStore('blobs');
  },
  // Copies are made by `Copies.tidy`, for the same reason.
  (database) => {
    database.createObjectStore('copies');
    const state = { folder: crypto.randomUUID(), cleared: [], isComplete: false, lostRows: [] };
    void database.createObjectStore('copiesState').put(state, COPIES);
  },
];

/** Runs inside the upgrade transaction: all steps are kept, or none. */
export function migrate(database: IDBPDatabase<SatchelSchema>, from: number, to: number): void {
  for (const step of migrations.slice(from, to)) step(database);
}
