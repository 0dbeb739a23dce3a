import type { RegistryLine } from '../registry.ts';
import type { Hit } from '../types.ts';

/**
 * Finds the vectors nearest to a query. Ids are chunk ids: integers from 0 to 2^32 - 2. Vectors are unit
 * length, so a dot product is a cosine. All members throw SatchelError: `dimension-mismatch`,
 * `invalid-vector`, `index-full`, `index-corrupt`, `index-broken`.
 */
export interface VectorIndex {
  /** @param vectors `ids.length × dimensions`, row by row. An id that is there already is replaced. */
  add(ids: readonly number[], vectors: Float32Array): void;
  /** Ids that are not there are ignored. */
  remove(ids: readonly number[]): void;
  /**
   * @param filter keeps an id; fewer than `k` hits come back only when fewer are kept.
   * @returns at most `k` hits, best first, ties by lower id; scores are cosines.
   */
  search(query: Float32Array, k: number, filter?: (chunkId: number) => boolean): Hit[];
  save(): Uint8Array<ArrayBuffer>;
  /** Replaces the content. On error the content stays as it was. */
  load(bytes: Uint8Array<ArrayBuffer>): void;
}

export interface VectorIndexLine extends RegistryLine<(dimensions: number) => VectorIndex> {
  readonly exact: boolean;
  /** Limits that the interface names; Infinity where there is none. */
  readonly maxChunks: number;
  readonly supportsFilter: boolean;
}
