import type { RegistryLine } from '../registry.ts';
import type { Hit, IdRanges } from '../types.ts';

/** Vectors to be added, one row for each id, in both of their forms; an index takes the one it works with. */
export interface VectorBatch {
  /** `rows × codeBytes(dimensions)`, as `encodeVectors` makes them. */
  readonly codes: Uint8Array;
  /** `rows × dimensions`, unit length; may be read from the disk when it is asked for. */
  vectors(): Float32Array;
}

/** The vector of a chunk that is in the index, as it was added; valid until the next call. May throw. */
export type ReadVector = (chunkId: number) => Float32Array;

/**
 * Finds the vectors nearest to a query. Ids are chunk ids: integers from 0 to 2^32 - 2. Vectors are unit
 * length, so a dot product is a cosine. All members throw SatchelError: `dimension-mismatch`,
 * `invalid-vector`, `index-full`, `index-broken`, and what `ReadVector` and `VectorBatch` throw.
 */
export interface VectorIndex {
  /** An id that is there already is replaced; of an id that is listed twice the last counts. All or nothing. */
  add(ids: readonly number[], batch: VectorBatch): void;
  /** Ids that are not there are ignored. */
  remove(ids: readonly number[]): void;
  /**
   * @param filter ids to keep; fewer than `k` hits come back only when fewer are kept.
   * @returns at most `k` hits, best first, ties by lower id; scores are cosines.
   */
  search(query: Float32Array, k: number, filter?: IdRanges): Hit[];
}

export interface VectorIndexLine extends RegistryLine<
  (dimensions: number, readVector: ReadVector) => VectorIndex
> {
  readonly exact: boolean;
  /** Limits that the interface names; Infinity where there is none. */
  readonly maxChunks: number;
  readonly supportsFilter: boolean;
}
