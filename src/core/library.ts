import type { KeywordIndex } from './4-index/keyword-index.ts';
import type { ReadVector, VectorIndex } from './4-index/vector-index.ts';
import { encodeTerms } from './4-index/encode-terms.ts';
import { contents, tabledChunk, tabledChunks } from './cut.ts';
import { SatchelError, unless } from './errors.ts';
import type { KnownTexts } from './known-vectors.ts';
import { LibraryTerms, type KeptSegment } from './library-terms.ts';
import type { ManifestFiles, ManifestRecords } from './store/documents.ts';
import type { OpenRows } from './store/row-log.ts';
import type { Extent, IndexedChunks, RowFile, StoredChunks } from './store/schema.ts';
import type { Store } from './store/store.ts';
import type { Chunk, DocumentRecord, IdRanges } from './types.ts';

/** A chunk and the document it is of. */
export interface LocatedChunk extends Chunk {
  readonly chunkId: number;
  readonly document: DocumentRecord;
}

/** The chunk with its document as passages name it. */
export const withDocumentName = ({
  document,
  ...chunk
}: LocatedChunk): Omit<LocatedChunk, 'document'> & { documentId: string; documentName: string } => ({
  ...chunk,
  documentId: document.id,
  documentName: document.name,
});

/** Codes of a document's vectors, as `encodeVectors` writes them. */
export interface DocumentCodes {
  readonly document: DocumentRecord;
  readonly firstChunkId: number;
  readonly count: number;
  readonly codes: Uint8Array;
}

interface OpenFiles {
  /** By the name of the file. */
  readonly rows: ReadonlyMap<string, OpenRows>;
  readonly terms: readonly KeptSegment[];
}

interface Entry {
  readonly document: DocumentRecord;
  /** Compaction moves rows. */
  extent: Extent;
  rows: OpenRows;
}

/** A document that is not in memory yet, with the codes that were read. */
interface Fresh {
  readonly entry: Entry;
  readonly codes: Uint8Array;
}

/** What a document's passages are shown from. */
interface Shown {
  readonly text: string;
  readonly table: StoredChunks['table'];
}

/**
 * Characters of texts kept in memory for showing passages; a text is read from disk in about a millisecond. The
 * text used last is kept whatever its length.
 */
const MAX_TEXT_CHARACTERS = 8_000_000;

const idsOf = ({ firstChunkId, chunks }: Extent): number[] =>
  Array.from({ length: chunks }, (_, ordinal) => firstChunkId + ordinal);

/**
 * The searchable side of a collection under one fingerprint: two indexes over what the store holds, and the table
 * from chunk ids to documents. Codes are in memory; vectors and terms are read from the disk as they are needed.
 */
export class LibraryIndex {
  readonly fingerprintKey: string;
  readonly vectors: VectorIndex;
  readonly #store: Store;
  readonly #terms: LibraryTerms;
  readonly #vector: Float32Array<ArrayBuffer>;
  readonly #vectorBytes: Uint8Array<ArrayBuffer>;
  readonly #entries = new Map<string, Entry>();
  /** Sorted by first chunk id, for finding the document of a chunk. */
  #order: Entry[] = [];
  readonly #shown = new Map<string, Shown>();
  #shownCharacters = 0;
  /** Hashes of texts by document; read when they are first asked for. */
  #hashes: Promise<Map<string, BigUint64Array>> | undefined;

