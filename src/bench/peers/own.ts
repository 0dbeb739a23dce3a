import { createFlatIndex } from '../../core/4-index/flat.ts';
import type { VectorIndex } from '../../core/4-index/vector-index.ts';
import { keep } from './kept.ts';
import type { BuildIndex, PeerIndex } from './peer.ts';

const wrap = (index: VectorIndex, createIndex: () => VectorIndex): PeerIndex => ({
  add: (id, vector) => index.add([id], vector),
  remove: (id) => index.remove([id]),
  search: (query, k) => index.search(query, k).map(({ chunkId }) => chunkId),
  save: () =>
    keep(index.save(), (bytes) => {
      const opened = createIndex();
      opened.load(bytes);
      return wrap(opened, createIndex);
    }),
});

/** @param createIndex an index of the core's. */
export const buildOwn =
  (createIndex: (dimensions: number) => VectorIndex): BuildIndex =>
  (rows, dimensions) => {
    const index = createIndex(dimensions);
    index.add(
      Array.from({ length: rows.length / dimensions }, (_, id) => id),
      rows,
    );
    return wrap(index, () => createIndex(dimensions));
  };

export const buildFlat: BuildIndex = buildOwn((dimensions) => createFlatIndex(dimensions));

/** The same index as it is where the engine has no SIMD: floats alone, no codes. */
export const buildFloats: BuildIndex = buildOwn((dimensions) => createFlatIndex(dimensions, Infinity));
