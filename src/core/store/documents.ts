import { SatchelError, toSatchelError } from '../errors.ts';
import type { Collection, DocumentRecord } from '../types.ts';
import type { Database } from './database.ts';
import type { Segment, StoredCollection, StoredText } from './schema.ts';

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

const partialsOf = (ingestId: string): IDBKeyRange => IDBKeyRange.bound([ingestId, 0], [ingestId, Infinity]);

/** Reads and writes documents. Each writing method is one transaction: it happens whole or not at all. */
export class DocumentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async collection(id: string): Promise<StoredCollection | undefined> {
    return this.#database.get('collections', id);
  }

  /** Makes the collection, or gives an empty one another fingerprint. Chunk ids go on from where they were. */
  async startCollection(collection: Collection): Promise<void> {
    const tx = this.#database.transaction('collections', 'readwrite', { durability: 'strict' });
    const nextChunkId = (await tx.store.get(collection.id))?.nextChunkId ?? 0;
    await Promise.all([tx.store.put({ ...collection, nextChunkId }), tx.done]);
  }

  documents(): Promise<DocumentRecord[]> {
    return this.#database.getAll('documents');
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
      .getAllKeys('segments', IDBKeyRange.bound([fingerprintKey], [fingerprintKey, []]))
      .then((keys) => keys.map(([, documentId]) => documentId));
  }

  segments(fingerprintKey: string): Promise<Segment[]> {
    return this.#database.getAll('segments', IDBKeyRange.bound([fingerprintKey], [fingerprintKey, []]));
  }

  segment(fingerprintKey: string, documentId: string): Promise<Segment | undefined> {
    return this.#database.get('segments', [fingerprintKey, documentId]);
  }

  /**
   * Makes a document visible, and its pending file gone, in one transaction.
   * @returns the segment as stored, with its chunk ids.
   * @throws SatchelError `quota-exceeded`, with everything as it was.
   */
  async commit(collectionId: string, commit: Commit): Promise<Segment> {
    const { document, file, text, fingerprintKey, ingestId } = commit;
    const tx = this.#database.transaction(
      ['collections', 'documents', 'files', 'texts', 'segments', 'pending', 'partials'],
      'readwrite',
      { durability: 'strict' },
    );
    try {
      const collections = tx.objectStore('collections');
      const collection = await collections.get(collectionId);
      if (!collection) throw new SatchelError('document-not-found', { collectionId });
      const segment = { ...commit.segment, firstChunkId: collection.nextChunkId };
      await Promise.all([
        collections.put({ ...collection, nextChunkId: collection.nextChunkId + document.chunks }),
        tx.objectStore('documents').put(document),
        tx.objectStore('files').put(file, document.id),
        tx.objectStore('texts').put(text, document.id),
        tx.objectStore('segments').put(segment, [fingerprintKey, document.id]),
        tx.objectStore('pending').delete(ingestId),
        tx.objectStore('partials').delete(partialsOf(ingestId)),
        tx.done,
      ]);
      return segment;
    } catch (error) {
      await tx.done.catch(() => undefined);
      throw toSatchelError(error);
    }
  }

  /** Deletes a document, its file, text, chunks and vectors (of every fingerprint). */
  async remove(documentId: string): Promise<void> {
    const tx = this.#database.transaction(['documents', 'files', 'texts', 'segments'], 'readwrite', {
      durability: 'strict',
    });
    const segments = tx.objectStore('segments');
    const keys = everySegment(await segments.getAllKeys(), documentId);
    await Promise.all([
      tx.objectStore('documents').delete(documentId),
      tx.objectStore('files').delete(documentId),
      tx.objectStore('texts').delete(documentId),
      ...keys.map((key) => segments.delete(key)),
      tx.done,
    ]);
  }

  /** Deletes every document, pending file and collection. */
  async clear(): Promise<void> {
    const names = ['collections', 'documents', 'files', 'texts', 'segments', 'pending', 'partials'] as const;
    const tx = this.#database.transaction(names, 'readwrite', { durability: 'strict' });
    await Promise.all([...names.map((name) => tx.objectStore(name).clear()), tx.done]);
  }

  /** Adds the segment of a document that is being embedded anew; search does not see it before `switchFingerprint`. */
  async putSegment(
    collectionId: string,
    fingerprintKey: string,
    segment: Omit<Segment, 'firstChunkId'>,
  ): Promise<void> {
    const tx = this.#database.transaction(['collections', 'segments'], 'readwrite', { durability: 'strict' });
    const collections = tx.objectStore('collections');
    const collection = await collections.get(collectionId);
    if (!collection) return;
    const count = segment.chunks.starts.length;
    await Promise.all([
      collections.put({ ...collection, nextChunkId: collection.nextChunkId + count }),
      tx
        .objectStore('segments')
        .put({ ...segment, firstChunkId: collection.nextChunkId }, [fingerprintKey, segment.documentId]),
      tx.done,
    ]);
  }

  /** Makes another fingerprint the collection's own and deletes the segments of the old one, in one step. */
  async switchFingerprint(
    collectionId: string,
    fingerprint: Collection['fingerprint'],
    oldKey: string,
    newKey: string,
  ): Promise<void> {
    const tx = this.#database.transaction(['collections', 'documents', 'segments'], 'readwrite', {
      durability: 'strict',
    });
    const collections = tx.objectStore('collections');
    const documents = tx.objectStore('documents');
    const segments = tx.objectStore('segments');
    const collection = await collections.get(collectionId);
    if (!collection) return;
    await collections.put({ ...collection, fingerprint });
    await segments.delete(IDBKeyRange.bound([oldKey], [oldKey, []]));
    for (const segment of await segments.getAll(IDBKeyRange.bound([newKey], [newKey, []]))) {
      const document = await documents.get(segment.documentId);
      if (document) await documents.put({ ...document, chunks: segment.chunks.starts.length });
    }
    await tx.done;
  }
}
