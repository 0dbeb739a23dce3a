import { BitReader, corruptTerms, READ_AHEAD_BYTES } from './term-bits.ts';
import {
  decodeHashes,
  decodePlace,
  findInBlock,
  skipHashes,
  skipPlace,
  type TermPlace,
} from './term-block.ts';
import {
  BLOCK_TERMS,
  checksum,
  HEADER_BYTES,
  INDEX_WORDS,
  readHeader,
  type SegmentLayout,
} from './term-format.ts';
import { decodePostings, type Postings } from './term-postings.ts';
import type { ByteSource } from './term-source.ts';

/** A term as found, to be handed back to `TermSegment.postings`. */
export interface FoundTerm {
  readonly block: number;
  readonly place: TermPlace;
}

/** All of a block of the dictionary, with its postings. */
export interface TermBlock {
  readonly hashes: Float64Array;
  readonly places: readonly TermPlace[];
  /** Appends the postings of one of `places`. */
  postings(place: TermPlace, into: Postings): void;
}

/** What `find` reads into, again and again: 2.0 µs a term, and 2.5 with a new array each time. */
let brief = new Uint8Array(1 << 10);

/** As `readPadded`, valid until the next call. */
function readBriefly(source: ByteSource, start: number, end: number): Uint8Array {
  const length = end - start;
  if (length + READ_AHEAD_BYTES > brief.length) brief = new Uint8Array(2 * (length + READ_AHEAD_BYTES));
  brief.set(source.read(start, end));
  brief.fill(0, length, length + READ_AHEAD_BYTES);
  return brief;
}

/** A copy of what `source` reads, with room for a `BitReader` to look beyond. */
function readPadded(source: ByteSource, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start + READ_AHEAD_BYTES);
  bytes.set(source.read(start, end));
  return bytes;
}

/** @throws SatchelError `index-corrupt` when there are not as many as asked for, or more. */
function decodeIntegers(bytes: Uint8Array, count: number): Uint32Array {
  const values = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let value = 0;
    for (let weight = 1; ; weight *= 0x80) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) break;
    }
    values[i] = value;
  }
  if (at !== bytes.length) throw corruptTerms('lengths');
  return values;
}

/**
 * The terms of documents' chunks, immutable, read where they lie: what stays in memory is 4 bytes a chunk and
 * one and a half bytes a term. Chunks have ordinals, counted through the segment.
 */
export class TermSegment {
  readonly #source: ByteSource;
  readonly #layout: SegmentLayout & { readonly postingsChecksum: number };
  /** First ordinal of each document, then the number of chunks. */
  readonly starts: Uint32Array;
  /** Terms of each chunk, repeats included. */
  readonly lengths: Uint32Array;
  /** By block. */
  readonly #firstHashes: Float64Array;
  /** Positions in the file by block, then the end of the last. */
  readonly #dictionaryStarts: Float64Array;
  readonly #postingStarts: Float64Array;

