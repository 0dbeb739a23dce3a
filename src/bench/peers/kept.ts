import { openDB, type IDBPDatabase } from 'idb';
import type { PeerIndex, SavedIndex } from './peer.ts';

const DATABASE = 'satchel-index-bench';
const STORE = 'saved';
const KEY = 'index';

const open = (): Promise<IDBPDatabase> =>
  openDB(DATABASE, 1, { upgrade: (database) => void database.createObjectStore(STORE) });

async function within<Result>(work: (database: IDBPDatabase) => Promise<Result>): Promise<Result> {
  const database = await open();
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

/**
 * Keeps what a library saves itself as: some write to IndexedDB on their own, so the others do too, as one value.
 * @param restore makes an index of it.
 */
export async function keep<Form extends string | Uint8Array<ArrayBuffer>>(
  form: Form,
  restore: (form: Form) => PeerIndex | Promise<PeerIndex>,
): Promise<SavedIndex> {
  const bytes = new Blob([form]).size;
  await within((database) => database.put(STORE, form, KEY));
  return {
    bytes: () => bytes,
    open: async () => restore((await within((database) => database.get(STORE, KEY))) as Form),
  };
}
