import { SEGMENT_ROWS, type BestRows, type ScanPlace, type ScoredRows, type WriteMask } from './best-rows.ts';
import { codeBytes } from './encode-vectors.ts';
import { LANES, type KernelArena } from './kernel-arena.ts';

/** Codes are -127 to 127: as many below zero as above. */
const CODE_LIMIT = 127;
const INT32_LIMIT = 2 ** 31 - 1;
const INT16_LIMIT = 2 ** 15 - 1;

/** Rows are set in the kernel's memory in blocks of so many bytes, or one row. */
const STAGE_BYTES = 2 ** 18;

/**
 * How far an approximate score may be off, in units of a code. A code is off by up to a half either way, evenly;
 * over a vector of length 1 on the other side that comes to a standard deviation of 1 / √12.
 */
const SIX_DEVIATIONS = 6 / Math.sqrt(12);

export interface Candidates {
  /** Row numbers, and the best score that each may have, as good as surely. Best first. */
  readonly rows: Uint32Array;
  readonly bounds: Float64Array;
}

/** Addresses of a segment. */
export interface CodeSegment {
  /** `SEGMENT_ROWS × stride`. */
  readonly codes: number;
  readonly scales: number;
}

/**
 * Vectors as signed bytes, each with a scale of its own, in the memory of the kernel: a quarter of what floats
 * take, and faster to read by as much. A search here gives candidates, to be scored exactly by their floats.
 */
export class ByteCodes {
  /** Bytes from a row's codes to the next row's; beyond a vector's end they are 0. */
  readonly stride: number;
  readonly #arena: KernelArena;
  readonly #best: BestRows;
  readonly #segments: CodeSegment[] = [];
  readonly #queryAt: number;
  readonly #rowBytes: number;
  readonly #stageRows: number;
  readonly #stageAt: number;
  /** What a code of the query stands for. */
  #queryUnit = 0;
  #largestScale = 0;

  constructor(arena: KernelArena, best: BestRows, dimensions: number) {
    this.#arena = arena;
    this.#best = best;
    this.stride = Math.ceil(dimensions / LANES) * LANES;
    this.#queryAt = arena.allocate(this.stride * 2);
    this.#rowBytes = codeBytes(dimensions);
    this.#stageRows = Math.ceil(STAGE_BYTES / this.#rowBytes);
    this.#stageAt = arena.allocate(this.#stageRows * this.#rowBytes);
  }

  get capacity(): number {
    return this.#segments.length * SEGMENT_ROWS;
  }

  /** Takes the room for this many rows. @throws SatchelError `index-full` {}; what there is stays. */
  reserve(rows: number): void {
    const count = Math.ceil((rows - this.capacity) / SEGMENT_ROWS);
    if (count <= 0) return;
    // All at once: a memory grows in half a millisecond, by however much.
    const size = SEGMENT_ROWS * (this.stride + 4);
    const at = this.#arena.allocate(count * size);
    for (let codes = at; codes < at + count * size; codes += size) {
      this.#segments.push({ codes, scales: codes + SEGMENT_ROWS * this.stride });
    }
  }

  segment(number: number): CodeSegment {
    return this.#segments[number] ?? { codes: 0, scales: 0 };
  }

  codesAt(row: number): number {
    return this.segment(Math.floor(row / SEGMENT_ROWS)).codes + (row % SEGMENT_ROWS) * this.stride;
  }

  scaleAt(row: number): number {
    return this.segment(Math.floor(row / SEGMENT_ROWS)).scales + (row % SEGMENT_ROWS) * 4;
  }

  /**
   * Sets rows of one segment.
   * @param encoded rows as `encodeVectors` writes them.
   */
  set(first: number, encoded: Uint8Array): void {
    const count = encoded.length / this.#rowBytes;
    const { kernel, bytes } = this.#arena;
    for (let done = 0; done < count; done += this.#stageRows) {
      const rows = Math.min(this.#stageRows, count - done);
      bytes.set(encoded.subarray(done * this.#rowBytes, (done + rows) * this.#rowBytes), this.#stageAt);
      const row = first + done;
      kernel.unpack(this.#stageAt, rows, this.#rowBytes, this.codesAt(row), this.scaleAt(row), this.stride);
    }
    const scales = new Float32Array(kernel.memory.buffer, this.scaleAt(first), count);
    this.#largestScale = scales.reduce((most, scale) => Math.max(most, scale), this.#largestScale);
  }

  move(from: number, to: number): void {
    const { bytes, floats } = this.#arena;
    const codes = this.codesAt(from);
    bytes.copyWithin(this.codesAt(to), codes, codes + this.stride);
    floats[this.scaleAt(to) / 4] = floats[this.scaleAt(from) / 4] ?? 0;
  }

  /** What the next searches are for. */
  setQuery(query: Float32Array): void {
    const largest = query.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // As fine as the sum of all products may be, in 32 bits.
    const limit = Math.min(INT16_LIMIT, Math.floor(INT32_LIMIT / (CODE_LIMIT * this.stride)));
    const unit = largest / limit;
    const codes = new Int16Array(this.#arena.kernel.memory.buffer, this.#queryAt, this.stride);
    query.forEach((value, i) => (codes[i] = unit > 0 ? Math.round(value / unit) : 0));
    this.#queryUnit = unit;
  }

  /**
   * The rows with the best approximate scores.
   * @param total rows that there are.
   * @param mask as in `BestRows`.
   */
  nearest(count: number, total: number, mask?: WriteMask): Candidates {
    return this.#bounded(
      this.#best.ofSegments(total, mask, (number, rows, place) =>
        this.#scan(this.segment(number), rows, number * SEGMENT_ROWS, count, place),
      ),
    );
  }

  /** As `nearest`, among these rows alone. */
  nearestOf(among: Uint32Array, count: number): Candidates {
    return this.#bounded(
      this.#best.ofRows(among, (row, place) =>
        this.#scan({ codes: this.codesAt(row), scales: this.scaleAt(row) }, 1, row, count, place),
      ),
    );
  }

  #scan(
    { codes, scales }: CodeSegment,
    rows: number,
    first: number,
    count: number,
    place: ScanPlace,
  ): number {
    const { maskAt, scoresAt, rowsAt, size } = place;
    return this.#arena.kernel.scanBytes(
      codes,
      scales,
      maskAt,
      rows,
      this.stride,
      this.#queryAt,
      scoresAt,
      rowsAt,
      size,
      count,
      first,
    );
  }

  #bounded({ rows, scores }: ScoredRows): Candidates {
    const error = SIX_DEVIATIONS * (this.#largestScale + this.#queryUnit);
    const order = Uint32Array.from(rows, (_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    return {
      rows: order.map((at) => rows[at] ?? 0),
      bounds: Float64Array.from(order, (at) => (scores[at] ?? 0) * this.#queryUnit + error),
    };
  }
}
