import { SatchelError } from '../errors.ts';
import { hashWords } from './hash-words.ts';
import { findNonFinite, VectorRows, type RowMirror } from './vector-rows.ts';

// 'SVEC' as its bytes stand in the file. Words are little-endian, as in every engine that runs WebAssembly.
const MAGIC = 0x43455653;
const VERSION = 1;

/** Words of the header: magic, version, dimensions, count, checksum. Ids and rows follow. */
const HEADER_WORDS = 5;
const CHECKSUM_AT = 4;

export function encodeRows(rows: VectorRows): Uint8Array<ArrayBuffer> {
  const { dimensions, size } = rows;
  const words = new Uint32Array(HEADER_WORDS + size + size * dimensions);
  words.set([MAGIC, VERSION, dimensions, size]);
  words.set(rows.ids, HEADER_WORDS);
  const floats = new Float32Array(words.buffer);
  let at = HEADER_WORDS + size;
  for (const block of rows.blocks()) {
    floats.set(block, at);
    at += block.length;
  }
  words[CHECKSUM_AT] = hashWords(words);
  return new Uint8Array(words.buffer);
}

/**
 * @throws SatchelError `index-corrupt` { reason } for anything that `encodeRows` did not write, and
 * `dimension-mismatch` { expected, actual } for rows of another length.
 */
export function decodeRows(bytes: Uint8Array, dimensions: number, mirror?: RowMirror): VectorRows {
  if (bytes.byteLength % 4 !== 0 || bytes.byteLength < HEADER_WORDS * 4) throw corrupt('length');
  // A copy: the bytes may start at any offset of their buffer, words may not, and the caller's stay untouched.
  const words = new Uint32Array(bytes.slice().buffer);
  const [magic, version, savedDimensions = 0, count = 0, checksum] = words;
  if (magic !== MAGIC) throw corrupt('not an index');
  if (version !== VERSION) throw corrupt(`version ${version}`);
  const firstFloat = HEADER_WORDS + count;
  if (words.length !== firstFloat + count * savedDimensions) throw corrupt('length');
  words[CHECKSUM_AT] = 0;
  if (hashWords(words) !== checksum) throw corrupt('checksum');
  if (savedDimensions !== dimensions) {
    throw new SatchelError('dimension-mismatch', { expected: dimensions, actual: savedDimensions });
  }
  const ids = Array.from(words.subarray(HEADER_WORDS, firstFloat));
  const floats = new Float32Array(words.buffer, firstFloat * 4);
  if (new Set(ids).size !== count || findNonFinite(floats) >= 0) throw corrupt('content');
  const rows = new VectorRows(dimensions, mirror);
  rows.add(ids, floats);
  return rows;
}

const corrupt = (reason: string): SatchelError => new SatchelError('index-corrupt', { reason });
