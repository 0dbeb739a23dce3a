import type { IDBPTransaction, StoreNames } from 'idb';
import { SatchelError, toSatchelError } from '../errors.ts';
import type { Database } from './database.ts';
import type { SatchelSchema } from './schema.ts';

type Name = StoreNames<SatchelSchema>;
export type Writing<Names extends readonly Name[]> = IDBPTransaction<
  SatchelSchema,
  [...Names] & ArrayLike<Name>,
  'readwrite'
>;

/**
 * Starts requests of one transaction. One that throws at once (a value that can't be cloned) rejects like any
 * other, and none is left behind to reject unheard when the transaction is undone.
 */
export const together = (requests: readonly (() => Promise<unknown>)[]): Promise<unknown> =>
  Promise.all(requests.map(async (request) => request()));

/**
 * Runs `work` in one transaction: when it throws, nothing of it stays. By itself IndexedDB would keep the puts
 * before one that throws at once.
 * @param work may await requests of the transaction and nothing else, or it commits too early.
 * @throws SatchelError what `work` throws, `quota-exceeded` or `internal`; `aborted` only from `work` itself.
 */
export async function write<const Names extends readonly Name[], T>(
  database: Database,
  names: Names,
  work: (tx: Writing<Names>) => Promise<T>,
): Promise<T> {
  // A report of success must outlive a power cut, so what it reports is on the disk first.
  const tx = database.transaction([...names], 'readwrite', { durability: 'strict' }) as Writing<Names>;
  try {
    const result = await work(tx);
    await tx.done;
    return result;
  } catch (error) {
    throw await undo(tx, error);
  }
}

/**
 * A disk that is full shows in `tx.error` alone; its requests reject with a bare AbortError, which would pass
 * for a cancel by the person, and a cancelled file is deleted.
 */
async function undo(
  tx: Pick<IDBPTransaction<SatchelSchema, Name[], 'readwrite'>, 'abort' | 'done' | 'error'>,
  error: unknown,
): Promise<SatchelError> {
  try {
    tx.abort();
  } catch {
    // It is over already, by its own error.
  }
  await tx.done.catch(() => undefined);
  const reason: unknown = error instanceof SatchelError ? error : (tx.error ?? error);
  const coded = toSatchelError(reason);
  return reason !== coded && coded.code === 'aborted'
    ? new SatchelError('internal', { reason: String(reason) }, reason)
    : coded;
}
