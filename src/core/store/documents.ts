import { SatchelError, unless } from '../errors.ts';
import { fingerprintKey } from '../fingerprint.ts';
import type { Block, Collection, DocumentRecord } from '../types.ts';
import type { Copies } from './copies.ts';
import type { Database } from './database.ts';
import { partialsOf } from './pending.ts';
import { discardCleared } from './restore.ts';
import type { OpenRows, Place, RowLog } from './row-log.ts';
import {
  allOf,
  COPIES,
  type Extent,
  type IndexedChunks,
  type PendingFile,
  type RowFile,
  type StoredChunks,
  type StoredCollection,
  type StoredText,
  type TermFile,
} from './schema.ts';
import { together, write, type Writing } from './write.ts';

/** Everything of one document, ready to be committed. */
export interface Commit {
  readonly document: DocumentRecord;
  readonly file: Blob;
  readonly text: StoredText;
  readonly indexed: IndexedChunks;
  readonly fingerprintKey: string;
  readonly ingestId: string;
}

/**
 * What there is under a fingerprint, and where it lies, as it is at one moment. Parts come one after the other, each in
 * time to be worked on while the next is read.
 */
export interface Manifest {
  readonly files: Promise<ManifestFiles>;
  readonly extents: Promise<readonly Extent[]>;
  readonly records: Promise<ManifestRecords>;
}

export interface ManifestFiles {
  readonly rowFiles: readonly RowFile[];
  readonly termFiles: readonly TermFile[];
}

export interface ManifestRecords {
  readonly documents: readonly DocumentRecord[];
  /** Of documents whose terms are in no file. */
  readonly terms: readonly DocumentTerms[];
}

/** The terms of one document, as its commit has written them. */
export interface DocumentTerms {
  readonly documentId: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Stores with an entry for each document under each fingerprint. */
const INDEXED = ['extents', 'chunks', 'terms'] as const;

const othersThan = (key: string): IDBKeyRange[] => [
  IDBKeyRange.upperBound([key], true),
  IDBKeyRange.lowerBound([key, []], true),
];

interface RowFileStore {
  get(name: string): Promise<RowFile | undefined>;
  put(file: RowFile): Promise<unknown>;
  delete(name: string): Promise<void>;
}

/** A file whose rows are all dead leaves the manifest; `sweep` removes it from the disk. */
async function countDead(
  files: RowFileStore,
  extents: readonly Pick<Extent, 'file' | 'chunks'>[],
): Promise<void> {
  const dead = new Map<string, number>();
  for (const { file, chunks } of extents) dead.set(file, (dead.get(file) ?? 0) + chunks);
  for (const [name, rows] of dead) {
    const file = await files.get(name);
    if (!file) continue;
    const deadRows = file.deadRows + rows;
    await (deadRows < file.rows ? files.put({ ...file, deadRows }) : files.delete(name));
  }
}

/** What was deleted while rows were appended counts; a file that has left the manifest since was dead up to them. */
async function extendFile(files: RowFileStore, file: RowFile, firstRow: number): Promise<void> {
  const known = await files.get(file.name);
  await files.put({ ...file, deadRows: known ? known.deadRows : firstRow });
}

/** Takes all that search needs of a document out of the manifest, under every fingerprint. */
async function removeIndexed(
  tx: Pick<Writing<['rowFiles', ...typeof INDEXED]>, 'objectStore'>,
  documentId: string,
): Promise<void> {
  const rowFiles = await tx.objectStore('rowFiles').getAll();
  const fingerprints = new Set(rowFiles.map((rows) => rows.fingerprintKey));
  const own = [...fingerprints].map((key): [string, string] => [key, documentId]);
  const extents = await Promise.all(own.map((key) => tx.objectStore('extents').get(key)));
  await together([
    ...INDEXED.flatMap((name) => own.map((key) => () => tx.objectStore(name).delete(key))),
    () =>
      countDead(
        tx.objectStore('rowFiles'),
        extents.filter((extent) => extent !== undefined),
      ),
  ]);
}

/** Stores that a commit changes. */
const CONTENT = [
  ...(['collections', 'documents', 'files', 'texts', 'copies', 'pending', 'partials', 'rowFiles'] as const),
  ...INDEXED,
] as const;

/** Stores that a deletion changes, or that what is deleted may come to. */
const REMOVING = ['documents', 'files', 'texts', 'copies', 'pending', 'rowFiles', ...INDEXED] as const;

/** @returns the document as a file that is to be indexed anew, under the name of its copy. */
async function removeDocument(
  tx: Pick<Writing<typeof REMOVING>, 'objectStore'>,
  documentId: string,
): Promise<PendingFile | undefined> {
  const [document, file, copy] = await Promise.all([
    tx.objectStore('documents').get(documentId),
    tx.objectStore('files').get(documentId),
    tx.objectStore('copies').get(documentId),
  ]);
  await removeIndexed(tx, documentId);
  await together(
    (['documents', 'files', 'texts', 'copies'] as const).map(
      (name) => () => tx.objectStore(name).delete(documentId),
    ),
  );
  if (!document || !file) return undefined;
  const { name, path, addedAt } = document;
  return { ingestId: copy ?? crypto.randomUUID(), file, name, path, addedAt, lost: 'index' };
}

/** The requests that make rows which are on the disk a part of the collection. */
function recording(
  tx: Pick<Writing<['rowFiles', ...typeof INDEXED]>, 'objectStore'>,
  extent: Extent,
  { table, hashes, terms }: IndexedChunks,
  file: RowFile,
): (() => Promise<unknown>)[] {
  const key: [string, string] = [file.fingerprintKey, extent.documentId];
  return [
    () => tx.objectStore('extents').put(extent, key),
    () => tx.objectStore('chunks').put({ table, hashes }, key),
    () => tx.objectStore('terms').put(terms, key),
    () => extendFile(tx.objectStore('rowFiles'), file, extent.firstRow),
  ];
}

/**
 * Reads and writes documents. Each writing method ends in one transaction: it happens whole or not at all. All of
 * them throw SatchelError `quota-exceeded` or `internal` besides their own codes.
 */
export class DocumentStore {
  readonly #database: Database;
  readonly #log: RowLog;
  readonly #copies: Copies;

