import type { Copies } from './copies.ts';
import type { Database } from './database.ts';
import type { Disk } from './disk.ts';
import type { PendingStore } from './pending.ts';
import { HASHES } from './row-log.ts';
import { COPIES, type CopiesState, type PendingFile } from './schema.ts';
import { together, write } from './write.ts';

/**
 * Makes pending what a database had that the browser has thrown away. For one that is new, and until `completeCopies`
 * got to its end.
 * @returns files that came back.
 * @throws SatchelError `quota-exceeded`: the next opening goes on.
 */
export async function restoreLost(
  database: Database,
  disk: Disk,
  copies: Copies,
  pending: PendingStore,
): Promise<number> {
  const [names, known] = await Promise.all([disk.names(), database.getAllKeys('rowFiles')]);
  const lostRows = names
    .filter((name) => name.endsWith(HASHES))
    .map((name) => name.slice(0, -HASHES.length))
    .filter((name) => !known.includes(name));
  await changeState(database, { lostRows });
  return copies.restore((file) => pending.restore(file));
}

/** Has a copy of each file, and of no other. It may take long after an earlier version, which made none. */
export async function completeCopies(database: Database, copies: Copies): Promise<void> {
  await write(database, ['documents', 'copies'], async (tx) => {
    const names = tx.objectStore('copies');
    const [ids, named] = await Promise.all([tx.objectStore('documents').getAllKeys(), names.getAllKeys()]);
    const known = new Set(named);
    await together(ids.filter((id) => !known.has(id)).map((id) => () => names.put(crypto.randomUUID(), id)));
  });
  await copies.tidy(
    () => namesOf(database),
    (name) => fileNamed(database, name),
  );
  await changeState(database, { isComplete: true });
}

/** What is pending has all that is needed by now. */
export async function forgetLostRows(database: Database): Promise<void> {
  const [state, waiting] = await Promise.all([
    database.get('copiesState', COPIES),
    database.count('pending'),
  ]);
  if (waiting === 0 && state && state.lostRows.length > 0) await changeState(database, { lostRows: [] });
}

/** Of copies that there should be. */
export async function namesOf(database: Database): Promise<string[]> {
  const tx = database.transaction(['pending', 'copies']);
  const [waiting, named] = await Promise.all([
    tx.objectStore('pending').getAllKeys(),
    tx.objectStore('copies').getAll(),
  ]);
  return [...waiting, ...named];
}

/** As it was accepted; undefined when neither a document nor a pending file has this name for its copy. */
async function fileNamed(database: Database, name: string): Promise<PendingFile | undefined> {
  const tx = database.transaction(['pending', 'copies', 'documents', 'files']);
  const [waiting, ids, named] = await Promise.all([
    tx.objectStore('pending').get(name),
    tx.objectStore('copies').getAllKeys(),
    tx.objectStore('copies').getAll(),
  ]);
  const id = ids[named.indexOf(name)];
  if (waiting || id === undefined) return waiting;
  const [document, file] = await Promise.all([
    tx.objectStore('documents').get(id),
    tx.objectStore('files').get(id),
  ]);
  if (!document || !file) return undefined;
  const { name: fileName, path, addedAt } = document;
  return { ingestId: name, file, name: fileName, path, addedAt };
}

async function changeState(database: Database, changes: Partial<CopiesState>): Promise<void> {
  await write(database, ['copiesState'], async (tx) => {
    const states = tx.objectStore('copiesState');
    const state = await states.get(COPIES);
    if (state) await states.put({ ...state, ...changes }, COPIES);
  });
}
