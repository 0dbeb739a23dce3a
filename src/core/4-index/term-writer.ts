import { BitWriter } from './term-bits.ts';
import { encodeBlock, type TermPlace } from './term-block.ts';
import { BLOCK_TERMS, HEADER_BYTES, writeHeader } from './term-format.ts';
import { encodePostings, type Postings } from './term-postings.ts';

type Integers = readonly number[] | Uint32Array;

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function encodeIntegers(lists: readonly Integers[]): Uint8Array {
  // 32 bits take five bytes at most.
  const bytes = new Uint8Array(5 * lists.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const list of lists) {
    for (const integer of list) {
      let value = integer;
      for (; value >= 0x80; value >>>= 7) bytes[at++] = (value & 0x7f) | 0x80;
      bytes[at++] = value;
    }
  }
  return bytes.subarray(0, at);
}

/** Writes a term segment, its terms in the order of their hashes. */
export class SegmentWriter {
  readonly #documents: Integers;
  readonly #lengths: Integers;
  readonly #index: number[] = [];
  readonly #dictionary = new BitWriter();
  readonly #postings = new BitWriter();
  /** Of the block begun. */
  #hashes: number[] = [];
  #places: TermPlace[] = [];
  #terms = 0;

  /** @param documents chunks of each; @param lengths terms of each chunk, repeats included. */
  constructor(documents: Integers, lengths: Integers) {
    this.#documents = documents;
    this.#lengths = lengths;
  }

  /** @param hash higher than that of the term before; @param postings one at least. */
  add(hash: number, postings: Postings): void {
    if (this.#hashes.length === BLOCK_TERMS) this.#endBlock();
    if (this.#hashes.length === 0) {
      this.#postings.align();
      const starts = [this.#dictionary.bits / 8, this.#postings.bits / 8];
      this.#index.push(hash % 2 ** 32, Math.floor(hash / 2 ** 32), ...starts);
    }
    this.#hashes.push(hash);
    this.#places.push(this.#place(postings));
    this.#terms++;
  }

  end(): Uint8Array<ArrayBuffer> {
    if (this.#hashes.length > 0) this.#endBlock();
    this.#postings.align();
    const [documents, lengths] = [this.#documents, this.#lengths];
    const parts = [
      encodeIntegers([documents, lengths]),
      new Uint8Array(Uint32Array.from(this.#index).buffer),
      this.#dictionary.bytes(),
      this.#postings.bytes(),
    ];
    let end = HEADER_BYTES;
    const [lengthsEnd = 0, indexEnd = 0, dictionaryEnd = 0, postingsEnd = 0] = parts.map(
      (part) => (end += part.length),
    );
    const bytes = new Uint8Array(postingsEnd);
    end = HEADER_BYTES;
    for (const part of parts) {
      bytes.set(part, end);
      end += part.length;
    }
    writeHeader(bytes, {
      documents: documents.length,
      chunks: lengths.length,
      terms: this.#terms,
      ...{ lengthsEnd, indexEnd, dictionaryEnd, postingsEnd },
    });
    return bytes;
  }

  #place(postings: Postings): TermPlace {
    const df = postings.length;
    const [ordinal = 0] = postings.ordinals;
    const [count = 0] = postings.counts;
    const start = this.#postings.bits;
    const isGamma = df > 1 && encodePostings(postings, this.#lengths.length, this.#postings);
    return { df, ordinal, count, isGamma, start, end: this.#postings.bits };
  }

  #endBlock(): void {
    encodeBlock(this.#hashes, this.#places, this.#lengths.length, this.#dictionary);
    this.#hashes = [];
    this.#places = [];
  }
}
