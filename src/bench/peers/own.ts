import { codeBytes, encodeVectors } from '../../core/4-index/encode-vectors.ts';
import { createFlatIndex, type FlatOptions } from '../../core/4-index/flat.ts';
import type { VectorIndex } from '../../core/4-index/vector-index.ts';
import { keep } from './kept.ts';
import type { BuildIndex, PeerIndex } from './peer.ts';

/** What the store does for the index: it has each vector in both forms, and reads a float row when asked. */
class OwnIndex implements PeerIndex {
  readonly #dimensions: number;
  readonly #options: FlatOptions;
  readonly #index: VectorIndex;
  /** A row for each id, as given; what was added later is beside it. */
  readonly #rows: Float32Array;
  readonly #added = new Map<number, Float32Array>();

  constructor(rows: Float32Array, codes: Uint8Array, dimensions: number, options: FlatOptions) {
    this.#rows = rows;
    this.#dimensions = dimensions;
    this.#options = options;
    this.#index = createFlatIndex(dimensions, (id) => this.#read(id), options);
    const count = codes.length / codeBytes(dimensions);
    this.#index.add(
      Array.from({ length: count }, (_, id) => id),
      { codes, vectors: () => rows },
    );
  }

  add(id: number, vector: Float32Array): void {
    this.#added.set(id, vector);
    this.#index.add([id], { codes: encodeVectors(vector, this.#dimensions), vectors: () => vector });
  }

  remove(id: number): void {
    this.#index.remove([id]);
  }

  search(query: Float32Array, k: number): number[] {
    return this.#index.search(query, k).map(({ chunkId }) => chunkId);
  }

  /**
   * The codes, all that opening reads: floats stay on the disk. Encoded anew, for the figure of the memory is to be of
   * the index alone.
   */
  save(): ReturnType<PeerIndex['save']> {
    return keep(
      encodeVectors(this.#rows, this.#dimensions),
      (codes) => new OwnIndex(this.#rows, codes, this.#dimensions, this.#options),
    );
  }

  #read(id: number): Float32Array {
    const at = id * this.#dimensions;
    return this.#added.get(id) ?? this.#rows.subarray(at, at + this.#dimensions);
  }
}

const buildOwn =
  (options: FlatOptions): BuildIndex =>
  (rows, dimensions) =>
    new OwnIndex(rows, encodeVectors(rows, dimensions), dimensions, options);

export const buildFlat: BuildIndex = buildOwn({});

/** The same index as it is with very many chunks. */
export const buildBits: BuildIndex = buildOwn({ bitsAbove: 0 });
