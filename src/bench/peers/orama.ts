import { create, insert, load, remove, save, search, type AnyOrama, type RawData } from '@orama/orama';
import { keep } from './kept.ts';
import type { BuildIndex, PeerIndex } from './peer.ts';
import { splitRows } from './rows.ts';

const createDatabase = (dimensions: number): AnyOrama =>
  create({ schema: { embedding: `vector[${dimensions}]` } });

const wrap = (database: AnyOrama, dimensions: number): PeerIndex => ({
  async add(id, vector) {
    await insert(database, { id: String(id), embedding: Array.from(vector) });
  },
  async remove(id) {
    await remove(database, String(id));
  },
  async search(query, k) {
    const { hits } = await search(database, {
      mode: 'vector',
      vector: { value: Array.from(query), property: 'embedding' },
      // All of them: its default, 0.8, would leave out most of the best ten.
      similarity: -1,
      limit: k,
    });
    return hits.map(({ id }) => Number(id));
  },
  save: () =>
    keep(JSON.stringify(save(database)), (text) => {
      const opened = createDatabase(dimensions);
      load(opened, JSON.parse(text) as RawData);
      return wrap(opened, dimensions);
    }),
});

export const buildOrama: BuildIndex = async (rows, dimensions) => {
  const index = wrap(createDatabase(dimensions), dimensions);
  for (const [id, row] of splitRows(rows, dimensions).entries()) await index.add(id, row);
  return index;
};
