import { SatchelError } from '../errors.ts';
import { fingerprintKey } from '../fingerprint.ts';
import type { Collection, DocumentRecord } from '../types.ts';
import type { Database } from './database.ts';
import { partialsOf } from './pending.ts';
import type { Segment, StoredCollection, StoredText } from './schema.ts';
import { together, write } from './write.ts';

/** Everything of one document, ready to be committed. */
export interface Commit {
  readonly document: DocumentRecord;
  readonly file: Blob;
  readonly text: StoredText;
  /** Chunk ids are given at the commit. */
  readonly segment: Omit<Segment, 'firstChunkId'>;
  readonly fingerprintKey: string;
  readonly ingestId: string;
}

/** All rows of a document under every fingerprint: arrays sort after strings in IndexedDB keys. */
const everySegment = (keys: readonly IDBValidKey[], documentId: string): [string, string][] =>
  (keys as [string, string][]).filter(([, id]) => id === documentId);

const segmentsOf = (key: string): IDBKeyRange => IDBKeyRange.bound([key], [key, []]);

/**
 * Reads and writes documents. Each writing method is one transaction: it happens whole or not at all. All of
 * them throw SatchelError `quota-exceeded` or `internal` besides their own codes.
 */
export class DocumentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async collection(id: string): Promise<StoredCollection | undefined> {
    return this.#database.get('collections', id);
  }

  /**
   * Makes the collection, or gives an empty one another fingerprint; one with documents stays as it is. Chunk
   * ids go on from where they were.
   */
  async startCollection(collection: Collection): Promise<void> {
    await write(this.#database, ['collections', 'documents'], async (tx) => {
      const collections = tx.objectStore('collections');
      const [known, documents] = await Promise.all([
        collections.get(collection.id),
        tx.objectStore('documents').count(),
      ]);
      if (known && documents > 0) return;
      await collections.put({ ...collection, nextChunkId: known?.nextChunkId ?? 0 });
    });
  }

  documents(): Promise<DocumentRecord[]> {
    return this.#database.getAll('documents');
  }

  count(): Promise<number> {
    return this.#database.count('documents');
  }

  document(id: string): Promise<DocumentRecord | undefined> {
    return this.#database.get('documents', id);
  }

  /** @throws SatchelError `document-not-found`. */
  async text(documentId: string): Promise<StoredText> {
    const text = await this.#database.get('texts', documentId);
    if (!text) throw new SatchelError('document-not-found');
    return text;
  }

  /** @throws SatchelError `document-not-found`. */
  async file(documentId: string): Promise<Blob> {
    const file = await this.#database.get('files', documentId);
    if (!file) throw new SatchelError('document-not-found');
    return file;
  }

  segmentKeys(fingerprintKey: string): Promise<string[]> {
    return this.#database
      .getAllKeys('segments', segmentsOf(fingerprintKey))
      .then((keys) => keys.map(([, documentId]) => documentId));
  }

  segments(fingerprintKey: string): Promise<Segment[]> {
    return this.#database.getAll('segments', segmentsOf(fingerprintKey));
  }

  segment(fingerprintKey: string, documentId: string): Promise<Segment | undefined> {
    return this.#database.get('segments', [fingerprintKey, documentId]);
  }

  /**
   * Makes a document visible, and its pending file gone, in one transaction.
   * @returns the segment as stored, with its chunk ids.
   * @throws SatchelError `aborted` when the file is pending no more (another tab cancelled it),
   * `fingerprint-mismatch` when the collection has gone over to another embedder since.
   */
  async commit(collectionId: string, commit: Commit): Promise<Segment> {
    const { document, file, text, ingestId } = commit;
    return write(
      this.#database,
      ['collections', 'documents', 'files', 'texts', 'segments', 'pending', 'partials'],
      async (tx) => {
        const collections = tx.objectStore('collections');
        const [collection, pending] = await Promise.all([
          collections.get(collectionId),
          tx.objectStore('pending').getKey(ingestId),
        ]);
        if (!collection || pending === undefined) throw new SatchelError('aborted');
        if (fingerprintKey(collection.fingerprint) !== commit.fingerprintKey) {
          throw new SatchelError('fingerprint-mismatch', { collection: collection.fingerprint.embedder });
        }
        const { nextChunkId } = collection;
        const segment = { ...commit.segment, firstChunkId: nextChunkId };
        await together([
          () => collections.put({ ...collection, nextChunkId: nextChunkId + document.chunks }),
          () => tx.objectStore('documents').put(document),
          () => tx.objectStore('files').put(file, document.id),
          () => tx.objectStore('texts').put(text, document.id),
          () => tx.objectStore('segments').put(segment, [commit.fingerprintKey, document.id]),
          () => tx.objectStore('pending').delete(ingestId),
          () => tx.objectStore('partials').delete(partialsOf(ingestId)),
        ]);
        return segment;
      },
    );
  }

  /** Deletes a document, its file, text, chunks and vectors (of every fingerprint). */
  async remove(documentId: string): Promise<void> {
    await write(this.#database, ['documents', 'files', 'texts', 'segments'], async (tx) => {
      const segments = tx.objectStore('segments');
      const keys = everySegment(await segments.getAllKeys(), documentId);
      await together([
        () => tx.objectStore('documents').delete(documentId),
        () => tx.objectStore('files').delete(documentId),
        () => tx.objectStore('texts').delete(documentId),
        ...keys.map((key) => () => segments.delete(key)),
      ]);
    });
  }

  /** Deletes every document, pending file and collection. */
  async clear(): Promise<void> {
    const names = ['collections', 'documents', 'files', 'texts', 'segments', 'pending', 'partials'] as const;
    await write(this.#database, names, (tx) =>
      together(names.map((name) => () => tx.objectStore(name).clear())),
    );
  }

  /**
   * Adds the segment of a document that is being embedded anew; search does not see it before
   * `switchFingerprint`. A document that was deleted meanwhile stays deleted.
   */
  async putSegment(
    collectionId: string,
    fingerprintKey: string,
    segment: Omit<Segment, 'firstChunkId'>,
  ): Promise<void> {
    const { documentId } = segment;
    await write(this.#database, ['collections', 'documents', 'segments'], async (tx) => {
      const collections = tx.objectStore('collections');
      const [collection, document] = await Promise.all([
        collections.get(collectionId),
        tx.objectStore('documents').getKey(documentId),
      ]);
      if (!collection || document === undefined) return;
      const { nextChunkId: firstChunkId } = collection;
      const nextChunkId = firstChunkId + segment.chunks.starts.length;
      await together([
        () => collections.put({ ...collection, nextChunkId }),
        () => tx.objectStore('segments').put({ ...segment, firstChunkId }, [fingerprintKey, documentId]),
      ]);
    });
  }

  /**
   * Makes another fingerprint the collection's own and deletes the segments of all others, in one step.
   * @returns false, with nothing changed, while a document has no segment under it yet: it may have been
   * added just now.
   */
  async switchFingerprint(collectionId: string, fingerprint: Collection['fingerprint']): Promise<boolean> {
    const key = fingerprintKey(fingerprint);
    return write(this.#database, ['collections', 'documents', 'segments'], async (tx) => {
      const collections = tx.objectStore('collections');
      const documents = tx.objectStore('documents');
      const segments = tx.objectStore('segments');
      const [collection, records] = await Promise.all([collections.get(collectionId), documents.getAll()]);
      if (!collection) return true;
      const recut: DocumentRecord[] = [];
      // One at a time: all vectors of a large collection do not fit in memory twice.
      for (const record of records) {
        const segment = await segments.get([key, record.id]);
        if (!segment) return false;
        recut.push({ ...record, chunks: segment.chunks.starts.length });
      }
      await together([
        () => collections.put({ ...collection, fingerprint }),
        () => segments.delete(IDBKeyRange.upperBound([key], true)),
        () => segments.delete(IDBKeyRange.lowerBound([key, []], true)),
        ...recut.map((record) => () => documents.put(record)),
      ]);
      return true;
    });
  }
}
