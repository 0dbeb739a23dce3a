import { SatchelError } from '../errors.ts';
import type { Hit, IdRanges } from '../types.ts';
import { BestRows, MAX_BEST_ROWS, SEGMENT_ROWS, writeMask, type WriteMask } from './best-rows.ts';
import { BitCodes } from './bit-codes.ts';
import { ByteCodes, type Candidates } from './byte-codes.ts';
import { checkIds, checkVectors } from './check-vectors.ts';
import { dotRow } from './dot-row.ts';
import { codeBytes } from './encode-vectors.ts';
import { countIds, maskOf } from './id-ranges.ts';
import { KernelArena } from './kernel-arena.ts';
import { RowIds } from './row-ids.ts';
import { createScanKernel, type ScanKernel } from './scan-kernel.ts';
import { TopHits } from './top-hits.ts';
import type { ReadVector, VectorBatch, VectorIndex } from './vector-index.ts';

/** Candidates for each hit that is asked for: the codes put nearly all hits among the first `k` already. */
const CANDIDATES = 4;
const MIN_CANDIDATES = 64;
/** How many times as many the next look takes when what was left out might be better. */
const WIDEN = 4;

/** With more rows bits are looked at first. With fewer all bytes take no longer than 15 ms, and miss nothing. */
const MANY_ROWS = 250_000;
/** Rows that the bits leave: so many, so many more for each hit that is asked for, and this part of all rows. */
const SHORTLIST = 2500;
const SHORTLIST_PER_HIT = 100;
const SHORTLIST_PART = 1 / 200;
/** A filter that keeps fewer than this part of all rows names them faster than a scan passes over the others. */
const FEW_ROWS = 1 / 64;

/** A scan of all bytes should not take longer: a question is asked of several parts, and answered in a blink. */
const SLOW_SCAN_MS = 20;
/** In a row: one may have waited for another thread. */
const SLOW_SCANS = 3;

export interface FlatOptions {
  /** Rows above which bits are looked at first; less when the machine turns out to be slow. */
  readonly bitsAbove?: number;
  readonly kernel?: ScanKernel;
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 * Looks at every vector: built by copying, changed in place. Codes of a byte a dimension find candidates, floats score
 * them; where the codes can't tell for sure that no other row is better (many equal vectors), it looks again at more
 * of them, in the end at all. Among many rows the bytes of a shortlist alone are looked at, found by codes of a bit.
 */
class FlatIndex implements VectorIndex {
  readonly #dimensions: number;
  readonly #readVector: ReadVector;
  readonly #now: () => number;
  readonly #rows = new RowIds();
  readonly #arena: KernelArena;
  readonly #best: BestRows;
  readonly #codes: ByteCodes;
  #bits: BitCodes | undefined;
  #bitsAbove: number;
  #slowScans = 0;

  constructor(dimensions: number, readVector: ReadVector, options: FlatOptions) {
    this.#dimensions = dimensions;
    this.#readVector = readVector;
    this.#now = options.now ?? (() => performance.now());
    this.#bitsAbove = options.bitsAbove ?? MANY_ROWS;
    this.#arena = new KernelArena(options.kernel ?? createScanKernel());
    this.#best = new BestRows(this.#arena);
    this.#codes = new ByteCodes(this.#arena, this.#best, dimensions);
  }

