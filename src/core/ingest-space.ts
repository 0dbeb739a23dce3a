import { extensionOf } from './1-parse/detect.ts';
import { parsers } from './1-parse/registry.ts';
import type { Cut } from './ingest.ts';
import type { FileInput } from './types.ts';

/** 384 floats, as many codes, the terms and where it lies, a chunk of English: see `npm run bench -- store`. */
const CHUNK_BYTES = 2_200;
/** Of a file of plain text in a chunk of 256 tokens, in English and Chinese alike. */
const PLAIN_BYTES_PER_CHUNK = 1_000;
/** Formats that are text from end to end. How much of it the others hold shows when they are read. */
const PLAIN: readonly string[] = ['text', 'markdown', 'csv'];

/** Bytes that a file takes when it is accepted: it is kept twice, see `store/copies.ts`. */
export const acceptedBytes = ({ file }: FileInput): number => 2 * file.size;

/** Bytes that text and chunks of a file will take, as far as can be told before it is read. */
export function foreseenBytes({ name, file }: FileInput): number {
  const extension = extensionOf(name);
  const line = parsers.lines.find(({ extensions }) => extensions.includes(extension));
  if (!line || !PLAIN.includes(line.id)) return 0;
  return file.size + (file.size / PLAIN_BYTES_PER_CHUNK) * CHUNK_BYTES;
}

/** Bytes to be written until a document is whole. Its file counts: the commit copies it before `pending` lets it go. */
export function remainingBytes({ file, parsed, chunks }: Cut): number {
  // One character beyond Latin-1, and all of the text is stored at two bytes each.
  const textBytes = parsed.text.length * (/[^\0-\xff]/.test(parsed.text) ? 2 : 1);
  return file.file.size + textBytes + chunks.length * CHUNK_BYTES;
}
