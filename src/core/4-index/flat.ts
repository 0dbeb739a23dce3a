import type { Hit } from '../types.ts';
import { ByteCodes } from './byte-codes.ts';
import { decodeRows, encodeRows } from './saved-rows.ts';
import { createScanKernel } from './scan-kernel.ts';
import { TopHits } from './top-hits.ts';
import type { VectorIndex } from './vector-index.ts';
import { VectorRows } from './vector-rows.ts';

/** Fewer rows are scanned as floats: that takes less than a millisecond, and needs no second look. */
const PLAIN_ROWS = 1_000;

/** Candidates for each hit that is asked for: the codes put nearly all hits among the first `k` already. */
const CANDIDATES = 4;
const MIN_CANDIDATES = 64;
/** How many times as many the next look takes when what was left out might be better. */
const WIDEN = 4;
/** From this part of all rows on, looking at every float is no more work. */
const MOST_CANDIDATES = 1 / 8;

/**
 * Looks at every vector: exact, built by copying, changed in place. Codes of a byte a dimension find candidates, floats
 * score them; where the codes can't tell for sure that no other row is better (many equal vectors), it looks again
 * at more of them, in the end at all.
 */
class FlatIndex implements VectorIndex {
  readonly #plainRows: number;
  #codes: ByteCodes | undefined;
  #rows: VectorRows;

  constructor(dimensions: number, plainRows: number) {
    this.#plainRows = plainRows;
    this.#codes = createCodes(dimensions);
    this.#rows = new VectorRows(dimensions, this.#codes);
  }

  add(ids: readonly number[], vectors: Float32Array): void {
    this.#rows.add(ids, vectors);
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) this.#rows.remove(id);
  }

  search(query: Float32Array, k: number, filter?: (chunkId: number) => boolean): Hit[] {
    this.#rows.checkQuery(query);
    const { size } = this.#rows;
    if (this.#codes && size > this.#plainRows && k >= 1) {
      let count = Math.max(k * CANDIDATES, MIN_CANDIDATES);
      for (; count < size * MOST_CANDIDATES; count *= WIDEN) {
        const hits = this.#searchCodes(this.#codes, query, k, count, filter);
        if (hits) return hits;
      }
    }
    const top = new TopHits(k);
    this.#rows.scan(query, top, filter);
    return top.take();
  }

  save(): Uint8Array<ArrayBuffer> {
    return encodeRows(this.#rows);
  }

  load(bytes: Uint8Array<ArrayBuffer>): void {
    const codes = createCodes(this.#rows.dimensions);
    this.#rows = decodeRows(bytes, this.#rows.dimensions, codes);
    this.#codes = codes;
  }

  /** Undefined when a row that is not among the `count` candidates might belong to the hits. */
  #searchCodes(
    codes: ByteCodes,
    query: Float32Array,
    k: number,
    count: number,
    filter?: (chunkId: number) => boolean,
  ): Hit[] | undefined {
    const { ids } = this.#rows;
    const keeps = filter && ((row: number): boolean => filter(ids[row] ?? 0));
    const { rows, bound } = codes.nearest(query, count, keeps);
    const top = new TopHits(k);
    this.#rows.score(query, rows, top);
    const hits = top.take();
    const last = hits.at(-1);
    return bound === -Infinity || (last && last.score > bound) ? hits : undefined;
  }
}

function createCodes(dimensions: number): ByteCodes | undefined {
  const kernel = createScanKernel();
  return kernel && new ByteCodes(kernel, dimensions);
}

/** @param plainRows up to so many rows nothing but floats is looked at. */
export const createFlatIndex = (dimensions: number, plainRows = PLAIN_ROWS): VectorIndex =>
  new FlatIndex(dimensions, plainRows);