  add(ids: readonly number[], { codes }: VectorBatch): void {
    checkIds(ids);
    this.#checkCodes(codes, ids.length);
    this.#reserve(ids);
    const rowBytes = codeBytes(this.#dimensions);
    for (const { start, end, row } of runsOf(ids.map((id) => this.#rows.place(id)))) {
      this.#codes.set(row, codes.subarray(start * rowBytes, end * rowBytes));
      this.#bits?.set(row, end - start);
    }
    this.#bits?.refresh(this.#rows.size);
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) {
      const removed = this.#rows.remove(id);
      if (!removed || removed.gap === removed.last) continue;
      this.#codes.move(removed.last, removed.gap);
      this.#bits?.move(removed.last, removed.gap);
    }
  }

  search(query: Float32Array, k: number, filter?: IdRanges): Hit[] {
    checkVectors(query, 1, this.#dimensions);
    const { size } = this.#rows;
    const wanted = Math.min(Math.floor(k), size);
    if (!(wanted >= 1)) return [];
    const few = filter && this.#fewRows(filter);
    const mask = filter && !few ? maskOf(this.#rows.ids, filter) : undefined;
    if (wanted * CANDIDATES > MAX_BEST_ROWS) return this.#rankAll(query, wanted, few, mask);

    this.#codes.setQuery(query);
    const shortlist = few ? undefined : this.#shortlist(query, wanted, mask);
    const keep = shortlist ?? (mask && writeMask(this.#arena, mask));
    const total = few?.length ?? size;
    for (let count = Math.max(wanted * CANDIDATES, MIN_CANDIDATES); ; count *= WIDEN) {
      const candidates = few ? this.#codes.nearestOf(few, count) : this.#scan(count, keep);
      const isAll = count >= total || candidates.rows.length < count;
      const isLast = count * WIDEN > MAX_BEST_ROWS;
      const hits = this.#rank(query, wanted, candidates, isAll || (isLast && shortlist !== undefined));
      if (hits) return hits;
      if (isLast) return this.#rankAll(query, wanted, few, mask);
    }
  }

  /** @throws SatchelError `dimension-mismatch` { expected, actual }, `invalid-vector` { position }. */
  #checkCodes(codes: Uint8Array, rows: number): void {
    const rowBytes = codeBytes(this.#dimensions);
    if (codes.length !== rows * rowBytes) {
      const actual = codes.length / Math.max(rows, 1) - 4;
      throw new SatchelError('dimension-mismatch', { expected: this.#dimensions, actual });
    }
    const view = new DataView(codes.buffer, codes.byteOffset, codes.byteLength);
    for (let row = 0; row < rows; row++) {
      const scale = view.getFloat32((row + 1) * rowBytes - 4, true);
      if (scale >= 0 && scale < Infinity) continue;
      throw new SatchelError('invalid-vector', { position: row * this.#dimensions });
    }
  }

  /** Takes the room for more ids, before anything changes. @throws SatchelError `index-full` { maxChunks }. */
  #reserve(ids: readonly number[]): void {
    const { size } = this.#rows;
    if (size + ids.length <= Math.min(this.#codes.capacity, this.#bits ? Infinity : this.#bitsAbove)) return;
    const rows = size + ids.filter((id) => !this.#rows.has(id)).length;
    try {
      this.#codes.reserve(rows);
      if (rows > this.#bitsAbove) this.#bits ??= this.#createBits();
      this.#bits?.reserve(this.#codes.capacity);
    } catch (error) {
      throw new SatchelError('index-full', { maxChunks: size }, error);
    }
  }

  #createBits(): BitCodes {
    const bits = new BitCodes(this.#arena, this.#codes, this.#dimensions);
    bits.reserve(this.#codes.capacity);
    return bits;
  }

  /** The rows that a filter keeps, when they are few. */
  #fewRows(filter: IdRanges): Uint32Array | undefined {
    if (countIds(filter) > this.#rows.size * FEW_ROWS) return undefined;
    const rows: number[] = [];
    for (const [start, end] of filter) {
      for (let id = start; id < end; id++) {
        const row = this.#rows.rowOf(id);
        if (row !== undefined) rows.push(row);
      }
    }
    return Uint32Array.from(rows);
  }

  /** What keeps the rows that the bits leave; undefined where all bytes are to be looked at. */
  #shortlist(query: Float32Array, k: number, mask: Uint8Array | undefined): WriteMask | undefined {
    const { size } = this.#rows;
    if (!this.#bits || size <= this.#bitsAbove) return undefined;
    const count = SHORTLIST + k * SHORTLIST_PER_HIT + size * SHORTLIST_PART;
    return this.#bits.shortlist(query, count, size, mask);
  }

  #scan(count: number, mask: WriteMask | undefined): Candidates {
    const startedAt = this.#now();
    const candidates = this.#codes.nearest(count, this.#rows.size, mask);
    this.#slowScans = this.#now() - startedAt > SLOW_SCAN_MS ? this.#slowScans + 1 : 0;
    if (this.#slowScans >= SLOW_SCANS) this.#lookAtBits();
    return candidates;
  }

  /** From this number of rows on. */
  #lookAtBits(): void {
    this.#bitsAbove = this.#rows.size - 1;
    this.#slowScans = 0;
    try {
      this.#bits ??= this.#createBits();
      this.#bits.refresh(this.#rows.size);
    } catch {
      // No memory for them: it stays slow.
      this.#bits = undefined;
      this.#bitsAbove = Infinity;
    }
  }

  /**
   * Scores candidates by their floats, no more of them than it takes to be sure.
   * @param isAll whether no row was left out.
   * @returns undefined when a row that is no candidate might belong to the hits.
   */
  #rank(query: Float32Array, k: number, { rows, bounds }: Candidates, isAll: boolean): Hit[] | undefined {
    const { ids } = this.#rows;
    const top = new TopHits(k);
    for (const [i, row] of rows.entries()) {
      if (!top.wants(bounds[i] ?? 0)) return top.take();
      const id = ids[row] ?? 0;
      top.offer(id, dotRow(query, this.#readVector(id)));
    }
    return isAll || !top.wants(bounds.at(-1) ?? 0) ? top.take() : undefined;
  }

  /** Scores all rows by their floats, or all of `among`. */
  #rankAll(query: Float32Array, k: number, among: Uint32Array | undefined, mask?: Uint8Array): Hit[] {
    const { ids } = this.#rows;
    const top = new TopHits(k);
    const score = (id: number): void => top.offer(id, dotRow(query, this.#readVector(id)));
    if (among) for (const row of among) score(ids[row] ?? 0);
    else for (const [row, id] of ids.entries()) if (!mask || mask[row]) score(id);
    return top.take();
  }
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly row: number;
}

/** Where rows follow one upon the other within a segment: from `start` to `end`, half-open, the first being `row`. */
function* runsOf(rows: readonly number[]): Generator<Run> {
  let start = 0;
  for (let end = 1; end <= rows.length; end++) {
    const row = rows[start] ?? 0;
    const next = row + end - start;
    if (rows[end] === next && next % SEGMENT_ROWS > 0) continue;
    yield { start, end, row };
    start = end;
  }
}

export const createFlatIndex = (
  dimensions: number,
  readVector: ReadVector,
  options: FlatOptions = {},
): VectorIndex => new FlatIndex(dimensions, readVector, options);