  private constructor(source: ByteSource) {
    this.#source = source;
    this.#layout = readHeader(source);
    const { documents, chunks, lengthsEnd, indexEnd, dictionaryEnd, postingsEnd } = this.#layout;
    const integers = decodeIntegers(source.read(HEADER_BYTES, lengthsEnd), documents + chunks);
    this.lengths = integers.slice(documents);
    this.starts = new Uint32Array(documents + 1);
    for (let d = 0; d < documents; d++) this.starts[d + 1] = (this.starts[d] ?? 0) + (integers[d] ?? 0);
    if (this.starts[documents] !== chunks) throw corruptTerms('documents');
    const words = new Uint32Array(source.read(lengthsEnd, indexEnd).slice().buffer);
    const blocks = words.length / INDEX_WORDS;
    const column = (i: number): Float64Array =>
      Float64Array.from({ length: blocks }, (_, block) => words[block * INDEX_WORDS + i] ?? 0);
    const high = column(1);
    this.#firstHashes = column(0).map((low, block) => (high[block] ?? 0) * 2 ** 32 + low);
    this.#dictionaryStarts = Float64Array.from([
      ...column(2).map((start) => indexEnd + start),
      dictionaryEnd,
    ]);
    this.#postingStarts = Float64Array.from([
      ...column(3).map((start) => dictionaryEnd + start),
      postingsEnd,
    ]);
  }

  /**
   * Checks all but the postings, which are read when they are asked for.
   * @throws SatchelError `index-corrupt` { reason }.
   */
  static open(source: ByteSource): TermSegment {
    return new TermSegment(source);
  }

  get documents(): number {
    return this.#layout.documents;
  }

  get chunks(): number {
    return this.#layout.chunks;
  }

  get terms(): number {
    return this.#layout.terms;
  }

  get sizeBytes(): number {
    return this.#layout.postingsEnd;
  }

  get blocks(): number {
    return this.#firstHashes.length;
  }

  /**
   * Reads the postings too, which opening does not.
   * @throws SatchelError `index-corrupt` { reason }.
   */
  verify(): void {
    const { dictionaryEnd, postingsEnd, postingsChecksum } = this.#layout;
    if (checksum(this.#source, dictionaryEnd, postingsEnd, 0) !== postingsChecksum)
      throw corruptTerms('checksum');
  }

  /** One read of about 100 bytes; none where the hash lies before the first. */
  find(hash: number): FoundTerm | undefined {
    const block = this.#blockOf(hash);
    if (block < 0) return undefined;
    const starts = this.#dictionaryStarts;
    const [from, to] = [starts[block] ?? 0, starts[block + 1] ?? 0];
    const bytes = readBriefly(this.#source, from, to);
    const end = (to - from) * 8;
    const i = findInBlock(
      new BitReader(bytes, 0, end),
      this.#firstHashes[block] ?? 0,
      this.#termsOf(block),
      hash,
    );
    if (i < 0) return undefined;
    const reader = new BitReader(bytes, 0, end);
    skipHashes(reader);
    let start = 0;
    for (let before = 0; before < i; before++) start += skipPlace(reader, this.chunks);
    return { block, place: decodePlace(reader, this.chunks, start) };
  }

  /**
   * Appends the postings of a term that `find` gave.
   * @throws SatchelError `index-corrupt` { reason } where they are not as written, so far as that can be seen.
   */
  postings({ block, place }: FoundTerm, into: Postings): void {
    const first = Math.floor(place.start / 8);
    const [start = 0, end = 0] = this.#postingStarts.subarray(block);
    if (start + place.end / 8 > end) throw corruptTerms('postings');
    const bytes = readPadded(this.#source, start + first, start + Math.ceil(place.end / 8));
    appendPostings(bytes, first * 8, place, this.chunks, into);
  }

  /** Two reads. */
  block(block: number): TermBlock {
    const { chunks } = this;
    const bytes = this.#read(this.#dictionaryStarts, block);
    const reader = new BitReader(bytes, 0, (bytes.length - READ_AHEAD_BYTES) * 8);
    const hashes = new Float64Array(this.#termsOf(block));
    decodeHashes(reader, this.#firstHashes[block] ?? 0, hashes);
    const places: TermPlace[] = [];
    for (const _ of hashes) places.push(decodePlace(reader, chunks, places.at(-1)?.end ?? 0));
    const postings = this.#read(this.#postingStarts, block);
    if ((places.at(-1)?.end ?? 0) / 8 > postings.length - READ_AHEAD_BYTES) throw corruptTerms('postings');
    return { hashes, places, postings: (place, into) => appendPostings(postings, 0, place, chunks, into) };
  }

  #read(starts: Float64Array, block: number): Uint8Array {
    return readPadded(this.#source, starts[block] ?? 0, starts[block + 1] ?? 0);
  }

  #termsOf(block: number): number {
    return Math.min(BLOCK_TERMS, this.terms - block * BLOCK_TERMS);
  }

  /** The last block that starts at the hash or before. */
  #blockOf(hash: number): number {
    let low = 0;
    let high = this.#firstHashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firstHashes[middle] ?? 0) <= hash) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** @param firstBit of the block's postings that `bytes` starts with. */
function appendPostings(
  bytes: Uint8Array,
  firstBit: number,
  { df, ordinal, count, isGamma, start, end }: TermPlace,
  chunks: number,
  into: Postings,
): void {
  if (df > chunks || ordinal >= chunks) throw corruptTerms('postings');
  if (df === 1) return into.push(ordinal, count);
  const reader = new BitReader(bytes, start - firstBit, end - firstBit);
  decodePostings(reader, df, isGamma, chunks, into);
  if (reader.at !== end - firstBit) throw corruptTerms('postings');
}
