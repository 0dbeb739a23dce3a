import { SatchelError } from '../errors.ts';

/** Most bits that one step writes or reads: a 32-bit word taken at any bit of a byte holds 25. */
const STEP_BITS = 24;

/** Bytes beyond the content that a `BitReader` looks at. */
export const READ_AHEAD_BYTES = 4;

export const corruptTerms = (reason: string): SatchelError => new SatchelError('index-corrupt', { reason });

/** Floor of the binary logarithm of an integer from 1 to 2^32 - 1. */
export const log2Floor = (value: number): number => 31 - Math.clz32(value);

const POWERS = Float64Array.from({ length: 64 }, (_, exponent) => 2 ** exponent);
/** `2 ** exponent`, which would be a call for each code: merging took twice as long with it. */
const power = (exponent: number): number => POWERS[exponent] ?? 0;

/** Bits that `gamma` takes for a value. */
export const gammaBits = (value: number): number => 2 * log2Floor(value) + 1;

/** Writes numbers of any width one after the other, the lowest bit first. */
export class BitWriter {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  get bits(): number {
    return this.#length * 8 + this.#pendingBits;
  }

  /** @param width at most 24; `value` fits into it. */
  put(value: number, width: number): void {
    if (this.#length + READ_AHEAD_BYTES > this.#bytes.length) this.#grow();
    this.#pending |= value << this.#pendingBits;
    this.#pendingBits += width;
    while (this.#pendingBits >= 8) {
      this.#bytes[this.#length++] = this.#pending;
      this.#pending >>>= 8;
      this.#pendingBits -= 8;
    }
  }

  /** @param width of any size; `value` fits into it. */
  fixed(value: number, width: number): void {
    if (width <= STEP_BITS) return this.put(value, width);
    const high = Math.floor(value / 2 ** STEP_BITS);
    this.put(value - high * 2 ** STEP_BITS, STEP_BITS);
    this.fixed(high, width - STEP_BITS);
  }

  /** Elias's gamma code of an integer from 1 to 2^32 - 1: short for small ones, with no parameter. */
  gamma(value: number): void {
    const below = log2Floor(value);
    if (2 * below < STEP_BITS) {
      const low = value - (1 << below);
      return this.put((1 << below) | (low << (below + 1)), 2 * below + 1);
    }
    this.#unary(below);
    this.fixed(value - 2 ** below, below);
  }

  /** Rice's code of an integer: `value / 2^k` in unary, then the `k` low bits; good where values are near `2^k`. */
  rice(value: number, k: number): void {
    if (k < STEP_BITS) {
      const zeros = Math.floor(value / (1 << k));
      const width = zeros + 1 + k;
      if (width <= STEP_BITS)
        return this.put((1 << zeros) | ((value & ((1 << k) - 1)) << (zeros + 1)), width);
    }
    const zeros = Math.floor(value / power(k));
    this.#unary(zeros);
    this.fixed(value - zeros * power(k), k);
  }

  /** Fills up the last byte. */
  align(): void {
    if (this.#pendingBits > 0) this.put(0, 8 - this.#pendingBits);
  }

  /** The whole bytes so far: a view, valid until more is written. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #unary(zeros: number): void {
    let left = zeros;
    for (; left >= STEP_BITS; left -= STEP_BITS) this.put(0, STEP_BITS);
    this.put(1 << left, left + 1);
  }

  #grow(): void {
    const longer = new Uint8Array(this.#bytes.length * 2);
    longer.set(this.#bytes);
    this.#bytes = longer;
  }
}

/** Reads what a `BitWriter` wrote. Foreign bytes give any number, but never one more step than there are bits. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  /** In bits. */
  at: number;

  /** @param bytes with `READ_AHEAD_BYTES` behind the content; `at` and `end` count bits. */
  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.at = at;
    this.#end = end;
  }

  /** @param width at most 24. */
  take(width: number): number {
    const value = this.#peek() & ((1 << width) - 1);
    this.at += width;
    return value;
  }

  /** @throws SatchelError `index-corrupt` when a code does not end before the bits do. */
  gamma(): number {
    const word = this.#peek();
    const below = log2Floor(word & -word);
    if (below >= 0 && 2 * below < STEP_BITS) {
      this.at += 2 * below + 1;
      return (1 << below) | ((word >>> (below + 1)) & ((1 << below) - 1));
    }
    const zeros = this.#unary();
    return 2 ** zeros + this.fixed(zeros);
  }

  rice(k: number): number {
    const word = this.#peek();
    const zeros = log2Floor(word & -word);
    if (zeros >= 0 && zeros + k < STEP_BITS) {
      this.at += zeros + 1 + k;
      return (zeros << k) | ((word >>> (zeros + 1)) & ((1 << k) - 1));
    }
    const quotient = this.#unary();
    if (k < STEP_BITS || k > 2 * STEP_BITS) return quotient * power(k) + this.fixed(k);
    // Without the recursion of `fixed`: finding a term reads 16 of these.
    const low = this.take(STEP_BITS);
    return quotient * power(k) + this.take(k - STEP_BITS) * 2 ** STEP_BITS + low;
  }

  fixed(width: number): number {
    if (width <= STEP_BITS) return this.take(width);
    const low = this.take(STEP_BITS);
    return low + this.fixed(width - STEP_BITS) * 2 ** STEP_BITS;
  }

  #unary(): number {
    for (let zeros = 0; ;) {
      const word = this.#peek() & 0x1ffffff;
      if (word !== 0) {
        const more = log2Floor(word & -word);
        this.at += more + 1;
        return zeros + more;
      }
      zeros += 25;
      this.at += 25;
      if (this.at > this.#end) throw corruptTerms('codes');
    }
  }

  #peek(): number {
    const bytes = this.#bytes;
    const i = this.at >>> 3;
    const word =
      (bytes[i] ?? 0) |
      ((bytes[i + 1] ?? 0) << 8) |
      ((bytes[i + 2] ?? 0) << 16) |
      ((bytes[i + 3] ?? 0) << 24);
    return word >>> (this.at & 7);
  }
}
