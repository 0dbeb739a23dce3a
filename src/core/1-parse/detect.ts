import { SatchelError } from '../errors.ts';
import type { ParseWarning } from '../types.ts';
import { headOf, indexOfBytes, knownBinary, startsWith } from './file-signatures.ts';
import { LIMITS } from './limits.ts';
import type { ParserLine } from './parser.ts';
import { parsers } from './registry.ts';
import { endsAsZip, listEntries, startsAsZip, type ZipEntry } from './zip.ts';

export interface DetectedType {
  readonly line: ParserLine;
  readonly warnings: readonly ParseWarning[];
}

/** Formats that are a zip of parts. */
const ZIPPED: readonly string[] = ['docx', 'pptx', 'xlsx', 'odt', 'odp', 'ods', 'epub'];
const OPEN_DOCUMENTS: readonly (readonly [id: string, type: string])[] = [
  ['odt', 'opendocument.text'],
  ['odp', 'opendocument.presentation'],
  ['ods', 'opendocument.spreadsheet'],
];
/** Formats whose name promises a container that the bytes then do not show. */
const CONTAINERS: readonly string[] = ['pdf', 'rtf', ...ZIPPED];
const HTML_START = /^\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html)[\s>]/i;
/** Mail programs name a mailbox by its folder alone. */
const MAILBOX_START = /^From \S+ .*\d{4}.*\r?\n[A-Z][\w-]*: /;
const OLE2 = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';
/** Names of streams in the old Office formats, by type. An encrypted new document is wrapped in one, too. */
const OLE2_STREAMS: readonly (readonly [type: string, stream: string])[] = [
  ['encrypted', 'EncryptedPackage'],
  ['doc', 'WordDocument'],
  ['xls', 'Workbook'],
  ['ppt', 'PowerPoint Document'],
  ['msg', '__nameid_version1.0'],
];

/** Lower-case, without the dot; '' where the name has none. */
export const extensionOf = (name: string): string =>
  /[^/\\]\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** The type of an OLE2 file by the stream names in its directory, which are UTF-16. */
function ole2Type(bytes: Uint8Array): string {
  const wide = (text: string): string => [...text].map((character) => `${character}\0`).join('');
  return OLE2_STREAMS.find(([, stream]) => indexOfBytes(bytes, wide(stream)) >= 0)?.[0] ?? 'ole2';
}

/** OpenDocument says what it is in its first entry, which is never packed. */
const openDocumentType = (bytes: Uint8Array, entries: readonly ZipEntry[]): string | undefined => {
  const start = Math.min(...entries.map(({ headerOffset }) => headerOffset));
  return OPEN_DOCUMENTS.find(([, type]) => indexOfBytes(bytes.subarray(start, start + 256), type) >= 0)?.[0];
};

function zipType(bytes: Uint8Array, named: string): string {
  let entries: readonly ZipEntry[];
  try {
    entries = listEntries(bytes, LIMITS.zipEntries);
  } catch (error) {
    // Cut off or overfull: the name decides whose error it is.
    if (ZIPPED.includes(named) || indexOfBytes(bytes, 'word/') >= 0) throw error;
    return 'zip';
  }
  const has = (prefix: string): boolean => entries.some(({ name }) => name.startsWith(prefix));
  if (has('[Content_Types].xml')) {
    if (has('word/')) return 'docx';
    if (has('xl/')) return 'xlsx';
    if (has('ppt/')) return 'pptx';
    // A file may keep its parts in a folder of any name; only its own name tells then.
    if (ZIPPED.includes(named)) return named;
  }
  if (has('META-INF/container.xml')) return 'epub';
  if (has('content.xml') && has('META-INF/manifest.xml'))
    return openDocumentType(bytes, entries) ?? 'opendocument';
  return 'zip';
}

/** By the first bytes alone; undefined for what may be text. */
function typeByBytes(bytes: Uint8Array, named: string): string | undefined {
  if (startsWith(bytes, '%PDF')) return 'pdf';
  // Some PDFs begin with a mail header or a line break; readers look for the mark in the first kilobyte.
  if (named === 'pdf' && indexOfBytes(bytes.subarray(0, 1024), '%PDF-') >= 0) return 'pdf';
  if (startsAsZip(bytes) || (ZIPPED.includes(named) && endsAsZip(bytes))) return zipType(bytes, named);
  if (startsWith(bytes, OLE2)) return ole2Type(bytes);
  return knownBinary(bytes);
}

function lineByName(name: string, mediaType: string): ParserLine | undefined {
  const extension = extensionOf(name);
  const base = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  return (
    parsers.lines.find((line) => line.extensions.includes(extension)) ??
    parsers.lines.find((line) => line.mediaTypes.includes(base))
  );
}

/** One that has the name of a document is no archive, whatever it holds. */
export const hasArchiveName = (name: string): boolean => ['zip', ''].includes(extensionOf(name));

/** A zip of files that are documents of their own; one that is itself a document, such as a Word file, is none. */
export const isArchive = (bytes: Uint8Array): boolean =>
  (startsAsZip(bytes) || endsAsZip(bytes)) && zipType(bytes, '') === 'zip';

const looksLikeHtml = (bytes: Uint8Array): boolean =>
  HTML_START.test(new TextDecoder().decode(bytes.subarray(0, 2048)));

/**
 * Which parser reads a file: what its bytes say counts first, then its name, then the media type that the
 * browser gave it.
 * @throws SatchelError `unsupported-type`, `wrong-type`, `encrypted`, `binary`, `corrupt` or `too-large`
 */
export function detectType(bytes: Uint8Array, name: string, mediaType: string): DetectedType {
  const named = lineByName(name, mediaType);
  const actual = typeByBytes(bytes, named?.id ?? '');
  const extension = extensionOf(name);
  if (actual === 'encrypted') throw new SatchelError('encrypted', { name });

  const line = parsers.lines.find(({ id }) => id === actual);
  if (line) {
    const differs = named !== undefined && named !== line;
    const details = { named: extension, actual: line.id };
    return { line, warnings: differs ? [{ code: 'content-type-differs', details }] : [] };
  }
  if (actual !== undefined) {
    const isNamedText = named !== undefined && !CONTAINERS.includes(named.id);
    throw new SatchelError(isNamedText ? 'binary' : 'unsupported-type', { name, type: actual });
  }
  if (named && CONTAINERS.includes(named.id)) {
    const type = looksLikeHtml(bytes) ? 'html' : 'unknown';
    throw new SatchelError('wrong-type', { name, named: named.id, actual: type });
  }
  if (named) return { line: named, warnings: [] };
  if (looksLikeHtml(bytes)) return { line: parsers.get('html'), warnings: [] };
  if (extension === '' && MAILBOX_START.test(headOf(bytes)))
    return { line: parsers.get('mbox'), warnings: [] };
  // README, LICENSE, a note from a phone: without an extension, what is text is read as text.
  if (extension === '') return { line: parsers.get('text'), warnings: [] };
  throw new SatchelError('unsupported-type', { name, type: extension });
}
