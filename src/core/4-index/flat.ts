import type { Hit } from '../types.ts';
import { decodeRows, encodeRows } from './saved-rows.ts';
import { TopHits } from './top-hits.ts';
import type { VectorIndex } from './vector-index.ts';
import { VectorRows } from './vector-rows.ts';

/** Looks at every vector: exact, built by copying, changed in place. */
class FlatIndex implements VectorIndex {
  #rows: VectorRows;

  constructor(dimensions: number) {
    this.#rows = new VectorRows(dimensions);
  }

  add(ids: readonly number[], vectors: Float32Array): void {
    this.#rows.add(ids, vectors);
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) this.#rows.remove(id);
  }

  search(query: Float32Array, k: number, filter?: (chunkId: number) => boolean): Hit[] {
    this.#rows.checkQuery(query);
    const top = new TopHits(k);
    this.#rows.scan(query, top, filter);
    return top.take();
  }

  save(): Uint8Array<ArrayBuffer> {
    return encodeRows(this.#rows);
  }

  load(bytes: Uint8Array<ArrayBuffer>): void {
    this.#rows = decodeRows(bytes, this.#rows.dimensions);
  }
}

export const createFlatIndex = (dimensions: number): VectorIndex => new FlatIndex(dimensions);
