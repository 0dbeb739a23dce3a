import { openDB } from 'idb';

const FILLER = 'satchel-filler';
/** LevelDB begins a new log after 4 MB. */
const VALUES = 80;
/** Values above 64 KiB would become files of their own. */
const VALUE_BYTES = 60_000;

/**
 * Has Chromium begin a new log of IndexedDB, and leave the one that it ended with.
 *
 * Its LevelDB goes on with the log that was there when the browser ended. Where that was killed amid a write, half a
 * record lies in the middle of it from then on, and the next start takes the log for corrupt and deletes all databases
 * of the origin: seen after 3 of 200 kills of a browser that was adding documents, the log of one being torn in this
 * way. Others keep IndexedDB in SQLite, and need none of this.
 *
 * For the first worker of all tabs, at its start; the others find the log new.
 */
export async function startFreshLog(): Promise<void> {
  if (!('userAgentData' in navigator)) return;
  await navigator.locks.request(FILLER, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    await fillLog();
    // Held while this worker lives.
    await new Promise(() => undefined);
  });
}

async function fillLog(): Promise<void> {
  const database = await openDB<{ values: { key: number; value: Uint8Array } }>(FILLER, 1, {
    upgrade: (created) => void created.createObjectStore('values'),
  });
  // Random, since values are compressed.
  const value = crypto.getRandomValues(new Uint8Array(VALUE_BYTES));
  const transaction = database.transaction('values', 'readwrite');
  const puts = Array.from({ length: VALUES }, (_, key) => transaction.store.put(value, key));
  // On a full disk each of them rejects.
  await Promise.all([...puts, transaction.done]);
  // Finds the old log full. The empty database stays: creating and deleting are more than one write.
  await database.clear('values');
  database.close();
}
