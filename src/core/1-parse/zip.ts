import { Inflate } from 'fflate';
import { SatchelError } from '../errors.ts';
import { startsWith } from './file-signatures.ts';

export interface ZipEntry {
  /** Read as UTF-8. */
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** The zip says that its name is UTF-8; older programs write it in the encoding of their system. */
  readonly isUtf8: boolean;
  readonly compressedBytes: number;
  /** What the zip says; `readEntry` counts what comes out. */
  readonly declaredBytes: number;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly isSymbolicLink: boolean;
  readonly crc32: number;
  readonly headerOffset: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
/** Before the end of a ZIP64: where its own end is, which has the numbers in 64 bits. */
const LOCATOR64_SIGNATURE = 0x07064b50;
const LOCATOR64_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
/** In place of a number that stands elsewhere in 64 bits. */
const ELSEWHERE = 0xffffffff;
const EXTRA64_ID = 1;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
/** As long as a path may be on Linux; ten thousand names of 64 kB would be the better part of a gigabyte. */
const MAX_NAME_BYTES = 4096;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
/** In the flags of an entry. */
const ENCRYPTED = 1;
const UTF8_NAME = 1 << 11;
/** Unix file mode, in the upper half of the external attributes. */
const MODE_TYPE = 0xf000;
const MODE_LINK = 0xa000;
const STORED = 0;
const DEFLATED = 8;
/** Deflate expands at most 1032-fold, so that one step yields at most 4 MB before it is counted. */
const INFLATE_STEP_BYTES = 4096;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  throw new SatchelError('corrupt', { reason: 'zip-directory-missing' });
}

interface Directory {
  readonly entries: number;
  readonly start: number;
  /** Where it ends, and the records of the end begin. */
  readonly end: number;
  /** Bytes before the first entry that the zip does not count, such as a program that unpacks it. */
  readonly shift: number;
}

/** A size or offset; one beyond the exact integers is beyond any file. */
const readUint64 = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

/** The end of a ZIP64 stands where the locator says, or, where bytes were put before the zip, right before it. */
function findEnd64(view: DataView, end: number): number | undefined {
  const locator = end - LOCATOR64_BYTES;
  if (locator < END64_BYTES || view.getUint32(locator, true) !== LOCATOR64_SIGNATURE) return undefined;
  const places = [readUint64(view, locator + 8), locator - END64_BYTES];
  return places.find((at) => at <= locator - END64_BYTES && view.getUint32(at, true) === END64_SIGNATURE);
}

function findDirectory(view: DataView): Directory {
  const end = findEnd(view);
  const end64 = findEnd64(view, end);
  const [entries, bytes, declared] =
    end64 === undefined
      ? [view.getUint16(end + 10, true), view.getUint32(end + 12, true), view.getUint32(end + 16, true)]
      : [readUint64(view, end64 + 32), readUint64(view, end64 + 40), readUint64(view, end64 + 48)];
  const before = end64 ?? end;
  // It ends where the end begins: with other bytes before the zip, that tells its start.
  const start = [declared, before - bytes].find((at) => isEntry(view, at, before)) ?? declared;
  return { entries, start, end: before, shift: start - declared };
}

const isEntry = (view: DataView, at: number, end: number): boolean =>
  at >= 0 && at + ENTRY_BYTES <= end && view.getUint32(at, true) === ENTRY_SIGNATURE;

export const startsAsZip = (bytes: Uint8Array): boolean =>
  startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, 'PK\x05\x06');

/** Programs that unpack themselves, and downloads with something before them, are a zip by their end alone. */
export function endsAsZip(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  try {
    const { start, end } = findDirectory(view);
    return isEntry(view, start, end);
  } catch {
    return false;
  }
}

/** Numbers of an entry that its fixed fields have no room for, in the order in which they are missing there. */
function readExtra64(view: DataView, start: number, end: number, missing: number): number[] {
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== EXTRA64_ID) continue;
    const length = Math.min(view.getUint16(at + 2, true), end - at - 4);
    if (length < 8 * missing) break;
    return Array.from({ length: missing }, (_, i) => readUint64(view, at + 4 + 8 * i));
  }
  throw new SatchelError('corrupt', { reason: 'zip-directory-damaged' });
}

/**
 * The entries that a zip lists at its end. Nothing is unpacked.
 * @throws SatchelError `corrupt`, or `too-large` beyond `maxEntries`
 */
