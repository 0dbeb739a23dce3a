import { sentenceChunker } from './2-chunk/sentence-chunker.ts';
import type { LoadedEmbedder, LoadProgress } from './3-embed/embedder.ts';
import { embedders } from './3-embed/registry.ts';
import { vectorIndexes } from './4-index/registry.ts';
import { calibrationOf } from './7-answer/calibration.ts';
import { ask } from './ask.ts';
import { Channel } from './channel.ts';
import { embedderName, settingsOf } from './embedder-choice.ts';
import { SatchelError, toErrorData, type ErrorData } from './errors.ts';
import { fingerprintKey } from './fingerprint.ts';
import { IngestQueue } from './ingest-queue.ts';
import { CHUNK_TOKENS, type IngestDependencies } from './ingest.ts';
import { LibraryIndex } from './library.ts';
import { reindexDocument } from './reindex.ts';
import type {
  AskEvent,
  AskOptions,
  DocumentSource,
  IngestEvent,
  Library,
  PrepareEvent,
  ReindexEvent,
  RetrievalService,
  RetrievalSettings,
} from './service.ts';
import { openDatabase } from './store/database.ts';
import { DocumentStore } from './store/documents.ts';
import { PendingStore } from './store/pending.ts';
import type { StoredCollection } from './store/schema.ts';
import type { FileInput, Fingerprint } from './types.ts';

/** There is one collection so far; the store is ready for more. */
const COLLECTION = 'default';
/** Tells other tabs that the collection has changed. */
const CHANNEL = 'satchel-library';

type Embedding = LoadedEmbedder & { readonly complete: Fingerprint; readonly key: string };
type OnBytes = (loadedBytes: number, totalBytes: number) => void;

export interface RetrievalDependencies {
  readonly parse: IngestDependencies['parse'];
  /** Another name keeps checks and benchmarks apart from a person's own documents. */
  readonly databaseName?: string;
}

interface Opened {
  readonly documents: DocumentStore;
  readonly pending: PendingStore;
  readonly queue: IngestQueue;
  settings: RetrievalSettings;
  collection: StoredCollection | undefined;
  library: LibraryIndex | undefined;
  indexError: ErrorData | undefined;
}

/** The retrieval worker's service: puts the parts of the pipeline together over one store. */
export class RetrievalWorkerService implements RetrievalService {
  readonly #dependencies: RetrievalDependencies;
  #opened: Promise<Opened> | undefined;
  readonly #embeddings = new Map<string, Promise<Embedding>>();
  readonly #channel = new BroadcastChannel(CHANNEL);

  constructor(dependencies: RetrievalDependencies) {
    this.#dependencies = dependencies;
    this.#channel.onmessage = () => void this.#refresh();
  }

  async open(settings: RetrievalSettings): Promise<Library> {
    const before = this.#opened;
    this.#opened = before ? this.#reopen(before, settings) : this.#open(settings);
    // A failed opening must not stand in the way of the next try.
    this.#opened.catch(() => (this.#opened = before));
    await this.#opened;
    return this.library();
  }

  async library(): Promise<Library> {
    const { library, collection, settings, pending, indexError } = await this.#state();
    const waiting = await pending.all();
    const mismatch = collection && this.#mismatch(collection, settings);
    return {
      documents: library?.documents ?? [],
      chunks: library?.chunks ?? 0,
      pending: waiting.map(({ ingestId, name, file }) => ({ ingestId, name, sizeBytes: file.size })),
      ...(library && library.chunks > 0 && collection && { embedder: collection.fingerprint.embedder }),
      ...(mismatch && { mismatch }),
      ...(indexError && { indexError }),
    };
  }

