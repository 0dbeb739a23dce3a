import * as glue from 'voy-search/voy_search_bg.js';
import wasmUrl from 'voy-search/voy_search_bg.wasm?url';
import { keep } from './kept.ts';
import type { BuildIndex, PeerIndex } from './peer.ts';
import { splitRows } from './rows.ts';

const resource = (id: number, vector: Float32Array): glue.EmbeddedResource => ({
  id: String(id),
  title: '',
  url: '',
  embeddings: Array.from(vector),
});

const wrap = (voy: glue.Voy): PeerIndex => ({
  add: (id, vector) => voy.add({ embeddings: [resource(id, vector)] }),
  remove: (id, vector) => voy.remove({ embeddings: [resource(id, vector)] }),
  search: (query, k) => voy.search(Float32Array.from(query), k).neighbors.map(({ id }) => Number(id)),
  save() {
    const text = voy.serialize();
    if (text === '') throw new Error('serialize() gave an empty string');
    return keep(text, (form) => wrap(glue.Voy.deserialize(form)));
  },
});

let last: WebAssembly.Instance | undefined;

export async function loadVoy(): Promise<BuildIndex> {
  const module = await WebAssembly.compile(await (await fetch(wasmUrl)).arrayBuffer());
  return (rows, dimensions) => {
    // A panic leaves an instance unusable. The glue takes new views of memory only where the old ones are detached.
    (last?.exports['memory'] as WebAssembly.Memory | undefined)?.grow(0);
    last = new WebAssembly.Instance(module, {
      './voy_search_bg.js': glue as unknown as WebAssembly.ModuleImports,
    });
    glue.__wbg_set_wasm(last.exports);
    return wrap(
      new glue.Voy({ embeddings: splitRows(rows, dimensions).map((row, id) => resource(id, row)) }),
    );
  };
}