export function listEntries(bytes: Uint8Array, maxEntries: number): ZipEntry[] {
  const view = viewOf(bytes);
  const { entries: listed, start, end, shift } = findDirectory(view);
  if (listed > maxEntries) throw new SatchelError('too-large', { entries: listed, limitEntries: maxEntries });
  const entries: ZipEntry[] = [];
  const decoder = new TextDecoder();
  let at = start;
  for (let n = 0; n < listed; n++) {
    if (!isEntry(view, at, end)) {
      throw new SatchelError('corrupt', { reason: 'zip-directory-damaged' });
    }
    const nameBytes = view.getUint16(at + 28, true);
    if (nameBytes > MAX_NAME_BYTES) throw new SatchelError('corrupt', { reason: 'zip-name-too-long' });
    const nameStart = at + ENTRY_BYTES;
    const name = bytes.subarray(nameStart, nameStart + nameBytes);
    const flags = view.getUint16(at + 8, true);
    const extraStart = nameStart + nameBytes;
    const extraEnd = extraStart + view.getUint16(at + 30, true);
    if (extraEnd > end) throw new SatchelError('corrupt', { reason: 'zip-directory-damaged' });
    // In the order of the extra field, which holds only those that are missing here.
    const fixed = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
    const missing = fixed.filter((value) => value === ELSEWHERE).length;
    const large = missing > 0 ? readExtra64(view, extraStart, extraEnd, missing) : [];
    const [declaredBytes = 0, compressedBytes = 0, headerOffset = 0] = fixed.map((value) =>
      value === ELSEWHERE ? (large.shift() ?? 0) : value,
    );
    entries.push({
      name: decoder.decode(name),
      nameBytes: name,
      isUtf8: (flags & UTF8_NAME) !== 0,
      isEncrypted: (flags & ENCRYPTED) !== 0,
      isSymbolicLink: (view.getUint16(at + 40, true) & MODE_TYPE) === MODE_LINK,
      crc32: view.getUint32(at + 16, true),
      method: view.getUint16(at + 10, true),
      compressedBytes,
      declaredBytes,
      headerOffset: headerOffset + shift,
    });
    at = extraEnd + view.getUint16(at + 32, true);
  }
  return entries;
}

function inflate(packed: Uint8Array, limitBytes: number, take: (part: Uint8Array) => void): void {
  let total = 0;
  const stream = new Inflate((part) => {
    total += part.length;
    // Thrown inside the library's callback, it ends the inflating: what a zip declares is not to be believed.
    if (total > limitBytes) throw new SatchelError('too-large', { limitBytes });
    take(part);
  });
  for (let at = 0; at < packed.length; at += INFLATE_STEP_BYTES) {
    const next = at + INFLATE_STEP_BYTES;
    stream.push(packed.subarray(at, next), next >= packed.length);
  }
}

/**
 * Unpacks an entry piece by piece, so that what it unpacks to need never be in memory as a whole.
 * @param limitBytes what the entry may unpack to.
 * @throws SatchelError `corrupt`, `encrypted` or `too-large`, and what `take` throws
 */
export function streamEntry(
  zip: Uint8Array,
  entry: ZipEntry,
  limitBytes: number,
  take: (part: Uint8Array) => void,
): void {
  if (entry.isEncrypted) throw new SatchelError('encrypted');
  if (entry.declaredBytes > limitBytes) throw new SatchelError('too-large', { limitBytes });
  const view = viewOf(zip);
  const at = entry.headerOffset;
  if (at < 0 || at + LOCAL_BYTES > zip.length || view.getUint32(at, true) !== LOCAL_SIGNATURE) {
    throw new SatchelError('corrupt', { reason: 'zip-entry-missing', entry: entry.name });
  }
  const start = at + LOCAL_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  const packed = zip.subarray(start, start + entry.compressedBytes);
  if (packed.length < entry.compressedBytes) {
    throw new SatchelError('corrupt', { reason: 'zip-entry-cut', entry: entry.name });
  }
  if (entry.method === STORED) {
    if (packed.length > limitBytes) throw new SatchelError('too-large', { limitBytes });
    return take(packed);
  }
  if (entry.method !== DEFLATED)
    throw new SatchelError('corrupt', { reason: 'zip-method', method: entry.method });
  try {
    inflate(packed, limitBytes, take);
  } catch (error) {
    if (error instanceof SatchelError) throw error;
    throw new SatchelError('corrupt', { reason: 'zip-entry-damaged', entry: entry.name }, error);
  }
}

/**
 * An entry as a whole.
 * @param limitBytes what the entry may unpack to.
 * @throws SatchelError `corrupt`, `encrypted` or `too-large`
 */
export function readEntry(zip: Uint8Array, entry: ZipEntry, limitBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  streamEntry(zip, entry, limitBytes, (part) => parts.push(part));
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