  /** Empty until `follow`. */
  constructor(
    store: Store,
    fingerprintKey: string,
    dimensions: number,
    createIndex: (dimensions: number, readVector: ReadVector) => VectorIndex,
  ) {
    this.#store = store;
    this.fingerprintKey = fingerprintKey;
    this.#terms = new LibraryTerms(store.terms, fingerprintKey);
    this.#vector = new Float32Array(dimensions);
    this.#vectorBytes = new Uint8Array(this.#vector.buffer);
    this.vectors = createIndex(dimensions, (chunkId) => this.#readVector(chunkId));
  }

  get keywords(): KeywordIndex {
    return this.#terms.index;
  }

  get documents(): DocumentRecord[] {
    return [...this.#entries.values()].map(({ document }) => document);
  }

  get chunks(): number {
    return this.#order.reduce((chunks, { extent }) => chunks + extent.chunks, 0);
  }

  /** How many chunks words don't find, until `mendTerms`. */
  get chunksWithoutTerms(): number {
    return this.#order.reduce(
      (sum, { extent }) => sum + (this.keywords.has(extent.firstChunkId) ? 0 : extent.chunks),
      0,
    );
  }

  /** Names of the files that are read from. */
  get files(): ReadonlySet<string> {
    return new Set([...this.#order.map(({ extent }) => extent.file), ...this.#terms.files]);
  }

  /**
   * Adds what was just committed, if it is not there yet.
   * @throws SatchelError of the vector index (`index-full`, …); nothing was added then.
   */
  async add(document: DocumentRecord, extent: Extent, indexed: IndexedChunks): Promise<void> {
    const file = await this.#store.documents.rowFile(extent.file);
    // Gone or moved by another tab, which has told us.
    if (!file) return;
    const rows = await this.#store.documents.openRows(file);
    if (this.#has(extent)) return;
    // Another tab has deleted and this one has added it again.
    this.remove(document.id);
    this.vectors.add(idsOf(extent), { codes: indexed.codes, vectors: () => indexed.vectors });
    this.#addEntry({ document, extent, rows });
    this.#terms.add(indexed.terms, extent);
    this.#updateHashes((hashes) => hashes.set(document.id, indexed.hashes));
  }

  remove(documentId: string): void {
    const entry = this.#entries.get(documentId);
    if (!entry) return;
    this.vectors.remove(idsOf(entry.extent));
    this.#terms.remove(entry.extent.firstChunkId);
    this.#entries.delete(documentId);
    this.#forget(documentId);
    this.#updateHashes((hashes) => hashes.delete(documentId));
    this.#order = this.#order.filter((other) => other !== entry);
  }

  /**
   * Brings memory to the state of the store: what was committed, deleted or moved, by this tab or another. Not while
   * `add`, `remove` or another `follow` is at work.
   * @returns documents whose rows are damaged; they are not searched. Without terms a document is found by meaning.
   * @throws SatchelError of the vector index, and of the store.
   */
  async follow(): Promise<Extent[]> {
    const manifest = this.#store.documents.manifest(this.fingerprintKey);
    const opening = manifest.files.then((files) => this.#openFiles(files));
    const reading = Promise.all([manifest.extents, opening]).then(([extents, { rows }]) =>
      this.#readCodes(extents, rows),
    );
    const [records, extents, files, codes] = await Promise.all([
      manifest.records,
      manifest.extents,
      opening,
      reading,
    ]);
    return this.#apply(records, extents, files, codes);
  }

  /** Of documents that are not in memory yet; without those that are damaged. */
  #readCodes(extents: readonly Extent[], rows: OpenFiles['rows']): Map<Extent, Uint8Array> {
    const fresh = new Map<OpenRows, Extent[]>();
    for (const extent of extents) {
      const opened = rows.get(extent.file);
      if (!opened || this.#has(extent)) continue;
      const added = fresh.get(opened) ?? [];
      added.push(extent);
      fresh.set(opened, added);
    }
    return new Map([...fresh].flatMap(([opened, added]) => [...opened.codes(added)]));
  }

  /** Those that can be read. */
  async #openFiles({ rowFiles, termFiles }: ManifestFiles): Promise<OpenFiles> {
    const rows = new Map<string, OpenRows>();
    const openRows = async (file: RowFile): Promise<void> => {
      const opened = await this.#store.documents.openRows(file).catch(unless('index-corrupt'));
      if (opened) rows.set(file.name, opened);
    };
    const [terms] = await Promise.all([this.#terms.open(termFiles), ...rowFiles.map(openRows)]);
    return { rows, terms };
  }

  /** Texts that this tab knows to be in the collection. */
  async knownTexts(): Promise<KnownTexts[]> {
    this.#hashes ??= this.#store.documents.hashes(this.fingerprintKey).then((all) => new Map(all));
    const hashes = await this.#hashes.catch((error: unknown) => {
      this.#hashes = undefined;
      throw error;
    });
    return Array.from(hashes, ([documentId, own]) => ({
      hashes: own,
      read: () => this.#store.documents.embedded(this.fingerprintKey, documentId),
    }));
  }

  /** Merges terms where it pays: see `LibraryTerms`. @throws SatchelError `index-corrupt`. */
  mergeTerms(): ReturnType<LibraryTerms['merge']> {
    return this.#terms.merge();
  }

  /** After a search or a merge threw `index-corrupt`: see `LibraryTerms`. @returns whether terms were damaged. */
  dropDamagedTerms(): boolean {
    return this.#terms.dropDamaged();
  }

  /**
   * Makes terms of the stored texts for documents that lack them: theirs were damaged, or of an earlier tokenizer.
   * @returns whether there were any.
   */
  async mendTerms(): Promise<boolean> {
    const lacking = this.#order.filter(({ extent }) => !this.keywords.has(extent.firstChunkId));
    for (const { document, extent } of lacking) {
      const shown = await this.#readShown(document.id).catch(unless('document-not-found'));
      if (!shown) continue;
      const terms = encodeTerms(contents(tabledChunks(shown.table, shown.text), document.name));
      await this.#terms.put(terms, extent);
      if (this.#has(extent) && !this.keywords.has(extent.firstChunkId)) this.#terms.add(terms, extent);
    }
    await this.#terms.forgetDamaged();
    return lacking.length > 0;
  }

  /** The ids of these documents' chunks. */
  rangesOf(documentIds: readonly string[]): IdRanges {
    const wanted = new Set(documentIds);
    return this.#order
      .filter(({ document }) => wanted.has(document.id))
      .map(({ extent }) => [extent.firstChunkId, extent.firstChunkId + extent.chunks]);
  }

  /** Codes of all vectors, by ascending chunk id, read from the disk document by document; without damaged ones. */
  *codes(): Generator<DocumentCodes> {
    for (const { document, extent, rows } of [...this.#order]) {
      const codes = rows.codes([extent]).get(extent);
      if (codes) yield { document, firstChunkId: extent.firstChunkId, count: extent.chunks, codes };
    }
  }

  /** @throws SatchelError of the store. */
  vectorOf(chunkId: number): Float32Array {
    return this.#readVector(chunkId).slice();
  }

  /** The chunk that a place in a document lies in; undefined when the document is gone. */
  async chunkAt(documentId: string, start: number): Promise<number | undefined> {
    const entry = this.#entries.get(documentId);
    const shown = entry && (await this.#show(documentId));
    if (!shown) return undefined;
    const ordinal = shown.table.starts.findLastIndex((from) => from <= start);
    return entry.extent.firstChunkId + Math.max(ordinal, 0);
  }

  /**
   * The chunks with these ids, in the same order, without those whose document was deleted since the search:
   * that must not cost the question its answer.
   */
  async locate(chunkIds: readonly number[]): Promise<LocatedChunk[]> {
    const located: LocatedChunk[] = [];
    for (const chunkId of chunkIds) {
      const entry = this.#entryOf(chunkId);
      const shown = entry && (await this.#show(entry.document.id));
      if (!shown) continue;
      const chunk = tabledChunk(shown.table, shown.text, chunkId - entry.extent.firstChunkId);
      located.push({ ...chunk, chunkId, document: entry.document });
    }
    return located;
  }

  #apply(
    manifest: ManifestRecords,
    extents: readonly Extent[],
    { rows, terms }: OpenFiles,
    codes: ReadonlyMap<Extent, Uint8Array>,
  ): Extent[] {
    const records = new Map(manifest.documents.map((record) => [record.id, record]));
    const stored = new Map(extents.map((extent) => [extent.documentId, extent]));
    for (const { extent } of this.#order) {
      if (stored.get(extent.documentId)?.firstChunkId !== extent.firstChunkId) this.remove(extent.documentId);
    }
    this.#terms.apply(terms, manifest.terms, stored);
    const fresh: Fresh[] = [];
    const damaged: Extent[] = [];
    for (const extent of extents) {
      const document = records.get(extent.documentId);
      const opened = rows.get(extent.file);
      const entry = this.#entries.get(extent.documentId);
      const own = codes.get(extent);
      if (!document) continue;
      if (entry && opened) Object.assign(entry, { extent, rows: opened });
      else if (opened && own) fresh.push({ entry: { document, extent, rows: opened }, codes: own });
      else damaged.push(extent);
    }
    if (fresh.length > 0) this.#addStored(fresh);
    for (const { documentId, firstChunkId } of damaged) {
      this.remove(documentId);
      this.#terms.remove(firstChunkId);
    }
    return damaged;
  }

  #addStored(fresh: Fresh[]): void {
    this.#hashes = undefined;
    // In the order of the ids: an index passes over what a filter leaves out in long runs.
    fresh.sort((a, b) => a.entry.extent.firstChunkId - b.entry.extent.firstChunkId);
    for (const { entries, codes } of runsOf(fresh)) {
      const ids = entries.flatMap(({ extent }) => idsOf(extent));
      this.vectors.add(ids, {
        codes,
        vectors: () => joined(entries.map(({ extent, rows }) => rows.vectors(extent))),
      });
      for (const entry of entries) this.#addEntry(entry);
    }
  }

  /** Not when the document was deleted and added again since. */
  #has({ documentId, firstChunkId }: Extent): boolean {
    return this.#entries.get(documentId)?.extent.firstChunkId === firstChunkId;
  }

  #addEntry(entry: Entry): void {
    this.#entries.set(entry.document.id, entry);
    const { firstChunkId } = entry.extent;
    const at = this.#order.findLastIndex((other) => other.extent.firstChunkId < firstChunkId);
    this.#order.splice(at + 1, 0, entry);
  }

  /** When they were asked for. */
  #updateHashes(update: (hashes: Map<string, BigUint64Array>) => unknown): void {
    this.#hashes?.then(update, () => undefined);
  }

  #readVector(chunkId: number): Float32Array {
    const entry = this.#entryOf(chunkId);
    if (!entry) throw new SatchelError('internal', { reason: `no chunk ${chunkId}` });
    entry.rows.readVector(entry.extent.firstRow + chunkId - entry.extent.firstChunkId, this.#vectorBytes);
    return this.#vector;
  }

  /** Undefined when the document is gone. */
  async #show(documentId: string): Promise<Shown | undefined> {
    const shown =
      this.#shown.get(documentId) ?? (await this.#readShown(documentId).catch(unless('document-not-found')));
    // Reinserting keeps the map in order of last use.
    this.#forget(documentId);
    if (!shown || !this.#entries.has(documentId)) return undefined;
    this.#shown.set(documentId, shown);
    this.#shownCharacters += shown.text.length;
    for (const oldest of this.#shown.keys()) {
      if (this.#shownCharacters <= MAX_TEXT_CHARACTERS || oldest === documentId) break;
      this.#forget(oldest);
    }
    return shown;
  }

  async #readShown(documentId: string): Promise<Shown> {
    const { documents } = this.#store;
    const [{ text }, { table }] = await Promise.all([
      documents.text(documentId),
      documents.chunks(this.fingerprintKey, documentId),
    ]);
    return { text, table };
  }

  #forget(documentId: string): void {
    this.#shownCharacters -= this.#shown.get(documentId)?.text.length ?? 0;
    this.#shown.delete(documentId);
  }

  #entryOf(chunkId: number): Entry | undefined {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#order[middle]?.extent.firstChunkId ?? 0) <= chunkId) low = middle + 1;
      else high = middle;
    }
    const entry = this.#order[low - 1];
    return entry && chunkId < entry.extent.firstChunkId + entry.extent.chunks ? entry : undefined;
  }
}

interface Run {
  readonly entries: Entry[];
  codes: Uint8Array;
}

/**
 * Documents whose rows follow one upon the other in a file: an index takes 100,000 chunks in a few calls in a third of
 * the time that one call for each document takes.
 */
function* runsOf(fresh: readonly Fresh[]): Generator<Run> {
  let run: Run | undefined;
  for (const { entry, codes: own } of fresh) {
    const last = run?.entries.at(-1);
    const follows =
      last?.rows === entry.rows && last.extent.firstRow + last.extent.chunks === entry.extent.firstRow;
    if (run && follows) {
      run.entries.push(entry);
      const { buffer, byteOffset, length } = run.codes;
      run.codes = new Uint8Array(buffer, byteOffset, length + own.length);
      continue;
    }
    if (run) yield run;
    run = { entries: [entry], codes: own };
  }
  if (run) yield run;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
