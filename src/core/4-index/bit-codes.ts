import { SEGMENT_ROWS, type BestRows } from './best-rows.ts';
import type { ByteCodes } from './byte-codes.ts';
import { LANES, type KernelArena } from './kernel-arena.ts';

/**
 * A bit for each dimension of each row of `ByteCodes`: whether the vector is above the mean of all there. An eighth of
 * the bytes, so a scan reads an eighth; rows that are near differ in few bits.
 */
export class BitCodes {
  readonly #arena: KernelArena;
  readonly #best: BestRows;
  readonly #codes: ByteCodes;
  readonly #dimensions: number;
  readonly #stride: number;
  /** Addresses. */
  readonly #segments: number[] = [];
  readonly #meanAt: number;
  readonly #queryAt: number;
  /** Rows that the mean is of, and rows set since then. */
  #rowsOfMean = 0;
  #setSince = 0;

  /** @param codes what the bits are made of. @throws SatchelError `index-full` {}. */
  constructor(arena: KernelArena, best: BestRows, codes: ByteCodes, dimensions: number) {
    this.#arena = arena;
    this.#best = best;
    this.#codes = codes;
    this.#dimensions = dimensions;
    this.#stride = Math.ceil(dimensions / (8 * LANES)) * LANES;
    this.#meanAt = arena.allocate(codes.stride * 4);
    this.#queryAt = arena.allocate(this.#stride);
  }

  /** As `ByteCodes.reserve`. */
  reserve(rows: number): void {
    while (this.#segments.length * SEGMENT_ROWS < rows) {
      this.#segments.push(this.#arena.allocate(SEGMENT_ROWS * this.#stride));
    }
  }

  /** Follows a row whose codes were set. */
  set(row: number): void {
    this.#encode(this.#codes.codesAt(row), this.#codes.scaleAt(row), 1, this.#bitsAt(row));
    this.#setSince++;
  }

  move(from: number, to: number): void {
    const bits = this.#bitsAt(from);
    this.#arena.bytes.copyWithin(this.#bitsAt(to), bits, bits + this.#stride);
  }

  /**
   * Takes the mean anew when as many rows were set as it is of: a few sentences of one language, say, don't tell where
   * a library lies. Costs each row that is added a few times its own encoding at most.
   * @param total rows that there are.
   */
  refresh(total: number): void {
    if (this.#rowsOfMean > 0 && this.#setSince < this.#rowsOfMean) return;
    this.#takeMean(total);
    for (const [number, bits] of this.#segments.entries()) {
      const rows = Math.min(SEGMENT_ROWS, total - number * SEGMENT_ROWS);
      if (rows <= 0) break;
      const { codes, scales } = this.#codes.segment(number);
      this.#encode(codes, scales, rows, bits);
    }
    this.#rowsOfMean = total;
    this.#setSince = 0;
  }

  /** The rows whose bits differ least from the query's, in no order. Parameters as in `ByteCodes`. */
  nearest(query: Float32Array, count: number, total: number, mask?: Uint8Array): Uint32Array {
    this.#writeQuery(query);
    const { rows } = this.#best.ofSegments(total, mask, (number, many, place) =>
      this.#arena.kernel.scanBits(
        this.#segments[number] ?? 0,
        place.maskAt,
        many,
        this.#stride,
        this.#queryAt,
        place.scoresAt,
        place.rowsAt,
        place.size,
        count,
        number * SEGMENT_ROWS,
      ),
    );
    return rows.slice();
  }

  #takeMean(total: number): void {
    const { stride } = this.#codes;
    const { kernel, floats } = this.#arena;
    const sums = floats.subarray(this.#meanAt / 4, this.#meanAt / 4 + stride);
    const mean = new Float64Array(stride);
    // Sums of a segment are exact enough in 32 bits; those of a million rows would not be.
    for (let first = 0; first < total; first += SEGMENT_ROWS) {
      const { codes, scales } = this.#codes.segment(first / SEGMENT_ROWS);
      sums.fill(0);
      kernel.sumRows(codes, scales, Math.min(SEGMENT_ROWS, total - first), stride, this.#meanAt);
      sums.forEach((sum, i) => (mean[i] = (mean[i] ?? 0) + sum / total));
    }
    sums.set(mean);
  }

  #writeQuery(query: Float32Array): void {
    const { bytes, floats } = this.#arena;
    bytes.fill(0, this.#queryAt, this.#queryAt + this.#stride);
    for (let i = 0; i < this.#dimensions; i++) {
      if ((query[i] ?? 0) <= (floats[this.#meanAt / 4 + i] ?? 0)) continue;
      const at = this.#queryAt + (i >> 3);
      bytes[at] = (bytes[at] ?? 0) | (1 << (i & 7));
    }
  }

  #encode(codes: number, scales: number, rows: number, bits: number): void {
    const { kernel } = this.#arena;
    kernel.encodeBits(codes, scales, rows, this.#codes.stride, this.#meanAt, bits, this.#stride);
  }

  #bitsAt(row: number): number {
    return (this.#segments[Math.floor(row / SEGMENT_ROWS)] ?? 0) + (row % SEGMENT_ROWS) * this.#stride;
  }
}
