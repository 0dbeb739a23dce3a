import { SatchelError } from '../errors.ts';
import { checkFreeSpace } from '../free-space.ts';
import type { Copies } from './copies.ts';
import type { Database } from './database.ts';
import type { Disk } from './disk.ts';
import type { PendingStore } from './pending.ts';
import { HASHES } from './row-log.ts';
import { COPIES, type CopiesState, type PendingFile } from './schema.ts';
import { together, write } from './write.ts';

/** Room that copies of what an earlier version has stored leave for new files. */
const RESERVE_BYTES = 100 * 2 ** 20;

export async function readState(database: Database): Promise<CopiesState> {
  const state = await database.get('copiesState', COPIES);
  if (!state) throw new SatchelError('internal', { reason: 'no state of copies' });
  return state;
}

async function changeState(
  database: Database,
  changes: (state: CopiesState) => Partial<CopiesState>,
): Promise<void> {
  await write(database, ['copiesState'], async (tx) => {
    const states = tx.objectStore('copiesState');
    const state = await states.get(COPIES);
    if (state) await states.put({ ...state, ...changes(state) }, COPIES);
  });
}

/**
 * Makes pending what a database had that the browser has thrown away. For one that is new, and until `completeCopies`
 * got to its end.
 * @returns whether all of it came back; if not, the next opening tries again.
 * @throws SatchelError `quota-exceeded` or `internal`: as well.
 */
export async function restoreLost(
  database: Database,
  disk: Disk,
  copies: Copies,
  pending: PendingStore,
): Promise<boolean> {
  const [names, known, state] = await Promise.all([
    disk.names(),
    database.getAllKeys('rowFiles'),
    readState(database),
  ]);
  const lostRows = names
    .filter((name) => name.endsWith(HASHES))
    .map((name) => name.slice(0, -HASHES.length))
    .filter((name) => !known.includes(name));
  // A full disk is no reason not to open what there is.
  if (lostRows.join() !== state.lostRows.join()) await changeState(database, () => ({ lostRows }));
  return copies.restore(
    (files) => pending.restore(files),
    async () => (await readState(database)).cleared,
  );
}

/** Copies of what was deleted all at once, in this transaction or an earlier one. */
export async function discardCleared(
  database: Database,
  copies: Copies,
  record: () => Promise<void> = async () => undefined,
): Promise<void> {
  const gone = await copies.discard(async () => {
    await record();
    return (await readState(database)).cleared;
  });
  const forget = changeState(database, ({ cleared }) => ({
    cleared: cleared.filter((name) => !gone.includes(name)),
  }));
  // The next opening tries again.
  await forget.catch(() => undefined);
}

/**
 * Has a copy of each file, and of no other. It may take long after an earlier version, which made none.
 * @throws SatchelError `quota-exceeded` or `internal`.
 */
export async function completeCopies(database: Database, copies: Copies): Promise<void> {
  await write(database, ['documents', 'copies'], async (tx) => {
    const names = tx.objectStore('copies');
    const [ids, named] = await Promise.all([tx.objectStore('documents').getAllKeys(), names.getAllKeys()]);
    const known = new Set(named);
    await together(ids.filter((id) => !known.has(id)).map((id) => () => names.put(crypto.randomUUID(), id)));
  });
  let documentOf = await documentsByCopy(database);
  await copies.tidy(
    () => namesOf(database),
    async (name) => {
      // It was pending then, and is a document by now.
      if (!documentOf.has(name)) documentOf = await documentsByCopy(database);
      const file = await fileNamed(database, name, documentOf.get(name));
      if (file) await checkFreeSpace(file.file.size + RESERVE_BYTES);
      return file;
    },
  );
  await changeState(database, () => ({ isComplete: true }));
}

async function documentsByCopy(database: Database): Promise<ReadonlyMap<string, string | undefined>> {
  const [ids, names] = await Promise.all([database.getAllKeys('copies'), database.getAll('copies')]);
  return new Map(names.map((name, i) => [name, ids[i]]));
}

/** What is pending has all that is needed by now. */
export async function forgetLostRows(database: Database): Promise<void> {
  const [{ lostRows }, waiting] = await Promise.all([readState(database), database.count('pending')]);
  if (waiting === 0 && lostRows.length > 0) await changeState(database, () => ({ lostRows: [] }));
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

/** As it was accepted, pending or a document by now; undefined when it has no copy of this name any more. */
async function fileNamed(
  database: Database,
  name: string,
  documentId = '',
): Promise<PendingFile | undefined> {
  const tx = database.transaction(['pending', 'copies', 'documents', 'files']);
  const [waiting, own, document, file] = await Promise.all([
    tx.objectStore('pending').get(name),
    tx.objectStore('copies').get(documentId),
    tx.objectStore('documents').get(documentId),
    tx.objectStore('files').get(documentId),
  ]);
  if (waiting || own !== name || !document || !file) return waiting;
  const { name: fileName, path, addedAt } = document;
  return { ingestId: name, file, name: fileName, path, addedAt };
}
