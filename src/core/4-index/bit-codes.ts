import { SEGMENT_ROWS, writeMask, type WriteMask } from './best-rows.ts';
import type { ByteCodes } from './byte-codes.ts';
import { LANES, type KernelArena } from './kernel-arena.ts';

/** Rows whose bits lie together, byte by byte. */
const BLOCK_ROWS = 16;

/** Rows whose scores are looked at to tell which score so many rows reach: a shortlist is off by 4 % or so. */
const SAMPLE_ROWS = 16_384;

/** What a table says of four bits: two of them fit a byte, and those of a row the kernel's 15 bits. */
const MAX_ENTRY = 127;
const MAX_SCORE = 2 ** 15 - 1;

/** The greatest dot product that four numbers have with four signs. */
function reachOf(values: Float32Array, at: number): number {
  let sum = 0;
  for (let i = at; i < at + 4; i++) sum += Math.abs(values[i] ?? 0);
  return sum;
}

/** Of four numbers and four signs: plus where the pattern has a bit. */
function dotOf(values: Float32Array, at: number, pattern: number): number {
  let sum = 0;
  for (let bit = 0; bit < 4; bit++) {
    const value = values[at + bit] ?? 0;
    sum += (pattern >> bit) & 1 ? value : -value;
  }
  return sum;
}

/**
 * A bit for each dimension of each row of `ByteCodes`: whether the vector, less the mean of all and turned, is above 0.
 * An eighth of the bytes, so a scan reads an eighth. The query is not cut down to bits: what each bit of a row adds to
 * the dot product with it is looked up, four bits at a time.
 *
 * Turned, since a model's vectors say much in few dimensions, and a bit says the same in each. As in RaBitQ (Gao and
 * Long, SIGMOD 2024), with Hadamard's transform in the place of a random rotation; the tables are those of André et
 * al., VLDB 2015.
 */
export class BitCodes {
  readonly #arena: KernelArena;
  readonly #codes: ByteCodes;
  readonly #dimensions: number;
  /** Bytes of a row. */
  readonly #columns: number;
  /** Numbers that the transform mixes: the greatest power of two that divides the stride. */
  readonly #block: number;
  /** Addresses. The scores of a scan lie behind a segment's bits. */
  readonly #segments: number[] = [];
  readonly #meanAt: number;
  readonly #workAt: number;
  readonly #tablesAt: number;
  /** Rows that the mean is of, and rows set since then. */
  #rowsOfMean = 0;
  #setSince = 0;

  /** @param codes what the bits are made of. @throws SatchelError `index-full` {}. */
  constructor(arena: KernelArena, codes: ByteCodes, dimensions: number) {
    this.#arena = arena;
    this.#codes = codes;
    this.#dimensions = dimensions;
    this.#columns = codes.stride / 8;
    this.#block = codes.stride & -codes.stride;
    this.#meanAt = arena.allocate(codes.stride * 4);
    this.#workAt = arena.allocate(codes.stride * 4);
    this.#tablesAt = arena.allocate(this.#columns * 2 * LANES);
  }

  /** As `ByteCodes.reserve`. */
  reserve(rows: number): void {
    while (this.#segments.length * SEGMENT_ROWS < rows) {
      this.#segments.push(this.#arena.allocate(SEGMENT_ROWS * (this.#columns + 2)));
    }
  }

  /** Follows rows of one segment whose codes were set. */
  set(first: number, count: number): void {
    this.#encode(Math.floor(first / SEGMENT_ROWS), first % SEGMENT_ROWS, count);
    this.#setSince += count;
  }

  move(from: number, to: number): void {
    const { bytes } = this.#arena;
    const source = this.#bitsAt(from);
    const target = this.#bitsAt(to);
    for (let column = 0; column < this.#columns; column++) {
      bytes[target + column * BLOCK_ROWS] = bytes[source + column * BLOCK_ROWS] ?? 0;
    }
  }

