import { EmbeddingIndex } from 'client-vector-search';
import { openDB } from 'idb';
import type { BuildIndex, PeerIndex } from './peer.ts';
import { splitRows } from './rows.ts';

const NAMES = { DBName: 'client-vector-search', objectStoreName: 'index' };

const toObject = (id: number, vector: Float32Array) => ({ id, embedding: Array.from(vector) });

/** It keeps an object a record, whose size no interface tells; the browser's count of all that is stored does. */
const storedBytes = async (): Promise<number> => (await navigator.storage.estimate()).usage ?? NaN;

const wrap = (index: EmbeddingIndex): PeerIndex => ({
  add: (id, vector) => index.add(toObject(id, vector)),
  remove: (id) => index.remove({ id }),
  async search(query, k) {
    const results = await index.search(Array.from(query), { topK: k });
    return results.map(({ object }) => Number((object as { readonly id: number }).id));
  },
  async save() {
    const before = await storedBytes();
    await index.saveIndex('indexedDB', NAMES);
    return {
      bytes: async () => (await storedBytes()) - before,
      async open() {
        // Its own reader keeps the database open, and nothing could be saved there again.
        const database = await openDB(NAMES.DBName);
        const objects = (await database.getAll(NAMES.objectStoreName)) as object[];
        database.close();
        return wrap(new EmbeddingIndex(objects));
      },
    };
  },
});

export const buildClientVectorSearch: BuildIndex = (rows, dimensions) =>
  wrap(new EmbeddingIndex(splitRows(rows, dimensions).map((row, id) => toObject(id, row))));
