import { corruptTerms, gammaBits, log2Floor, type BitReader, type BitWriter } from './term-bits.ts';

/** The chunks that hold a term, ascending, and how often each does. Used again and again: it only grows. */
export class Postings {
  ordinals = new Uint32Array(64);
  counts = new Uint32Array(64);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  push(ordinal: number, count: number): void {
    this.reserve(1);
    this.ordinals[this.length] = ordinal;
    this.counts[this.length++] = count;
  }

  /** Makes room for `more` behind those there are. */
  reserve(more: number): void {
    const wanted = this.length + more;
    if (wanted <= this.ordinals.length) return;
    const size = Math.max(wanted, this.ordinals.length * 2);
    const [ordinals, counts] = [new Uint32Array(size), new Uint32Array(size)];
    ordinals.set(this.ordinals);
    counts.set(this.counts);
    this.ordinals = ordinals;
    this.counts = counts;
  }
}

/**
 * The parameter of Rice's code for the gaps of a term that `df` of `chunks` chunks hold, spread evenly: 0.69 of
 * the mean gap (Golomb's rule).
 */
const gapParameter = (chunks: number, df: number): number =>
  Math.min(24, log2Floor(Math.max(1, Math.floor((0.69 * chunks) / df))));

/**
 * Gaps of a term spread evenly are shortest in Rice's code: 78 bytes a chunk of SciFact where gamma takes 105.
 * One that stands thick in few documents is shorter in gamma, so each term has the shorter one.
 * @returns whether it is gamma.
 */
export function encodePostings(
  { ordinals, counts, length }: Postings,
  chunks: number,
  to: BitWriter,
): boolean {
  const k = gapParameter(chunks, length);
  let gamma = 0;
  let rice = (k + 1) * length;
  let before = -1;
  for (let i = 0; i < length; i++) {
    const gap = (ordinals[i] ?? 0) - before;
    gamma += gammaBits(gap);
    rice += (gap - 1) >>> k;
    before += gap;
  }
  const isGamma = gamma < rice;
  before = -1;
  for (let i = 0; i < length; i++) {
    const gap = (ordinals[i] ?? 0) - before;
    if (isGamma) to.gamma(gap);
    else to.rice(gap - 1, k);
    to.gamma(counts[i] ?? 0);
    before += gap;
  }
  return isGamma;
}

/**
 * Appends the `df` postings that `from` stands at.
 * @throws SatchelError `index-corrupt` { reason } for an ordinal that is not below `chunks`.
 */
export function decodePostings(
  from: BitReader,
  df: number,
  isGamma: boolean,
  chunks: number,
  into: Postings,
): void {
  const k = gapParameter(chunks, df);
  into.reserve(df);
  const { ordinals, counts } = into;
  let at = into.length;
  let ordinal = -1;
  for (let i = 0; i < df; i++) {
    ordinal += isGamma ? from.gamma() : from.rice(k) + 1;
    if (ordinal >= chunks) throw corruptTerms('postings');
    ordinals[at] = ordinal;
    counts[at++] = from.gamma();
  }
  into.length = at;
}
