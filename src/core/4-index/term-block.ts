import type { BitReader, BitWriter } from './term-bits.ts';

/** Bits of the two numbers that a block of the dictionary starts with. */
const PARAMETER_BITS = 6;
const HASHES_BITS = 12;

/** Even a lone pair of 53-bit hashes takes at most 32 bits in unary then. */
const MAX_PARAMETER = 48;

/** Where the postings of a term are. The only one of a term that one chunk holds stands here: half of all do. */
export interface TermPlace {
  /** Chunks that hold the term. */
  readonly df: number;
  /** Of the only posting. */
  readonly ordinal: number;
  readonly count: number;
  /** Of several postings: the code, see `encodePostings`, and the bits from the start of the block's. */
  readonly isGamma: boolean;
  readonly start: number;
  readonly end: number;
}

/** Bits of a chunk's ordinal that stands alone. */
const ordinalBits = (chunks: number): number => 32 - Math.clz32(chunks);

/**
 * Writes how the hashes are coded, the bits that all of them take (so that they can be passed over), the
 * differences of neighbours, then a `TermPlace` each. The first hash stands in the sparse index.
 * @param hashes ascending, few enough that their bits can be told in 12: 32 are.
 */
export function encodeBlock(
  hashes: readonly number[],
  places: readonly TermPlace[],
  chunks: number,
  to: BitWriter,
): void {
  const differences = hashes.slice(1).map((hash, i) => hash - (hashes[i] ?? 0) - 1);
  const span = (hashes.at(-1) ?? 0) - (hashes[0] ?? 0);
  const k = Math.max(0, Math.min(MAX_PARAMETER, Math.floor(Math.log2((0.69 * span) / hashes.length))));
  to.put(k, PARAMETER_BITS);
  to.put(
    differences.reduce((bits, difference) => bits + Math.floor(difference / 2 ** k) + 1 + k, 0),
    HASHES_BITS,
  );
  for (const difference of differences) to.rice(difference, k);
  for (const { df, ordinal, count, isGamma, start, end } of places) {
    to.gamma(df);
    if (df === 1) {
      to.fixed(ordinal, ordinalBits(chunks));
      to.gamma(count);
    } else {
      to.put(isGamma ? 1 : 0, 1);
      to.gamma(end - start);
    }
  }
  to.align();
}

/** The position of a hash in a block, or -1; `from` stands at the block's start. */
export function findInBlock(from: BitReader, first: number, terms: number, hash: number): number {
  const k = from.take(PARAMETER_BITS);
  from.take(HASHES_BITS);
  let at = first;
  let i = 0;
  while (at < hash && ++i < terms) at += from.rice(k) + 1;
  return at === hash ? i : -1;
}

/** Fills `into` with the hashes of a block; `from` stands at the block's start. */
export function decodeHashes(from: BitReader, first: number, into: Float64Array): void {
  const k = from.take(PARAMETER_BITS);
  from.take(HASHES_BITS);
  into[0] = first;
  for (let i = 1; i < into.length; i++) into[i] = (into[i - 1] ?? 0) + from.rice(k) + 1;
}

/** Moves from a block's start behind its hashes. */
export function skipHashes(from: BitReader): void {
  from.take(PARAMETER_BITS);
  const bits = from.take(HASHES_BITS);
  from.at += bits;
}

/** Moves behind a place. @returns the bits of the term's postings. */
export function skipPlace(from: BitReader, chunks: number): number {
  if (from.gamma() > 1) {
    from.take(1);
    return from.gamma();
  }
  from.at += ordinalBits(chunks);
  from.gamma();
  return 0;
}

/** @param start where the postings of the term before end. */
export function decodePlace(from: BitReader, chunks: number, start: number): TermPlace {
  const df = from.gamma();
  if (df === 1) {
    const ordinal = from.fixed(ordinalBits(chunks));
    return { df, ordinal, count: from.gamma(), isGamma: false, start, end: start };
  }
  const isGamma = from.take(1) === 1;
  return { df, ordinal: 0, count: 0, isGamma, start, end: start + from.gamma() };
}
