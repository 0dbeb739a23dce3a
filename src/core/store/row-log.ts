import { hashWords } from '../4-index/hash-words.ts';
import { SatchelError, unless } from '../errors.ts';
import { hashTexts } from '../known-vectors.ts';
import type { Database } from './database.ts';
import type { Disk, LogFile } from './disk.ts';
import type { Extent, IndexedChunks, RowFile } from './schema.ts';

/** A file that has so many rows takes no more documents: what compaction has to copy at most, but for a long one. */
const FILE_ROWS = 16_384;

const VECTORS = '.vectors';
const CODES = '.codes';
/** Of each row the hash of its text, mixed with that of its fingerprint key: by them rows are known without the manifest. */
export const HASHES = '.hashes';
export const HASH_BYTES = BigUint64Array.BYTES_PER_ELEMENT;

/** Rows that are on the disk and become part of the collection by the transaction that records them. */
export type Place = Pick<Extent, 'file' | 'firstRow' | 'vectorsHash' | 'codesHash'>;

type Bytes = Uint8Array<ArrayBuffer>;
type Hashes = BigUint64Array<ArrayBuffer>;

const asBytes = ({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer> | Hashes | Bytes): Bytes =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Of a whole number of words, wherever they lie. */
function hashOf(bytes: Bytes): number {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return hashWords(new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4));
}

/** From hashes of texts to those in a file of hashes, and back. */
export async function mixHashes(hashes: BigUint64Array, fingerprintKey: string): Promise<Hashes> {
  const [own = 0n] = await hashTexts([fingerprintKey]);
  return BigUint64Array.from(hashes, (hash) => hash ^ own);
}

const damaged = (): SatchelError => new SatchelError('index-corrupt', { reason: 'checksum' });

interface Opened {
  readonly file: RowFile;
  readonly vectors: LogFile;
  readonly codes: LogFile;
}

/** The two files of a `RowFile`, opened as far as it was committed. */
export class OpenRows {
  readonly #vectors: LogFile;
  readonly #codes: LogFile;
  readonly #file: RowFile;

  constructor({ file, vectors, codes }: Opened) {
    this.#file = file;
    this.#vectors = vectors;
    this.#codes = codes;
  }

  /** Reads one vector. */
  readVector(row: number, into: Uint8Array): void {
    this.#vectors.read(row * this.#file.vectorBytes, into);
  }

  /** Reads the codes of one vector. */
  readCodes(row: number, into: Uint8Array): void {
    this.#codes.read(row * this.#file.codeBytes, into);
  }

  /** @throws SatchelError `index-corrupt`. */
  vectors({ firstRow, chunks, vectorsHash }: Extent): Float32Array<ArrayBuffer> {
    const bytes = new Uint8Array(chunks * this.#file.vectorBytes);
    this.#vectors.read(firstRow * this.#file.vectorBytes, bytes);
    if (hashOf(bytes) !== vectorsHash) throw damaged();
    return new Float32Array(bytes.buffer);
  }

  /** Codes of documents that are not damaged, in this order: one read for all that the file has of them. */
  codes(extents: readonly Extent[]): Map<Extent, Bytes> {
    const { codeBytes } = this.#file;
    const start = Math.min(...extents.map(({ firstRow }) => firstRow));
    const end = Math.max(...extents.map(({ firstRow, chunks }) => firstRow + chunks));
    const all = new Uint8Array((end - start) * codeBytes);
    this.#codes.read(start * codeBytes, all);
    const intact = new Map<Extent, Bytes>();
    for (const extent of extents) {
      const at = (extent.firstRow - start) * codeBytes;
      const codes = all.subarray(at, at + extent.chunks * codeBytes);
      if (hashOf(codes) === extent.codesHash) intact.set(extent, codes);
    }
    return intact;
  }
}

/**
 * The rows of all documents in files that grow at their ends. Rows are written and flushed first; a transaction that
 * records their place makes them part of the collection. What a crash leaves between the two is written over.
 */
export class RowLog {
  readonly #database: Database;
  readonly #disk: Disk;
  readonly #lock: string;

  constructor(database: Database, disk: Disk) {
    this.#database = database;
    this.#disk = disk;
    this.#lock = `satchel-log/${database.name}`;
  }