  /**
   * Takes the mean anew when as many rows were set as it is of: a few sentences of one language, say, don't tell where
   * a library lies. Costs each row that is added a few times its own encoding at most.
   * @param total rows that there are.
   */
  refresh(total: number): void {
    if (this.#rowsOfMean > 0 && this.#setSince < this.#rowsOfMean) return;
    this.#takeMean(total);
    for (let first = 0; first < total; first += SEGMENT_ROWS) {
      this.#encode(first / SEGMENT_ROWS, 0, Math.min(SEGMENT_ROWS, total - first));
    }
    this.#rowsOfMean = total;
    this.#setSince = 0;
  }

  /**
   * Scans all bits.
   * @param count rows to keep, about: those that reach the score that so many of a sample reach.
   * @param total rows that there are.
   * @param mask a byte for each row, 0 for one to pass over; all are looked at when absent.
   * @returns what keeps them, and no others; valid until the next scan or change.
   */
  shortlist(query: Float32Array, count: number, total: number, mask?: Uint8Array): WriteMask {
    const highest = this.#writeTables(query);
    const { kernel } = this.#arena;
    for (let first = 0; first < total; first += SEGMENT_ROWS) {
      const bits = this.#segment(first / SEGMENT_ROWS);
      const blocks = Math.ceil(Math.min(SEGMENT_ROWS, total - first) / BLOCK_ROWS);
      kernel.scanBits(bits, blocks, this.#columns, this.#tablesAt, this.#scoresAt(bits));
    }
    const lowest = this.#lowestOf(count, total, highest, mask);
    const write = writeMask(this.#arena, mask);
    return (first, rows, maskAt) => {
      write(first, rows, maskAt);
      const scores = this.#scoresAt(this.#segment(first / SEGMENT_ROWS));
      kernel.keepFrom(scores, Math.ceil(rows / BLOCK_ROWS), lowest, maskAt);
    };
  }

  /** The score that `count` rows reach, going by those of a sample; `highest` is the most a row can have. */
  #lowestOf(count: number, total: number, highest: number, mask: Uint8Array | undefined): number {
    const step = Math.ceil(total / SAMPLE_ROWS);
    const rowsOf = new Uint32Array(highest + 1);
    for (let first = 0; first < total; first += SEGMENT_ROWS) {
      const at = this.#scoresAt(this.#segment(first / SEGMENT_ROWS));
      const scores = new Uint16Array(
        this.#arena.kernel.memory.buffer,
        at,
        Math.min(SEGMENT_ROWS, total - first),
      );
      for (let row = 0; row < scores.length; row += step) {
        const score = scores[row] ?? 0;
        if (!mask || mask[first + row]) rowsOf[score] = (rowsOf[score] ?? 0) + 1;
      }
    }
    let left = count / step;
    for (let score = highest; score > 0; score--) {
      left -= rowsOf[score] ?? 0;
      if (left <= 0) return score;
    }
    return 0;
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

  /**
   * What each pattern of four bits adds to the dot product with the query, from 0 on.
   * @returns the highest score that a row can have.
   */
  #writeTables(query: Float32Array): number {
    const { kernel, bytes, floats } = this.#arena;
    const { stride } = this.#codes;
    const turned = floats.subarray(this.#workAt / 4, this.#workAt / 4 + stride);
    const mean = floats.subarray(this.#meanAt / 4, this.#meanAt / 4 + stride);
    mean.forEach((value, i) => (turned[i] = i < this.#dimensions ? (query[i] ?? 0) - value : 0));
    kernel.rotate(this.#workAt, stride, this.#block);
    let most = Number.MIN_VALUE;
    for (let at = 0; at < stride; at += 4) most = Math.max(most, reachOf(turned, at));
    const scale = Math.min(MAX_ENTRY, Math.floor((MAX_SCORE * 4) / stride)) / (2 * most);
    let highest = 0;
    for (let at = 0; at < stride; at += 4) {
      const reach = reachOf(turned, at);
      highest += Math.round(2 * scale * reach);
      for (let pattern = 0; pattern < LANES; pattern++) {
        const sum = reach + dotOf(turned, at, pattern);
        bytes[this.#tablesAt + at * 4 + pattern] = Math.round(scale * sum);
      }
    }
    return highest;
  }

  #encode(number: number, first: number, count: number): void {
    const { codes, scales } = this.#codes.segment(number);
    const { stride } = this.#codes;
    this.#arena.kernel.encodeBits(
      codes,
      scales,
      first,
      count,
      stride,
      this.#meanAt,
      this.#block,
      this.#workAt,
      this.#segment(number),
    );
  }

  #segment(number: number): number {
    return this.#segments[number] ?? 0;
  }

  #scoresAt(bits: number): number {
    return bits + SEGMENT_ROWS * this.#columns;
  }

  #bitsAt(row: number): number {
    const inSegment = row % SEGMENT_ROWS;
    const block = Math.floor(inSegment / BLOCK_ROWS);
    return (
      this.#segment(Math.floor(row / SEGMENT_ROWS)) +
      block * BLOCK_ROWS * this.#columns +
      (inSegment % BLOCK_ROWS)
    );
  }
}
