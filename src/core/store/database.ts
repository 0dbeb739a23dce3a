import { openDB, type IDBPDatabase } from 'idb';
import { SatchelError, toSatchelError } from '../errors.ts';
import { migrate } from './migrations.ts';
import { DATABASE_NAME, DATABASE_VERSION, type SatchelSchema } from './schema.ts';

export type Database = IDBPDatabase<SatchelSchema>;

/** How long another tab may take to give up an older version. */
const BLOCKED_MS = 5_000;

/**
 * Opens the database and brings it to this version.
 * @throws SatchelError `storage-unavailable` where the browser has or grants none (some private windows), and
 * `storage-blocked` when another tab keeps an older version open.
 */
export async function openDatabase(name = DATABASE_NAME): Promise<Database> {
  let blockedTimer: ReturnType<typeof setTimeout> | undefined;
  try {
    let giveUp: (error: SatchelError) => void = () => undefined;
    const blocked = new Promise<never>((_resolve, reject) => (giveUp = reject));
    const opening = openDB<SatchelSchema>(name, DATABASE_VERSION, {
      upgrade: (database, from, to) => migrate(database, from, to ?? DATABASE_VERSION),
      blocked: () => {
        blockedTimer = setTimeout(() => giveUp(new SatchelError('storage-blocked')), BLOCKED_MS);
      },
      // A newer page wants to upgrade: closing lets it; this tab asks for a reload at its next access.
      blocking: (_current, _next, event) => (event.target as IDBDatabase).close(),
    });
    // Given up on, it may open all the same, and would then stand in the way of others unused.
    blocked.catch(() => opening.then((database) => database.close()).catch(() => undefined));
    return await Promise.race([opening, blocked]);
  } catch (error) {
    throw toSatchelError(error, 'storage-unavailable');
  } finally {
    clearTimeout(blockedTimer);
  }
}
