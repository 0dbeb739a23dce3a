import { loadHnswlib, syncFileSystem, type HierarchicalNSW } from 'hnswlib-wasm';
import { openDB } from 'idb';
import type { BuildIndex, PeerIndex } from './peer.ts';
import { splitRows } from './rows.ts';

/** The library's own choice (`defaultParams`, `hnswParamsForAda` in its README). */
const LINKS = 32;
const EF_CONSTRUCTION = 128;
const EF_SEARCH = 128;
const SEED = 100;
/** The room is fixed when the index is made; a bench adds a few. */
const SPARE = 64;
const FILE = 'index.dat';

/** The file system that it writes to is a database by the name of its folder. */
const FILES_DATABASE = '/hnswlib-index';
const FILES_STORE = 'FILE_DATA';

async function savedBytes(): Promise<number> {
  const database = await openDB(FILES_DATABASE);
  const path = `${FILES_DATABASE}/${FILE}`;
  const file = (await database.get(FILES_STORE, path)) as { readonly contents: Uint8Array } | undefined;
  database.close();
  return file?.contents.byteLength ?? NaN;
}

export async function loadHnswlibIndex(): Promise<BuildIndex> {
  const library = await loadHnswlib();
  const createIndex = (dimensions: number): HierarchicalNSW =>
    new library.HierarchicalNSW('ip', dimensions, '');
  const wrap = (index: HierarchicalNSW, dimensions: number): PeerIndex => ({
    // Without the last argument an id that was removed can't come back.
    add: (id, vector) => index.addPoint(vector, id, true),
    remove: (id) => index.markDelete(id),
    search: (query, k) => index.searchKnn(query, k, undefined).neighbors,
    async save() {
      await index.writeIndex(FILE);
      await syncFileSystem('write');
      return {
        bytes: savedBytes,
        async open() {
          await syncFileSystem('read');
          const opened = createIndex(dimensions);
          await opened.readIndex(FILE, index.getMaxElements());
          opened.setEfSearch(EF_SEARCH);
          return wrap(opened, dimensions);
        },
      };
    },
  });
  return (rows, dimensions) => {
    const index = createIndex(dimensions);
    index.initIndex(rows.length / dimensions + SPARE, LINKS, EF_CONSTRUCTION, SEED);
    index.setEfSearch(EF_SEARCH);
    splitRows(rows, dimensions).forEach((row, id) => index.addPoint(row, id, false));
    return wrap(index, dimensions);
  };
}
