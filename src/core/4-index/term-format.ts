import { hashWords } from './hash-words.ts';
import { bytesInMemory, type ByteSource } from './term-source.ts';
import { corruptTerms } from './term-bits.ts';

/**
 * A term segment, little-endian: header, chunks of each document and terms of each chunk (variable-length
 * integers), sparse index (`INDEX_WORDS` a block), dictionary, postings.
 */
export interface SegmentLayout {
  readonly documents: number;
  readonly chunks: number;
  readonly terms: number;
  /** Where each part ends, in bytes from the start of the file; the first one starts behind the header. */
  readonly lengthsEnd: number;
  readonly indexEnd: number;
  readonly dictionaryEnd: number;
  readonly postingsEnd: number;
}

/** Terms of a block of the dictionary, the unit that is read to find one: half of it is decoded on average. */
export const BLOCK_TERMS = 16;

/** Words of a block in the sparse index: first hash (low, high), start in the dictionary, start in the postings. */
export const INDEX_WORDS = 4;

// 'STRM' as its bytes stand in the file.
const MAGIC = 0x4d525453;
/** 2 since terms are those of a tokenizer that folds Traditional Chinese and marks; what has others is made anew. */
const VERSION = 2;
/** Magic, version, the seven of `SegmentLayout`, checksum of the postings, checksum of all before them. */
const HEADER_WORDS = 11;
export const HEADER_BYTES = HEADER_WORDS * 4;

/** What is hashed at once. */
const SLICE_BYTES = 1 << 16;

export function checksum(source: ByteSource, start: number, end: number, firstWord: number): number {
  const words = new Uint32Array(SLICE_BYTES / 4);
  const bytes = new Uint8Array(words.buffer);
  const hashes = [firstWord];
  for (let at = start; at < end; at += SLICE_BYTES) {
    const slice = source.read(at, Math.min(end, at + SLICE_BYTES));
    bytes.fill(0, slice.length);
    bytes.set(slice);
    hashes.push(slice.length, hashWords(words));
  }
  return hashWords(Uint32Array.from(hashes));
}

const headerWords = (layout: SegmentLayout): Uint32Array =>
  Uint32Array.of(
    MAGIC,
    VERSION,
    layout.documents,
    layout.chunks,
    layout.terms,
    layout.lengthsEnd,
    layout.indexEnd,
    layout.dictionaryEnd,
    layout.postingsEnd,
  );

/** Writes the header before the rest, which is there already. */
export function writeHeader(bytes: Uint8Array<ArrayBuffer>, layout: SegmentLayout): void {
  const source = bytesInMemory(bytes);
  const words = headerWords(layout);
  const postings = checksum(source, layout.dictionaryEnd, layout.postingsEnd, 0);
  const head = checksum(
    source,
    HEADER_BYTES,
    layout.dictionaryEnd,
    hashWords(Uint32Array.of(...words, postings)),
  );
  bytes.set(new Uint8Array(Uint32Array.of(...words, postings, head).buffer));
}

/** @throws SatchelError `index-corrupt` { reason } when anything before the postings, or the size, is not as written. */
export function readHeader(source: ByteSource): SegmentLayout & { readonly postingsChecksum: number } {
  if (source.sizeBytes < HEADER_BYTES) throw corruptTerms('length');
  const words = new Uint32Array(source.read(0, HEADER_BYTES).slice().buffer);
  const [magic, version] = words;
  if (magic !== MAGIC) throw corruptTerms('not a term segment');
  if (version !== VERSION) throw corruptTerms(`version ${version}`);
  const [documents = 0, chunks = 0, terms = 0, lengthsEnd = 0, indexEnd = 0] = words.subarray(2);
  const [dictionaryEnd = 0, postingsEnd = 0, postingsChecksum = 0, headChecksum] = words.subarray(7);
  if (postingsEnd !== source.sizeBytes) throw corruptTerms('length');
  const blocks = Math.ceil(terms / BLOCK_TERMS);
  const isInOrder = HEADER_BYTES <= lengthsEnd && indexEnd <= dictionaryEnd && dictionaryEnd <= postingsEnd;
  // Each document and chunk takes a byte at least, so no count can ask for more memory than the file has bytes.
  const isCounted = documents + chunks <= lengthsEnd && lengthsEnd + blocks * INDEX_WORDS * 4 === indexEnd;
  if (!isInOrder || !isCounted) throw corruptTerms('layout');
  const first = hashWords(words.subarray(0, HEADER_WORDS - 1));
  if (checksum(source, HEADER_BYTES, dictionaryEnd, first) !== headChecksum) throw corruptTerms('checksum');
  return { documents, chunks, terms, lengthsEnd, indexEnd, dictionaryEnd, postingsEnd, postingsChecksum };
}
