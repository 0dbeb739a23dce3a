import { SatchelError, toErrorData, toSatchelError, type ErrorData } from '../errors.ts';
import { isLitter } from '../litter.ts';
import type { FileInput } from '../types.ts';
import { crc32 } from './crc32.ts';
import { decodeBytes } from './decode-bytes.ts';
import { decodeText } from './decode-text.ts';
import { extensionOf, hasArchiveName, isArchive } from './detect.ts';
import { LIMITS } from './limits.ts';
import { listEntries, startsAsZip, streamEntry, type ZipEntry } from './zip.ts';

/** What can't be taken out of an archive. */
interface FailedEntry {
  readonly name: string;
  readonly path: string;
  readonly error: ErrorData;
}

/** What an archive holds. Paths begin with its own name; hidden files and links are left out. */
export interface Unpacked {
  readonly files: readonly FileInput[];
  readonly failed: readonly FailedEntry[];
}

/** Control characters, and those that turn the direction of what follows: `fdp.exe` can be made to read as `exe.pdf`. */
const UNSEEN = /[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The parts of an entry's name. None leads out of the archive: nothing is written by these names, but they are shown. */
const partsOf = (name: string): readonly string[] =>
  name
    .split(/[/\\]/)
    .map((part) => part.replace(UNSEEN, '').trim())
    .filter((part) => part !== '' && part !== '.' && part !== '..' && !/^[a-z]:$/i.test(part));

/** So many names tell an encoding. */
const NAMES_SAMPLED = 500;

/** Names that are not said to be UTF-8 are in one encoding, which all of them together tell: in China often GBK. */
function namesOf(entries: readonly ZipEntry[]): readonly string[] {
  const sample = entries.filter(({ isUtf8 }) => !isUtf8).slice(0, NAMES_SAMPLED);
  let encoding = 'utf-8';
  try {
    const decoded = decodeText(Uint8Array.from(sample.flatMap(({ nameBytes }) => [...nameBytes, 0x0a])));
    // A few names are too short to tell the two Chinese encodings apart; GBK is the one that more people write.
    const isChinese = decoded.encoding === 'big5' && decoded.warnings.length > 0;
    encoding = isChinese ? 'gb18030' : decoded.encoding;
  } catch {
    // `binary`: names in no encoding at all are shown as they are.
  }
  return entries.map(({ name, nameBytes, isUtf8 }) => (isUtf8 ? name : decodeBytes(encoding, nameBytes)));
}

/** @returns undefined for what is no archive; a file that is neither named nor begins as one is not read then. */
async function readArchive(file: Blob, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!hasArchiveName(name) || file.size > LIMITS.fileBytes) return undefined;
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (extensionOf(name) === '' && !startsAsZip(head)) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  return isArchive(bytes) ? bytes : undefined;
}

/** @throws SatchelError `too-large`, `encrypted`, or `corrupt` for an entry that is not what it declares. */
function takeOut(zip: Uint8Array, entry: ZipEntry): Blob {
  const { declaredBytes } = entry;
  if (declaredBytes > LIMITS.fileBytes) {
    throw new SatchelError('too-large', { sizeBytes: declaredBytes, limitBytes: LIMITS.fileBytes });
  }
  try {
    const parts: Uint8Array[] = [];
    streamEntry(zip, entry, declaredBytes, (part) => parts.push(part));
    if (crc32(parts) === entry.crc32) return new Blob(parts as Uint8Array<ArrayBuffer>[]);
  } catch (error) {
    if (!(error instanceof SatchelError) || error.code !== 'too-large') throw error;
  }
  throw new SatchelError('corrupt', { reason: 'zip-entry-differs' });
}

class Unpacking {
  readonly files: FileInput[] = [];
  readonly failed: FailedEntry[] = [];
  /** These are shared by an archive and all that are in it. */
  #entriesLeft: number = LIMITS.zipEntries;
  #bytesLeft: number = LIMITS.archiveBytes;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** @param path of the archive, its own name included. */
  async unpack(zip: Uint8Array, path: readonly string[], depth: number): Promise<void> {
    const entries = listEntries(zip, this.#entriesLeft);
    this.#entriesLeft -= entries.length;
    this.#reserve(entries);
    const names = namesOf(entries);
    for (const [i, entry] of entries.entries()) {
      this.#signal.throwIfAborted();
      const parts = partsOf(names[i] ?? entry.name);
      const name = parts.at(-1);
      const isFolder = /[/\\]$/.test(entry.name);
      if (name === undefined || isFolder || entry.isSymbolicLink || parts.some(isLitter)) continue;
      const folder = [...path, ...parts.slice(0, -1)];
      try {
        await this.#add(takeOut(zip, entry), name, folder, depth);
      } catch (error) {
        if (this.#signal.aborted) throw error;
        const { code, details, cause } = toSatchelError(error, 'corrupt');
        const data = toErrorData(new SatchelError(code, { ...details, name }, cause));
        this.failed.push({ name, path: folder.join('/'), error: data });
      }
    }
  }

  /** By what the entries declare, beyond which none is unpacked: a bomb is known before it goes off. */
  #reserve(entries: readonly ZipEntry[]): void {
    const fitting = entries.filter(({ declaredBytes }) => declaredBytes <= LIMITS.fileBytes);
    const total = fitting.reduce((sum, { declaredBytes }) => sum + declaredBytes, 0);
    if (total > this.#bytesLeft) throw new SatchelError('too-large', { limitBytes: LIMITS.archiveBytes });
    this.#bytesLeft -= total;
  }

  async #add(file: Blob, name: string, folder: readonly string[], depth: number): Promise<void> {
    const zip = await readArchive(file, name);
    if (!zip) this.files.push({ file, name, path: folder.join('/') });
    else if (depth < LIMITS.archiveDepth) await this.unpack(zip, [...folder, name], depth + 1);
    else throw new SatchelError('archive-too-deep', { depth });
  }
}

/**
 * The files of an archive, each to be read as a document of its own.
 * @returns undefined for what is no archive, or a document in the form of one.
 * @throws SatchelError `corrupt`, `encrypted` (all of it), `empty-file`, `too-large` or `aborted`
 */
export async function unpackFile(
  file: Blob,
  name: string,
  signal: AbortSignal,
): Promise<Unpacked | undefined> {
  try {
    const zip = await readArchive(file, name);
    if (!zip) return undefined;
    const unpacking = new Unpacking(signal);
    await unpacking.unpack(zip, [name], 1);
    const { files, failed } = unpacking;
    if (files.length === 0 && failed.length === 0) throw new SatchelError('empty-file');
    const isLocked = failed.every(({ error }) => error.code === 'encrypted');
    if (files.length === 0 && isLocked) throw new SatchelError('encrypted');
    return { files, failed };
  } catch (error) {
    if (signal.aborted) throw new SatchelError('aborted', { name }, error);
    const { code, details, cause } = toSatchelError(error, 'corrupt');
    throw new SatchelError(code, { ...details, name }, cause);
  }
}
