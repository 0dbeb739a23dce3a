import type { Database } from './database.ts';
import type { DocumentStore } from './documents.ts';
import type { OpenRows, RowLog } from './row-log.ts';
import { allOf, type Extent, type RowFile } from './schema.ts';
import { write } from './write.ts';

/** A row file is rewritten when more of it is dead. */
const DEAD_SHARE = 0.3;
/** Fewer are not worth two files. */
const MIN_DEAD_ROWS = 64;

const isWorthwhile = ({ rows, deadRows }: RowFile): boolean =>
  deadRows >= MIN_DEAD_ROWS && deadRows > rows * DEAD_SHARE;

function isIntact(rows: OpenRows, extent: Extent): boolean {
  try {
    rows.vectors(extent);
    return rows.codes([extent]).has(extent);
  } catch {
    return false;
  }
}

/**
 * Copies what is live in row files that are dead for a good part, and puts the copies in their stead. Documents that
 * turn out damaged are queued to be indexed anew.
 * @returns whether anything has changed.
 */
export async function compact(
  database: Database,
  log: RowLog,
  documents: DocumentStore,
  fingerprintKey: string,
): Promise<boolean> {
  const files = (await database.getAll('rowFiles')).filter((file) => file.fingerprintKey === fingerprintKey);
  const worthwhile = files.filter(isWorthwhile);
  for (const { name } of worthwhile) {
    await log.exclusively(async () => {
      const file = await database.get('rowFiles', name);
      if (file && isWorthwhile(file)) await compactFile(database, log, documents, file);
    });
  }
  return worthwhile.length > 0;
}

async function compactFile(
  database: Database,
  log: RowLog,
  documents: DocumentStore,
  file: RowFile,
): Promise<void> {
  const all = await database.getAll('extents', allOf(file.fingerprintKey));
  const extents = all.filter((extent) => extent.file === file.name).sort((a, b) => a.firstRow - b.firstRow);
  const rows = await log.open(file);
  const intact = extents.filter((extent) => isIntact(rows, extent));
  for (const extent of extents)
    if (!intact.includes(extent)) await documents.requeue(file.fingerprintKey, extent);
  await log.rewrite(file, intact, (moved, to) =>
    write(database, ['extents', 'rowFiles'], async (tx) => {
      const stored = tx.objectStore('extents');
      let deadRows = 0;
      for (const extent of moved) {
        const key: [string, string] = [file.fingerprintKey, extent.documentId];
        const known = await stored.get(key);
        // Deleted while it was copied, and perhaps added again.
        if (known?.firstChunkId === extent.firstChunkId) await stored.put(extent, key);
        else deadRows += extent.chunks;
      }
      if (deadRows < to.rows) await tx.objectStore('rowFiles').put({ ...to, deadRows });
      await tx.objectStore('rowFiles').delete(file.name);
    }),
  );
}
