import { codeBytes, encodeVectors } from '../4-index/encode-vectors.ts';
import type { EmbeddedTexts, KnownTexts } from '../known-vectors.ts';
import type { Database } from './database.ts';
import type { Disk } from './disk.ts';
import { HASH_BYTES, HASHES, mixHashes, type OpenRows, type RowLog } from './row-log.ts';
import { readState } from './restore.ts';

/** Row files that no manifest names any more, after a browser has thrown the database away. */
export class LostRows {
  readonly #database: Database;
  readonly #disk: Disk;
  readonly #log: RowLog;
  /** Of the fingerprint key that was asked for last. */
  #known: { readonly key: string; readonly texts: Promise<readonly KnownTexts[]> } | undefined;

  constructor(database: Database, disk: Disk, log: RowLog) {
    this.#database = database;
    this.#disk = disk;
    this.#log = log;
  }

  /** None, where nothing was lost, or all that was restored is indexed. */
  async texts(fingerprintKey: string, dimensions: number): Promise<readonly KnownTexts[]> {
    const { lostRows: names } = await readState(this.#database);
    if (names.length === 0) {
      this.#known = undefined;
      return [];
    }
    if (this.#known?.key !== fingerprintKey) {
      // One that was new when it was taken for lost is in use by now.
      const used = new Set(await this.#database.getAllKeys('rowFiles'));
      const texts = names
        .filter((name) => !used.has(name))
        .map((name) => this.#open(name, fingerprintKey, dimensions));
      const opened = Promise.all(texts).then((all) => all.filter((one) => one !== undefined));
      this.#known = { key: fingerprintKey, texts: opened };
    }
    return this.#known.texts;
  }

  /** Undefined when the file is damaged. */
  async #open(name: string, fingerprintKey: string, dimensions: number): Promise<KnownTexts | undefined> {
    try {
      const rows = Math.floor((await this.#disk.size(name + HASHES)) / HASH_BYTES);
      const mixed = new BigUint64Array(rows);
      const file = await this.#disk.open(name + HASHES, mixed.byteLength);
      file.read(0, new Uint8Array(mixed.buffer));
      const hashes = await mixHashes(mixed, fingerprintKey);
      const opened = await this.#log.open({
        ...{ name, fingerprintKey, disk: this.#disk.kind, rows, deadRows: 0 },
        ...{ vectorBytes: dimensions * 4, codeBytes: codeBytes(dimensions) },
      });
      return { hashes, read: async (isWanted) => readIntact(opened, hashes, isWanted, dimensions) };
    } catch {
      return undefined;
    }
  }
}

/** Without the manifest there is no checksum: a vector is whole when its codes are those that are stored. */
function readIntact(
  rows: OpenRows,
  hashes: BigUint64Array,
  isWanted: (hash: bigint) => boolean,
  dimensions: number,
): EmbeddedTexts {
  const intact: { readonly hash: bigint; readonly vector: Float32Array }[] = [];
  const stored = new Uint8Array(codeBytes(dimensions));
  for (const [row, hash] of hashes.entries()) {
    if (!isWanted(hash)) continue;
    const vector = new Float32Array(dimensions);
    rows.readVector(row, new Uint8Array(vector.buffer));
    rows.readCodes(row, stored);
    const codes = encodeVectors(vector, dimensions);
    // Zeros are what a disk gives for what it has lost.
    const isIntact = vector.some((value) => value !== 0) && codes.every((byte, at) => byte === stored[at]);
    if (isIntact) intact.push({ hash, vector });
  }
  const vectors = new Float32Array(intact.length * dimensions);
  for (const [at, { vector }] of intact.entries()) vectors.set(vector, at * dimensions);
  return { hashes: BigUint64Array.from(intact, ({ hash }) => hash), vectors };
}
