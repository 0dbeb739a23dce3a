import type { KernelArena } from './kernel-arena.ts';

/** Growing by segments never copies what is there; one call of the kernel per segment lets the engine tier up. */
export const SEGMENT_ROWS = 4096;

/** Most rows that a scan can keep: a heap of one size is never moved. */
export const MAX_BEST_ROWS = 16_384;

/** Rows in no order. Views of the kernel's memory, valid until the next scan. */
export interface ScoredRows {
  readonly rows: Uint32Array;
  /** One for each of `rows`. */
  readonly scores: Float32Array;
}

/**
 * Writes a byte for each of a segment's rows, 0 for one to pass over.
 * @param first the segment's first row.
 * @param at an address.
 */
export type WriteMask = (first: number, rows: number, at: number) => void;

/** @param mask a byte for each row of all segments; without it none is passed over. */
export const writeMask =
  (arena: KernelArena, mask?: Uint8Array): WriteMask =>
  (first, rows, at) => {
    if (mask) arena.bytes.set(mask.subarray(first, first + rows), at);
    else arena.bytes.fill(1, at, at + rows);
  };

/** Where a scan of one segment, or of one row, finds its mask and its heap. */
export interface ScanPlace {
  /** 0 for none. */
  readonly maskAt: number;
  readonly scoresAt: number;
  readonly rowsAt: number;
  readonly size: number;
}

/** The kernel's heap, and the mask that it passes rows over by. */
export class BestRows {
  readonly #arena: KernelArena;
  readonly #scoresAt: number;
  readonly #maskAt: number;

  constructor(arena: KernelArena) {
    this.#arena = arena;
    this.#scoresAt = arena.allocate(MAX_BEST_ROWS * 8);
    this.#maskAt = arena.allocate(SEGMENT_ROWS);
  }

  /**
   * Scans segment after segment.
   * @param total rows in all segments.
   * @param mask all rows are kept when absent.
   * @param scan calls the kernel for a segment; gives the entries in the heap.
   */
  ofSegments(
    total: number,
    mask: WriteMask | undefined,
    scan: (segment: number, rows: number, place: ScanPlace) => number,
  ): ScoredRows {
    let size = 0;
    for (let first = 0; first < total; first += SEGMENT_ROWS) {
      const rows = Math.min(SEGMENT_ROWS, total - first);
      mask?.(first, rows, this.#maskAt);
      size = scan(first / SEGMENT_ROWS, rows, this.#place(size, mask ? this.#maskAt : 0));
    }
    return this.#take(size);
  }

  /** Scans these rows. @param scan calls the kernel for a row; gives the entries in the heap. */
  ofRows(rows: Uint32Array, scan: (row: number, place: ScanPlace) => number): ScoredRows {
    let size = 0;
    for (const row of rows) size = scan(row, this.#place(size, 0));
    return this.#take(size);
  }

  #place(size: number, maskAt: number): ScanPlace {
    return { maskAt, scoresAt: this.#scoresAt, rowsAt: this.#scoresAt + MAX_BEST_ROWS * 4, size };
  }

  #take(size: number): ScoredRows {
    const { buffer } = this.#arena.kernel.memory;
    return {
      rows: new Uint32Array(buffer, this.#scoresAt + MAX_BEST_ROWS * 4, size),
      scores: new Float32Array(buffer, this.#scoresAt, size),
    };
  }
}
