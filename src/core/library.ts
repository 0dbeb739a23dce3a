import { KeywordIndex } from './4-index/keyword-index.ts';
import type { VectorIndex } from './4-index/vector-index.ts';
import { SatchelError } from './errors.ts';
import type { DocumentStore } from './store/documents.ts';
import type { Segment, StoredText } from './store/schema.ts';
import type { Chunk, DocumentRecord } from './types.ts';

/** A chunk and the document it is of. */
export interface LocatedChunk extends Chunk {
  readonly chunkId: number;
  readonly document: DocumentRecord;
}

interface Entry {
  readonly document: DocumentRecord;
  readonly segment: Omit<Segment, 'vectors'>;
}

/**
 * Characters of texts kept in memory for showing passages; a text is read from disk in about a millisecond. The
 * text used last is kept whatever its length.
 */
const MAX_TEXT_CHARACTERS = 8_000_000;

const ifNotFound = (error: unknown): undefined => {
  if (!(error instanceof SatchelError) || error.code !== 'document-not-found') throw error;
};

/**
 * The searchable side of a collection: what the store holds, in memory, as two indexes and the table from
 * chunk ids to places in documents.
 */
export class LibraryIndex {
  readonly keywords = new KeywordIndex();
  readonly vectors: VectorIndex;
  readonly #store: DocumentStore;
  readonly #entries = new Map<string, Entry>();
  /** Sorted by first chunk id, for finding the document of a chunk. */
  #order: Entry[] = [];
  readonly #texts = new Map<string, StoredText>();
  #textCharacters = 0;

  constructor(store: DocumentStore, vectors: VectorIndex) {
    this.#store = store;
    this.vectors = vectors;
  }

  get documents(): DocumentRecord[] {
    return [...this.#entries.values()].map(({ document }) => document);
  }

  get chunks(): number {
    return this.keywords.size;
  }

  get segments(): Omit<Segment, 'vectors'>[] {
    return [...this.#entries.values()].map(({ segment }) => segment);
  }

  has(documentId: string): boolean {
    return this.#entries.has(documentId);
  }

  /**
   * A document that is there already is replaced.
   * @throws SatchelError of the vector index (`index-full`, …); nothing was added then.
   */
  add(document: DocumentRecord, { vectors, ...segment }: Segment): void {
    this.remove(document.id);
    const count = segment.chunks.starts.length;
    const ids = Array.from({ length: count }, (_, ordinal) => segment.firstChunkId + ordinal);
    this.vectors.add(ids, new Float32Array(vectors));
    this.keywords.add(segment.firstChunkId, segment.terms);
    const entry = { document, segment };
    this.#entries.set(document.id, entry);
    const at = this.#order.findLastIndex((other) => other.segment.firstChunkId < segment.firstChunkId);
    this.#order.splice(at + 1, 0, entry);
  }

  remove(documentId: string): void {
    const entry = this.#entries.get(documentId);
    if (!entry) return;
    const { firstChunkId, chunks } = entry.segment;
    this.vectors.remove(Array.from(chunks.starts, (_, ordinal) => firstChunkId + ordinal));
    this.keywords.remove(firstChunkId);
    this.#entries.delete(documentId);
    this.#forgetText(documentId);
    this.#order = this.#order.filter((other) => other !== entry);
  }

  /** Keeps chunks of these documents. */
  filterOf(documentIds: readonly string[]): (chunkId: number) => boolean {
    const wanted = new Set(documentIds);
    return (chunkId) => wanted.has(this.#entryOf(chunkId)?.document.id ?? '');
  }

  /**
   * The chunks with these ids, in the same order, without those whose document was deleted since the search:
   * that must not cost the question its answer.
   */
  async locate(chunkIds: readonly number[]): Promise<LocatedChunk[]> {
    const located: LocatedChunk[] = [];
    for (const chunkId of chunkIds) {
      const entry = this.#entryOf(chunkId);
      if (!entry) continue;
      const { document, segment } = entry;
      const ordinal = chunkId - segment.firstChunkId;
      const start = segment.chunks.starts[ordinal] ?? 0;
      const end = segment.chunks.ends[ordinal] ?? 0;
      const page = segment.chunks.pages[ordinal] ?? 0;
      const text = (await this.#text(document.id))?.text;
      if (text === undefined) continue;
      located.push({
        chunkId,
        document,
        start,
        end,
        text: text.slice(start, end),
        headings: segment.chunks.trails[segment.chunks.trailOf[ordinal] ?? 0] ?? [],
        ...(page > 0 && { page }),
      });
    }
    return located;
  }

  /** Undefined when the document is gone. */
  async #text(documentId: string): Promise<StoredText | undefined> {
    const text = this.#texts.get(documentId) ?? (await this.#store.text(documentId).catch(ifNotFound));
    // Reinserting keeps the map in order of last use.
    this.#forgetText(documentId);
    if (!text || !this.#entries.has(documentId)) return undefined;
    this.#texts.set(documentId, text);
    this.#textCharacters += text.text.length;
    for (const oldest of this.#texts.keys()) {
      if (this.#textCharacters <= MAX_TEXT_CHARACTERS || oldest === documentId) break;
      this.#forgetText(oldest);
    }
    return text;
  }

  #forgetText(documentId: string): void {
    this.#textCharacters -= this.#texts.get(documentId)?.text.length ?? 0;
    this.#texts.delete(documentId);
  }

  #entryOf(chunkId: number): Entry | undefined {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#order[middle]?.segment.firstChunkId ?? 0) <= chunkId) low = middle + 1;
      else high = middle;
    }
    const entry = this.#order[low - 1];
    if (!entry) return undefined;
    return chunkId < entry.segment.firstChunkId + entry.segment.chunks.starts.length ? entry : undefined;
  }
}
