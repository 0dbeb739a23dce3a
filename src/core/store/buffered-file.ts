import { toSatchelError } from '../errors.ts';
import { cutShort, type LogFile } from './disk.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Where the bytes come from and go to. */
interface Backing {
  load(from: number, to: number): Promise<Bytes>;
  write(at: number, parts: readonly Bytes[]): Promise<void>;
}

/** A file that is read from memory. */
export class BufferedFile implements LogFile {
  readonly #backing: Backing;
  readonly #parts: { readonly start: number; readonly bytes: Bytes }[] = [];
  #sizeBytes = 0;
  #loading: Promise<void> = Promise.resolve();

  constructor(backing: Backing) {
    this.#backing = backing;
  }

  /** Has so many bytes in memory, and never more: what lies behind may yet be written over. */
  loadTo(sizeBytes: number): Promise<void> {
    const loading = this.#loading.then(async () => {
      const missing = sizeBytes - this.#sizeBytes;
      if (missing <= 0) return;
      const bytes = await this.#backing.load(this.#sizeBytes, sizeBytes);
      if (bytes.length < missing) throw cutShort();
      this.#parts.push({ start: this.#sizeBytes, bytes });
      this.#sizeBytes = sizeBytes;
    });
    this.#loading = loading.catch(() => undefined);
    return loading;
  }

  read(at: number, into: Uint8Array): void {
    if (at + into.length > this.#sizeBytes) throw cutShort();
    let done = 0;
    for (let p = this.#partAt(at); done < into.length; p++) {
      const part = this.#parts[p];
      if (!part) throw cutShort();
      const from = at + done - part.start;
      const piece = part.bytes.subarray(from, from + into.length - done);
      into.set(piece, done);
      done += piece.length;
    }
  }

  /** It is read back when it counts: until then another tab may write over it. */
  async write(at: number, parts: readonly Bytes[]): Promise<void> {
    try {
      await this.#backing.write(at, parts);
    } catch (error) {
      throw toSatchelError(error);
    }
  }

  /** Index of the part that holds a byte. */
  #partAt(at: number): number {
    let low = 0;
    let high = this.#parts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#parts[middle]?.start ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