  constructor(database: Database, log: RowLog, copies: Copies) {
    this.#database = database;
    this.#log = log;
    this.#copies = copies;
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

  /** Keeps how the collection's map is drawn; nothing when the collection is gone. */
  async putMap(id: string, map: NonNullable<StoredCollection['map']>): Promise<void> {
    await write(this.#database, ['collections'], async (tx) => {
      const collections = tx.objectStore('collections');
      const known = await collections.get(id);
      if (known) await collections.put({ ...known, map });
    });
  }

  /** Keeps the blocks of a text that was stored without them; nothing when the document is gone. */
  async putBlocks(documentId: string, blocks: readonly Block[]): Promise<void> {
    await write(this.#database, ['texts'], async (tx) => {
      const texts = tx.objectStore('texts');
      const known = await texts.get(documentId);
      if (known && !known.blocks) await texts.put({ ...known, blocks }, documentId);
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

  /** @throws SatchelError `document-not-found`. */
  async chunks(fingerprintKey: string, documentId: string): Promise<StoredChunks> {
    const chunks = await this.#database.get('chunks', [fingerprintKey, documentId]);
    if (!chunks) throw new SatchelError('document-not-found');
    return chunks;
  }

  /** Ids of the documents that have an extent. */
  async indexed(fingerprintKey: string): Promise<string[]> {
    const keys = await this.#database.getAllKeys('extents', allOf(fingerprintKey));
    return keys.map(([, documentId]) => documentId);
  }

  /** All that a search needs to know. Every promise rejects when it can't be read. */
  manifest(fingerprintKey: string): Manifest {
    const tx = this.#database.transaction(['documents', 'extents', 'terms', 'rowFiles', 'termFiles']);
    const isOwn = (file: { readonly fingerprintKey: string }): boolean =>
      file.fingerprintKey === fingerprintKey;
    const files = async (): Promise<ManifestFiles> => {
      const [rowFiles, termFiles] = await Promise.all([
        tx.objectStore('rowFiles').getAll(),
        tx.objectStore('termFiles').getAll(),
      ]);
      return { rowFiles: rowFiles.filter(isOwn), termFiles: termFiles.filter(isOwn) };
    };
    const range = allOf(fingerprintKey);
    const records = async (): Promise<ManifestRecords> => {
      const [documents, keys, terms] = await Promise.all([
        tx.objectStore('documents').getAll(),
        tx.objectStore('terms').getAllKeys(range),
        tx.objectStore('terms').getAll(range),
      ]);
      return {
        documents,
        terms: terms.map((bytes, i) => ({ documentId: keys[i]?.[1] ?? '', bytes })),
      };
    };
    // Requests of a transaction are answered in the order in which they are made.
    return { files: files(), extents: tx.objectStore('extents').getAll(range), records: records() };
  }

  rowFile(name: string): Promise<RowFile | undefined> {
    return this.#database.get('rowFiles', name);
  }

  /** @throws SatchelError `index-corrupt`. */
  openRows(file: RowFile): Promise<OpenRows> {
    return this.#log.open(file);
  }

  /** Hashes of the chunks of every document, by its id: see `hashTexts`. */
  async hashes(fingerprintKey: string): Promise<[documentId: string, hashes: BigUint64Array][]> {
    const tx = this.#database.transaction('chunks');
    const [keys, chunks] = await Promise.all([
      tx.store.getAllKeys(allOf(fingerprintKey)),
      tx.store.getAll(allOf(fingerprintKey)),
    ]);
    return chunks.map(({ hashes }, i) => [keys[i]?.[1] ?? '', hashes]);
  }

  /** What was embedded of a document; undefined when it is gone. @throws SatchelError `index-corrupt`. */
  async embedded(
    fingerprintKey: string,
    documentId: string,
  ): Promise<{ hashes: BigUint64Array; vectors: Float32Array<ArrayBuffer> } | undefined> {
    const key: [string, string] = [fingerprintKey, documentId];
    const tx = this.#database.transaction(['extents', 'chunks', 'rowFiles']);
    const [extent, chunks] = await Promise.all([
      tx.objectStore('extents').get(key),
      tx.objectStore('chunks').get(key),
    ]);
    const file = extent && (await tx.objectStore('rowFiles').get(extent.file));
    if (!extent || !chunks || !file) return undefined;
    return { hashes: chunks.hashes, vectors: (await this.#log.open(file)).vectors(extent) };
  }

  /**
   * Makes a document visible, in place of the one with its id if there is one, and its pending file gone, in one
   * transaction.
   * @throws SatchelError `aborted` when the file is pending no more (another tab cancelled it),
   * `fingerprint-mismatch` when the collection has gone over to another embedder since.
   */
  async commit(collectionId: string, commit: Commit): Promise<Extent> {
    const { document, file, text, indexed, ingestId, fingerprintKey: key } = commit;
    return this.#removingCopyOf(document.id, () =>
      this.#log.append(key, indexed, (place, rowFile) =>
        write(this.#database, CONTENT, async (tx) => {
          const collections = tx.objectStore('collections');
          const [collection, pending] = await Promise.all([
            collections.get(collectionId),
            tx.objectStore('pending').getKey(ingestId),
          ]);
          if (!collection || pending === undefined) throw new SatchelError('aborted');
          if (fingerprintKey(collection.fingerprint) !== key) {
            throw new SatchelError('fingerprint-mismatch', { collection: collection.fingerprint.embedder });
          }
          if ((await tx.objectStore('documents').getKey(document.id)) !== undefined) {
            await removeIndexed(tx, document.id);
          }
          const extent = extentOf(document.id, indexed, collection.nextChunkId, place);
          await together([
            () => collections.put({ ...collection, nextChunkId: extent.firstChunkId + extent.chunks }),
            () => tx.objectStore('documents').put(document),
            () => tx.objectStore('files').put(file, document.id),
            () => tx.objectStore('texts').put(text, document.id),
            () => tx.objectStore('copies').put(ingestId, document.id),
            ...recording(tx, extent, indexed, rowFile),
            () => tx.objectStore('pending').delete(ingestId),
            () => tx.objectStore('partials').delete(partialsOf(ingestId)),
          ]);
          return extent;
        }),
      ),
    );
  }

  /** @param record takes the copy away that the document has now. */
  async #removingCopyOf<T>(documentId: string, record: (copy?: string) => Promise<T>): Promise<T> {
    const copy = await this.#database.get('copies', documentId);
    return this.#copies.change([], copy === undefined ? [] : [copy], () => record(copy));
  }