  /** Runs when no other tab writes files. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return navigator.locks.request(this.#lock, work);
  }

  /**
   * @param record makes the rows part of the collection; until then, and when it throws, they are not there.
   * @throws SatchelError of the disk, and what `record` throws.
   */
  append<T>(
    fingerprintKey: string,
    rows: Pick<IndexedChunks, 'vectors' | 'codes' | 'hashes' | 'table'>,
    record: (place: Place, file: RowFile) => Promise<T>,
  ): Promise<T> {
    return this.exclusively(async () => {
      const count = rows.table.starts.length;
      const { file, vectors, codes } =
        (await this.#openActive(fingerprintKey)) ??
        (await this.#openNew(fingerprintKey, rows.vectors.byteLength / count, rows.codes.length / count));
      // Away first: a hash that a broken commit has left would stand by the wrong vector.
      await this.#writeHashes(file, new BigUint64Array());
      await vectors.write(file.rows * file.vectorBytes, [asBytes(rows.vectors)]);
      await codes.write(file.rows * file.codeBytes, [rows.codes]);
      await this.#writeHashes(file, await mixHashes(rows.hashes, fingerprintKey));
      const place = {
        file: file.name,
        firstRow: file.rows,
        vectorsHash: hashOf(asBytes(rows.vectors)),
        codesHash: hashOf(rows.codes),
      };
      return record(place, { ...file, rows: file.rows + count });
    });
  }

  /** @throws SatchelError `index-corrupt` when the files are shorter than they should be. */
  async open(file: RowFile): Promise<OpenRows> {
    return new OpenRows(await this.#open(file));
  }

  /**
   * Copies live rows to a file of their own.
   * @param record puts the new places in the stead of the old, as far as the documents are still there.
   */
  async rewrite(
    file: RowFile,
    extents: readonly Extent[],
    record: (moved: readonly Extent[], to: RowFile) => Promise<void>,
  ): Promise<void> {
    const rows = await this.open(file);
    const copied = [...rows.codes(extents).values()];
    if (copied.length < extents.length) throw damaged();
    const {
      file: to,
      vectors,
      codes,
    } = await this.#openNew(file.fingerprintKey, file.vectorBytes, file.codeBytes);
    let at = 0;
    const moved = extents.map((extent) => ({
      ...extent,
      file: to.name,
      firstRow: (at += extent.chunks) - extent.chunks,
    }));
    await vectors.write(
      0,
      extents.map((extent) => asBytes(rows.vectors(extent))),
    );
    await codes.write(0, copied);
    const hashes = await this.#readHashes(file);
    const own = extents.flatMap(({ firstRow, chunks }) => [...hashes.subarray(firstRow, firstRow + chunks)]);
    await this.#writeHashes(to, BigUint64Array.from(own));
    await record(moved, { ...to, rows: at });
  }

  /** The file that the next rows go to; undefined when there is none, or it is damaged. */
  async #openActive(fingerprintKey: string): Promise<Opened | undefined> {
    const files = await this.#database.getAll('rowFiles');
    const file = files.find((one) => one.fingerprintKey === fingerprintKey && one.rows < FILE_ROWS);
    return file && this.#open(file).catch(unless('index-corrupt'));
  }

  /** Last: where there is a hash, there is its vector. Blobs are lost together with the manifest. */
  async #writeHashes({ name, rows }: RowFile, hashes: Hashes): Promise<void> {
    if (this.#disk.kind === 'blobs') return;
    const file = await this.#disk.open(name + HASHES, 0);
    // An earlier version has none of its rows: zeros, which are the hash of nothing.
    await file.write(rows * HASH_BYTES, [asBytes(hashes)]);
  }

  /** Of all rows; zeros where there are none. */
  async #readHashes({ name, rows }: RowFile): Promise<Hashes> {
    const hashes = new BigUint64Array(rows);
    const known = Math.min(rows, Math.floor((await this.#disk.size(name + HASHES)) / HASH_BYTES));
    const file = await this.#disk.open(name + HASHES, known * HASH_BYTES);
    file.read(0, asBytes(hashes.subarray(0, known)));
    return hashes;
  }

  #openNew(fingerprintKey: string, vectorBytes: number, codeBytes: number): Promise<Opened> {
    const name = crypto.randomUUID();
    const disk = this.#disk.kind;
    return this.#open({ name, fingerprintKey, disk, vectorBytes, codeBytes, rows: 0, deadRows: 0 });
  }

  async #open(file: RowFile): Promise<Opened> {
    const { name, disk, rows, vectorBytes, codeBytes } = file;
    // Not there for this tab, which is no damage.
    if (disk !== this.#disk.kind) throw new SatchelError('storage-unavailable', { reason: disk });
    const [vectors, codes] = await Promise.all([
      this.#disk.open(name + VECTORS, rows * vectorBytes),
      this.#disk.open(name + CODES, rows * codeBytes),
    ]);
    return { file, vectors, codes };
  }
}
