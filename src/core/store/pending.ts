import { toSatchelError } from '../errors.ts';
import type { Database } from './database.ts';
import type { PendingFile } from './schema.ts';

/** Files between "accepted" and "committed", with the vectors they have so far. */
export class PendingStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws SatchelError `quota-exceeded`. */
  async put(file: PendingFile): Promise<void> {
    try {
      await this.#database.put('pending', file);
    } catch (error) {
      throw toSatchelError(error);
    }
  }

  async all(): Promise<PendingFile[]> {
    const files = await this.#database.getAll('pending');
    return files.sort((a, b) => a.addedAt - b.addedAt);
  }

  async remove(ingestId: string): Promise<void> {
    const tx = this.#database.transaction(['pending', 'partials'], 'readwrite');
    const range = IDBKeyRange.bound([ingestId, 0], [ingestId, Infinity]);
    await Promise.all([
      tx.objectStore('pending').delete(ingestId),
      tx.objectStore('partials').delete(range),
      tx.done,
    ]);
  }

  /**
   * Keeps the vectors of the chunks from ordinal `firstChunk` on.
   * @param vectors `n × dimensions`, row by row.
   */
  async putPartial(
    ingestId: string,
    firstChunk: number,
    fingerprintKey: string,
    vectors: Float32Array,
  ): Promise<void> {
    try {
      await this.#database.put('partials', { fingerprintKey, vectors: vectors.slice().buffer }, [
        ingestId,
        firstChunk,
      ]);
    } catch (error) {
      throw toSatchelError(error);
    }
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
    const range = IDBKeyRange.bound([ingestId, 0], [ingestId, Infinity]);
    for (let cursor = await tx.store.openCursor(range); cursor; cursor = await cursor.continue()) {
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
