import { SatchelError } from '../errors.ts';
import { LIMITS } from './limits.ts';
import { readXml, type XmlHandler } from './xml.ts';
import { listEntries, readEntry, streamEntry, type ZipEntry } from './zip.ts';

/** Names in office files ignore case, and some writers separate folders in the manner of Windows. */
const keyOf = (name: string): string => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

/**
 * A zip whose entries are parts of one document. An entry is unpacked when it is asked for, and all that was
 * unpacked counts against one limit, so that neither one part nor a thousand readings of it can fill the memory.
 */
export class ZipParts {
  readonly #zip: Uint8Array;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  #leftBytes: number;

  /**
   * @param limitBytes what may be unpacked in all.
   * @throws SatchelError `corrupt` or `too-large`
   */
  constructor(zip: Uint8Array, limitBytes: number = LIMITS.xmlBytes) {
    this.#zip = zip;
    this.#leftBytes = limitBytes;
    this.#entries = new Map(listEntries(zip, LIMITS.zipEntries).map((entry) => [keyOf(entry.name), entry]));
  }

  /** As the zip spells them. */
  get names(): string[] {
    return [...this.#entries.values()].map(({ name }) => name);
  }

  has(name: string): boolean {
    return this.#entries.has(keyOf(name));
  }

  /**
   * A part as a whole; undefined where there is none of this name.
   * @throws SatchelError `corrupt`, `encrypted` or `too-large`
   */
  read(name: string): Uint8Array | undefined {
    const entry = this.#entries.get(keyOf(name));
    if (!entry) return undefined;
    const bytes = readEntry(this.#zip, entry, this.#leftBytes);
    this.#leftBytes -= bytes.length;
    return bytes;
  }

  /**
   * Reads a part as XML while it is unpacked.
   * @returns false where there is no part of this name.
   * @throws SatchelError `corrupt`, `encrypted` or `too-large`
   */
  readXml(name: string, handler: XmlHandler): boolean {
    const entry = this.#entries.get(keyOf(name));
    if (!entry) return false;
    readXml(handler, (write) =>
      streamEntry(this.#zip, entry, this.#leftBytes, (part) => {
        this.#leftBytes -= part.length;
        write(part);
      }),
    );
    return true;
  }

  /** @throws SatchelError `corrupt` where the part is not there, and as `readXml` */
  requireXml(name: string, handler: XmlHandler): void {
    if (!this.readXml(name, handler)) {
      throw new SatchelError('corrupt', { reason: 'part-missing', entry: name });
    }
  }
}
