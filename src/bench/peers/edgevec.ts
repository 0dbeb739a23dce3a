import init, { EdgeVec, EdgeVecConfig } from 'edgevec';
import wasmUrl from 'edgevec/edgevec_bg.wasm?url';
import { openDB } from 'idb';
import type { BuildIndex, PeerIndex } from './peer.ts';
import { splitRows } from './rows.ts';

const NAME = 'index';
const FILES_DATABASE = 'EdgeVecDB';
const FILES_STORE = 'files';

async function savedBytes(): Promise<number> {
  const database = await openDB(FILES_DATABASE);
  const file = (await database.get(FILES_STORE, NAME)) as Uint8Array | undefined;
  database.close();
  return file?.byteLength ?? NaN;
}

/** It numbers vectors itself. */
class Ids {
  readonly #own = new Map<number, number>();
  readonly #theirs = new Map<number, number>();

  set(id: number, theirs: number): void {
    this.#theirs.set(id, theirs);
    this.#own.set(theirs, id);
  }

  theirs = (id: number): number => this.#theirs.get(id) ?? -1;
  own = (theirs: number): number => this.#own.get(theirs) ?? -1;
}

const wrap = (index: EdgeVec, ids: Ids): PeerIndex => ({
  add: (id, vector) => ids.set(id, index.insert(vector)),
  remove: (id) => void index.softDelete(ids.theirs(id)),
  search: (query, k) => (index.search(query, k) as { readonly id: number }[]).map(({ id }) => ids.own(id)),
  async save() {
    await index.save(NAME);
    return { bytes: savedBytes, open: async () => wrap(await EdgeVec.load(NAME), ids) };
  },
});

/**
 * Its graph, as it is by default; its flat index takes bits alone ("insert() not supported for Flat index").
 * @param metric its default, `l2`, orders vectors of length 1 as the cosine does.
 */
export async function loadEdgeVec(metric: 'l2' | 'cosine'): Promise<BuildIndex> {
  await init({ module_or_path: wasmUrl });
  return (rows, dimensions) => {
    const config = new EdgeVecConfig(dimensions);
    config.metric = metric;
    const index = wrap(new EdgeVec(config), new Ids());
    splitRows(rows, dimensions).forEach((row, id) => void index.add(id, row));
    return index;
  };
}