  /** Deletes a document, its file, text, chunks and vectors (of every fingerprint). */
  async remove(documentId: string): Promise<void> {
    const isRemoved = await this.#removingCopyOf(documentId, (copy) =>
      write(this.#database, REMOVING, async (tx) => {
        // Another tab has put the document in the queue again, or another in its place.
        if ((await tx.objectStore('copies').get(documentId)) !== copy) throw new SatchelError('aborted');
        await removeDocument(tx, documentId);
        return true;
      }),
    ).catch(unless('aborted'));
    if (!isRemoved) await this.remove(documentId);
  }

  /** Has a document read and indexed anew, from its file, unless what is damaged has been moved or replaced since. */
  async requeue(fingerprintKey: string, { documentId, file, firstRow }: Extent): Promise<void> {
    await write(this.#database, REMOVING, async (tx) => {
      const known = await tx.objectStore('extents').get([fingerprintKey, documentId]);
      if (known?.file !== file || known.firstRow !== firstRow) return;
      const pending = await removeDocument(tx, documentId);
      if (pending) await tx.objectStore('pending').put(pending);
    });
  }

  /** Deletes every document, pending file and collection. */
  async clear(): Promise<void> {
    const names = [...CONTENT, 'termFiles', 'segments'] as const;
    await discardCleared(this.#database, this.#copies, () =>
      write(this.#database, [...names, 'copiesState'], async (tx) => {
        const states = tx.objectStore('copiesState');
        const state = await states.get(COPIES);
        await together(names.map((name) => () => tx.objectStore(name).clear()));
        if (!state) return;
        const cleared = [...state.cleared, state.folder];
        await states.put({ ...state, folder: crypto.randomUUID(), cleared }, COPIES);
      }),
    );
  }

  /**
   * Adds what search needs of a document that is being embedded anew; search does not see it before
   * `switchFingerprint`. A document that was deleted meanwhile stays deleted.
   */
  async putIndexed(
    collectionId: string,
    key: string,
    documentId: string,
    indexed: IndexedChunks,
  ): Promise<void> {
    await this.#log.append(key, indexed, (place, rowFile) =>
      write(this.#database, ['collections', 'documents', 'rowFiles', ...INDEXED], async (tx) => {
        const collections = tx.objectStore('collections');
        const [collection, document, known] = await Promise.all([
          collections.get(collectionId),
          tx.objectStore('documents').getKey(documentId),
          tx.objectStore('extents').getKey([key, documentId]),
        ]);
        if (!collection || document === undefined || known) return;
        const extent = extentOf(documentId, indexed, collection.nextChunkId, place);
        await together([
          () => collections.put({ ...collection, nextChunkId: extent.firstChunkId + extent.chunks }),
          ...recording(tx, extent, indexed, rowFile),
        ]);
      }),
    );
  }

  /** Puts the rows of a document that version 1 has stored where this version looks for them. */
  async adopt(key: [string, string], indexed: IndexedChunks): Promise<void> {
    const [fingerprint, documentId] = key;
    await this.#log.append(fingerprint, indexed, (place, rowFile) =>
      write(this.#database, ['segments', 'documents', 'rowFiles', ...INDEXED], async (tx) => {
        const segment = await tx.objectStore('segments').get(key);
        // Another tab has done it.
        if (!segment) return;
        const document = await tx.objectStore('documents').getKey(documentId);
        const extent = extentOf(documentId, indexed, segment.firstChunkId, place);
        await together([
          () => tx.objectStore('segments').delete(key),
          ...(document === undefined ? [] : recording(tx, extent, indexed, rowFile)),
        ]);
      }),
    );
  }

  /**
   * Makes another fingerprint the collection's own and deletes what search needs under all others, in one step.
   * @returns false, with nothing changed, while a document has no extent under it yet: it may have been
   * added just now.
   */
  async switchFingerprint(collectionId: string, fingerprint: Collection['fingerprint']): Promise<boolean> {
    const key = fingerprintKey(fingerprint);
    const names = ['collections', 'documents', 'rowFiles', 'termFiles', ...INDEXED] as const;
    return write(this.#database, names, async (tx) => {
      const collections = tx.objectStore('collections');
      const documents = tx.objectStore('documents');
      const [collection, records, extents, files, termFiles] = await Promise.all([
        collections.get(collectionId),
        documents.getAll(),
        tx.objectStore('extents').getAll(allOf(key)),
        tx.objectStore('rowFiles').getAll(),
        tx.objectStore('termFiles').getAll(),
      ]);
      if (!collection) return true;
      const chunks = new Map(extents.map((extent) => [extent.documentId, extent.chunks]));
      if (!records.every(({ id }) => chunks.has(id))) return false;
      const isOther = (file: { readonly fingerprintKey: string }): boolean => file.fingerprintKey !== key;
      await together([
        () => collections.put({ ...collection, fingerprint }),
        ...INDEXED.flatMap((name) =>
          othersThan(key).map((range) => () => tx.objectStore(name).delete(range)),
        ),
        ...files.filter(isOther).map(
          ({ name }) =>
            () =>
              tx.objectStore('rowFiles').delete(name),
        ),
        ...termFiles.filter(isOther).map(
          ({ name }) =>
            () =>
              tx.objectStore('termFiles').delete(name),
        ),
        ...records.map((record) => () => documents.put({ ...record, chunks: chunks.get(record.id) ?? 0 })),
      ]);
      return true;
    });
  }
}

const extentOf = (
  documentId: string,
  { table }: IndexedChunks,
  firstChunkId: number,
  place: Place,
): Extent => ({ documentId, firstChunkId, chunks: table.starts.length, ...place });
