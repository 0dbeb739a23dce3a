import { SatchelError, unless } from '../errors.ts';
import type { Copies } from './copies.ts';
import type { Database } from './database.ts';
import type { PendingFile } from './schema.ts';
import { together, write } from './write.ts';

export const partialsOf = (ingestId: string): IDBKeyRange =>
  IDBKeyRange.bound([ingestId, 0], [ingestId, Infinity]);

/** Files between "accepted" and "committed", with the vectors they have so far. */
export class PendingStore {
  readonly #database: Database;
  readonly #copies: Copies;

  constructor(database: Database, copies: Copies) {
    this.#database = database;
    this.#copies = copies;
  }

  /** With a copy of it. @throws SatchelError `quota-exceeded`. */
  async put(file: PendingFile): Promise<void> {
    await this.#copies.change([file], [], () => this.#put([file]));
  }

  /** Files of a database that is no more; they have their copies. @throws SatchelError `quota-exceeded`. */
  async restore(files: readonly PendingFile[]): Promise<void> {
    await this.#put(files.map((file) => ({ ...file, lost: 'database' })));
  }

  async #put(files: readonly PendingFile[]): Promise<void> {
    await write(this.#database, ['pending'], (tx) =>
      together(files.map((file) => () => tx.objectStore('pending').put(file))),
    );
  }

  /**
   * An archive gives way to what was in it, all at once: a crash leaves the one or the other.
   * @throws SatchelError `aborted` when it is pending no more, `quota-exceeded`.
   */
  async replace(ingestId: string, files: readonly PendingFile[]): Promise<void> {
    await this.#copies.change(files, [ingestId], () =>
      write(this.#database, ['pending'], async (tx) => {
        const store = tx.objectStore('pending');
        if ((await store.getKey(ingestId)) === undefined) throw new SatchelError('aborted');
        await together([() => store.delete(ingestId), ...files.map((file) => () => store.put(file))]);
      }),
    );
  }

  async all(): Promise<PendingFile[]> {
    const files = await this.#database.getAll('pending');
    return files.sort((a, b) => a.addedAt - b.addedAt);
  }

  async has(ingestId: string): Promise<boolean> {
    return (await this.#database.getKey('pending', ingestId)) !== undefined;
  }

  async remove(ingestId: string): Promise<void> {
    const removing = this.#copies.change([], [ingestId], () =>
      write(this.#database, ['pending', 'partials'], async (tx) => {
        const pending = tx.objectStore('pending');
        // The copy is that of a document by now, which another tab has made of it.
        if ((await pending.getKey(ingestId)) === undefined) throw new SatchelError('aborted');
        await together([
          () => pending.delete(ingestId),
          () => tx.objectStore('partials').delete(partialsOf(ingestId)),
        ]);
      }),
    );
    await removing.catch(unless('aborted'));
  }

  /**
   * Keeps the vectors of the chunks from ordinal `firstChunk` on, as long as the file is pending.
   * @param vectors `n × dimensions`, row by row.
   * @throws SatchelError `quota-exceeded`.
   */
  async putPartial(
    ingestId: string,
    firstChunk: number,
    fingerprintKey: string,
    vectors: Float32Array,
  ): Promise<void> {
    const part = { fingerprintKey, vectors: vectors.slice().buffer };
    await write(this.#database, ['pending', 'partials'], async (tx) => {
      if ((await tx.objectStore('pending').getKey(ingestId)) === undefined) return;
      await tx.objectStore('partials').put(part, [ingestId, firstChunk]);
    });
  }

  /** The vectors kept so far, without gaps, from chunk 0 on; those of another fingerprint don't count. */
  async partial(
    ingestId: string,
    fingerprintKey: string,
    dimensions: number,
  ): Promise<Float32Array<ArrayBuffer>> {
    const tx = this.#database.transaction('partials');
    const parts: Float32Array[] = [];
    let next = 0;
    for (
      let cursor = await tx.store.openCursor(partialsOf(ingestId));
      cursor;
      cursor = await cursor.continue()
    ) {
      const [, firstChunk] = cursor.key;
      if (firstChunk !== next || cursor.value.fingerprintKey !== fingerprintKey) break;
      const vectors = new Float32Array(cursor.value.vectors);
      parts.push(vectors);
      next += vectors.length / dimensions;
    }
    const all = new Float32Array(next * dimensions);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