  async *prepare(signal?: AbortSignal): AsyncGenerator<PrepareEvent> {
    const state = await this.#state();
    const events = new Channel<LoadProgress>();
    const loading = this.#collectionEmbedding(state, (loadedBytes, totalBytes) =>
      events.push({ file: '', loadedBytes, totalBytes }),
    ).finally(() => events.close());
    loading.catch(() => undefined);
    for await (const progress of events) {
      signal?.throwIfAborted();
      yield { type: 'loading', ...progress };
    }
    const { device, deviceNote } = await loading;
    yield { type: 'ready', device, ...(deviceNote && { deviceNote }) };
  }

  async *add(files: readonly FileInput[], signal?: AbortSignal): AsyncGenerator<IngestEvent> {
    yield* (await this.#state()).queue.add(files, signal);
  }

  async *resume(signal?: AbortSignal): AsyncGenerator<IngestEvent> {
    yield* (await this.#state()).queue.resume(signal);
  }

  async cancel(ingestId: string): Promise<void> {
    await (await this.#state()).queue.cancel(ingestId);
  }

  async *ask(question: string, options: AskOptions, signal?: AbortSignal): AsyncGenerator<AskEvent> {
    const state = await this.#state();
    const { library, settings, collection, queue } = state;
    if (!library || !collection || library.chunks === 0) {
      const { questionLanguage } = await import('./7-answer/language.ts');
      yield { type: 'passages', passages: [], documents: 0, indexing: queue.size, elapsedMs: 0 };
      yield {
        type: 'answer',
        answer: { type: 'not-found', language: questionLanguage(question) },
        elapsedMs: 0,
      };
      return;
    }
    const { retriever } = settings;
    const embedder = retriever === 'keyword' ? undefined : (await this.#collectionEmbedding(state)).embedder;
    const calibration = calibrationOf(collection.fingerprint.embedder, retriever);
    const context = { library, retriever, calibration, indexing: queue.size, ...(embedder && { embedder }) };
    yield* ask(question, options, context, signal);
  }

  async source(documentId: string): Promise<DocumentSource> {
    const { documents } = await this.#state();
    const [document, stored, file] = await Promise.all([
      documents.document(documentId),
      documents.text(documentId),
      documents.file(documentId),
    ]);
    if (!document) throw new SatchelError('document-not-found');
    return { document, ...stored, file };
  }

  async remove(documentId: string): Promise<void> {
    const { documents, library } = await this.#state();
    await documents.remove(documentId);
    library?.remove(documentId);
    this.#tellOtherTabs();
  }

  async removeAll(): Promise<void> {
    const state = await this.#state();
    await state.queue.stop();
    await state.documents.clear();
    state.collection = undefined;
    state.library = undefined;
    this.#tellOtherTabs();
  }

  async *reindex(signal?: AbortSignal): AsyncGenerator<ReindexEvent> {
    const state = await this.#state();
    const { documents, collection, library, settings } = state;
    if (!collection || !library) return;
    const bytes = new Channel<readonly [number, number]>();
    const loading = this.#embedding(settings, (loaded, total) => bytes.push([loaded, total])).finally(() =>
      bytes.close(),
    );
    loading.catch(() => undefined);
    for await (const [loadedBytes, totalBytes] of bytes)
      yield { type: 'loading-model', loadedBytes, totalBytes };
    const next = await loading;
    const done = new Set(await documents.segmentKeys(next.key));
    const startedAt = performance.now();
    let chunks = 0;
    // Read anew each time: documents may come and go while this runs for minutes.
    for (;;) {
      const todo = library.documents.filter(({ id }) => !done.has(id));
      const [document] = todo;
      const seconds = (performance.now() - startedAt) / 1000;
      const total = library.documents.length;
      yield {
        type: 'progress',
        documents: total - todo.length,
        ofDocuments: total,
        chunksPerSecond: chunks / Math.max(seconds, 0.001),
      };
      if (!document) break;
      signal?.throwIfAborted();
      const segment = await reindexDocument(document, documents, sentenceChunker, next.embedder, signal);
      await documents.putSegment(COLLECTION, next.key, segment);
      chunks += segment.chunks.starts.length;
      done.add(document.id);
    }
    await documents.switchFingerprint(
      COLLECTION,
      next.complete,
      fingerprintKey(collection.fingerprint),
      next.key,
    );
    await this.#load(state);
    this.#tellOtherTabs();
    yield { type: 'done' };
  }

  async #state(): Promise<Opened> {
    if (!this.#opened) throw new SatchelError('internal', { reason: 'open() comes first' });
    return this.#opened;
  }

  async #open(settings: RetrievalSettings): Promise<Opened> {
    const database = await openDatabase(this.#dependencies.databaseName);
    const documents = new DocumentStore(database);
    const pending = new PendingStore(database);
    const queue = new IngestQueue({
      documents,
      pending,
      chunker: sentenceChunker,
      collectionId: COLLECTION,
      parse: this.#dependencies.parse,
      embedder: async (onBytes) => {
        const embedding = await this.#collectionEmbedding(state, onBytes);
        return { ...embedding, fingerprintKey: embedding.key };
      },
      find: (documentId) => state.library?.documents.find(({ id }) => id === documentId),
      committed: (document, segment) => {
        state.library?.add(document, segment);
        this.#tellOtherTabs();
      },
    });
    const state: Opened = {
      documents,
      pending,
      queue,
      settings,
      collection: undefined,
      library: undefined,
      indexError: undefined,
    };
    await this.#load(state);
    return state;
  }

  async #reopen(before: Promise<Opened>, settings: RetrievalSettings): Promise<Opened> {
    const state = await before;
    const sameIndex = state.settings.index === settings.index;
    state.settings = settings;
    if (!sameIndex) await this.#load(state);
    return state;
  }

  /** Reads the collection from the store into memory. */
  async #load(state: Opened): Promise<void> {
    const { documents } = state;
    const collection = await documents.collection(COLLECTION);
    state.collection = collection;
    state.library = undefined;
    state.indexError = undefined;
    if (!collection) return;
    try {
      state.library = await this.#fill(state, collection, state.settings.index);
    } catch (error) {
      // Voy has limits; the collection stays searchable all the same.
      state.indexError = toErrorData(error);
      state.library = await this.#fill(state, collection, 'flat');
    }
  }

  async #fill({ documents }: Opened, collection: StoredCollection, index: string): Promise<LibraryIndex> {
    const createIndex = await vectorIndexes.get(index).load();
    const library = new LibraryIndex(documents, createIndex(collection.fingerprint.dimensions));
    const [records, segments] = await Promise.all([
      documents.documents(),
      documents.segments(fingerprintKey(collection.fingerprint)),
    ]);
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const segment of segments) {
      const record = byId.get(segment.documentId);
      if (record) library.add(record, segment);
    }
    return library;
  }

  #mismatch({ fingerprint }: StoredCollection, settings: RetrievalSettings): Library['mismatch'] {
    const wanted = embedderName(settings);
    return fingerprint.embedder === wanted
      ? undefined
      : { collection: fingerprint.embedder, settings: wanted };
  }

  /** The embedder of the settings, whatever the collection has. */
  #embedding(settings: RetrievalSettings, onBytes?: OnBytes): Promise<Embedding> {
    const line = embedders.get(settings.embedder);
    const key = JSON.stringify([
      settings.embedder,
      settings.device,
      settings.hub,
      settings.ollamaHost,
      settings.ollamaModel,
    ]);
    const known = this.#embeddings.get(key);
    if (known) return known;
    const load = line.load({
      ...settings,
      onProgress: ({ loadedBytes, totalBytes }) => onBytes?.(loadedBytes, totalBytes),
    });
    const embedding = load.then((loaded): Embedding => {
      const complete = { ...loaded.fingerprint, chunker: `${sentenceChunker.id}:${CHUNK_TOKENS}` };
      return { ...loaded, complete, key: fingerprintKey(complete) };
    });
    this.#embeddings.set(key, embedding);
    // Fetched anew at the next try, when the network may be back.
    embedding.catch(() => this.#embeddings.delete(key));
    return embedding;
  }

  /**
   * The embedder that made the collection's vectors, which documents and questions go to until it is
   * re-indexed; for an empty collection the one of the settings, which it then belongs to.
   * @throws SatchelError `fingerprint-mismatch` when the model has changed under the same name.
   */
  async #collectionEmbedding(state: Opened, onBytes?: OnBytes): Promise<Embedding> {
    const { collection, library, settings } = state;
    const isEmpty = !collection || !library || library.chunks === 0;
    if (!isEmpty) {
      const embedding = await this.#embedding(settingsOf(collection.fingerprint, settings), onBytes);
      if (embedding.key !== fingerprintKey(collection.fingerprint)) {
        throw new SatchelError('fingerprint-mismatch', {
          collection: collection.fingerprint.embedder,
          settings: embedding.complete.embedder,
        });
      }
      return embedding;
    }
    const embedding = await this.#embedding(settings, onBytes);
    const stored = state.collection && fingerprintKey(state.collection.fingerprint);
    if (stored !== embedding.key) {
      await state.documents.startCollection({
        id: COLLECTION,
        name: COLLECTION,
        fingerprint: embedding.complete,
        createdAt: Date.now(),
      });
      await this.#load(state);
    }
    return embedding;
  }

  #tellOtherTabs(): void {
    this.#channel.postMessage('changed');
  }

  /** Follows what another tab has committed or deleted. */
  async #refresh(): Promise<void> {
    const state = await this.#opened?.catch(() => undefined);
    if (!state) return;
    const collection = await state.documents.collection(COLLECTION);
    const key = collection && fingerprintKey(collection.fingerprint);
    if (
      !collection ||
      !key ||
      !state.library ||
      !state.collection ||
      fingerprintKey(state.collection.fingerprint) !== key
    ) {
      await this.#load(state);
      return;
    }
    const records = await state.documents.documents();
    const stored = new Set(records.map(({ id }) => id));
    for (const { id } of state.library.documents) if (!stored.has(id)) state.library.remove(id);
    for (const record of records) {
      if (state.library.has(record.id)) continue;
      const segment = await state.documents.segment(key, record.id);
      if (segment && !state.library.has(record.id)) state.library.add(record, segment);
    }
  }
}
