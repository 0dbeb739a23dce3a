import type { Database } from './database.ts';
import type { Disk } from './disk.ts';
import { logSource } from './log-source.ts';
import type { RowLog } from './row-log.ts';
import type { Extent, TermFile } from './schema.ts';
import { together, write } from './write.ts';

const TERMS = '.terms';

/** What terms were merged from. */
export interface MergedTerms {
  /** Names of term files. */
  readonly files: readonly string[];
  /** Documents that had their terms by themselves. */
  readonly documents: readonly { readonly documentId: string; readonly firstChunkId: number }[];
}

/** The terms of keyword search: in the database as they come, in files once they are merged. */
export class TermStore {
  readonly #database: Database;
  readonly #disk: Disk;
  readonly #log: RowLog;

  constructor(database: Database, disk: Disk, log: RowLog) {
    this.#database = database;
    this.#disk = disk;
    this.#log = log;
  }

  /** @throws SatchelError `index-corrupt`. */
  async open({ name, sizeBytes }: TermFile) {
    return logSource(await this.#disk.open(name + TERMS, sizeBytes), sizeBytes);
  }

  /** Keeps the terms of one document by themselves, unless it is gone or has been replaced. */
  async put(fingerprintKey: string, extent: Extent, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const key: [string, string] = [fingerprintKey, extent.documentId];
    await write(this.#database, ['extents', 'terms'], async (tx) => {
      const known = await tx.objectStore('extents').get(key);
      if (known?.firstChunkId === extent.firstChunkId) await tx.objectStore('terms').put(bytes, key);
    });
  }

  /** Takes files out of the manifest. */
  async forget(names: readonly string[]): Promise<void> {
    await write(this.#database, ['termFiles'], (tx) =>
      together(names.map((name) => () => tx.objectStore('termFiles').delete(name))),
    );
  }

  /**
   * Puts merged terms in the stead of what they were made from.
   * @returns false, with nothing changed, when that is not all there any more: another tab has merged it, or a
   * document was deleted.
   */
  async replace(
    file: TermFile,
    bytes: Uint8Array<ArrayBuffer>,
    { files, documents }: MergedTerms,
  ): Promise<boolean> {
    return this.#log.exclusively(async () => {
      // Of documents that were all deleted there is nothing left.
      const isEmpty = file.firstChunkIds.length === 0;
      if (!isEmpty) await (await this.#disk.open(file.name + TERMS, 0)).write(0, [bytes]);
      return write(this.#database, ['extents', 'terms', 'termFiles'], async (tx) => {
        const terms = tx.objectStore('terms');
        const termFiles = tx.objectStore('termFiles');
        const keys = documents.map(({ documentId }): [string, string] => [file.fingerprintKey, documentId]);
        const isThere = await Promise.all([
          ...documents.map(async ({ firstChunkId }, i) => {
            const key = keys[i] ?? ['', ''];
            const [extent, own] = await Promise.all([tx.objectStore('extents').get(key), terms.getKey(key)]);
            return own !== undefined && extent?.firstChunkId === firstChunkId;
          }),
          ...files.map(async (name) => (await termFiles.getKey(name)) !== undefined),
        ]);
        if (!isThere.every(Boolean)) return false;
        await together([
          ...keys.map((key) => () => terms.delete(key)),
          ...files.map((name) => () => termFiles.delete(name)),
          ...(isEmpty ? [] : [() => termFiles.put(file)]),
        ]);
        return true;
      });
    });
  }
}
