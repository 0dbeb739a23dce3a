import { sentenceChunker } from './2-chunk/sentence-chunker.ts';
import { measureCosineScale, type ComparedTexts, type CosineScale } from './3-embed/cosine-scale.ts';
import type { LoadProgress } from './3-embed/embedder.ts';
import { embedders } from './3-embed/registry.ts';
import { vectorIndexes } from './4-index/registry.ts';
import { NO_RERANKER } from './5-retrieve/rerank/registry.ts';
import type { Reranker } from './5-retrieve/rerank/reranker.ts';
import { attributeSentences, supportModelsOf } from './7-answer/attribute.ts';
import { calibrationOf } from './7-answer/calibration.ts';
import { questionLanguage } from './7-answer/language.ts';
import { ask, type AskContext } from './ask.ts';
import {
  createEmbedderCache,
  createRerankerCache,
  cutAnew,
  forCollection,
  type Embedding,
} from './embedder-cache.ts';
import { SatchelError, toErrorData, unless, type ErrorData } from './errors.ts';
import { chooseLayout, drawMap } from './explore/collection-map.ts';
import { compareTexts } from './explore/compare-texts.ts';
import type { LocatedText, MapEvent, Point, TextComparison } from './explore/explore-service.ts';
import { project } from './explore/principal-axes.ts';
import { relatedPassages } from './explore/related.ts';
import { fingerprintKey } from './fingerprint.ts';
import { IngestQueue } from './ingest-queue.ts';
import type { IngestDependencies } from './ingest.ts';
import { LibraryIndex, withDocumentName } from './library.ts';
import { loadingEvents, type LoadingEvent, type OnBytes } from './load-cache.ts';
import { moveSegments } from './move-segments.ts';
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
import type { DocumentStore } from './store/documents.ts';
import type { PendingStore } from './store/pending.ts';
import type { Extent, IndexedChunks, StoredCollection } from './store/schema.ts';
import { openStore, type Store } from './store/store.ts';
import type { Block, Citation, DocumentRecord, FileInput, Fingerprint, Passage } from './types.ts';

/** @throws SatchelError `unknown-index`, and what keeps its code from being loaded. */
const createIndexOf = async (id: string) => vectorIndexes.get(id).load();

/** There is one collection so far; the store is ready for more. */
const COLLECTION = 'default';
/** Chunks whose terms are made anew at once; the documents of more of them are found by meaning meanwhile. */
const MENDED_AT_ONCE = 1_000;
/** Tells other tabs that the collection has changed. */
const CHANNEL = 'satchel-library';

export interface RetrievalDependencies {
  readonly parse: IngestDependencies['parse'];
  readonly unpack: IngestDependencies['unpack'];
  /** Another name keeps checks and benchmarks apart from a person's own documents. */
  readonly databaseName?: string;
}

interface Opened {
  readonly store: Store;
  readonly documents: DocumentStore;
  readonly pending: PendingStore;
  readonly queue: IngestQueue;
  settings: RetrievalSettings;
  /** These three are of one reading of the store and change together. */
  collection: StoredCollection | undefined;
  library: LibraryIndex | undefined;
  indexError: ErrorData | undefined;
}

/** A collection's embedder is another one now under its name. */
const outdated = (fingerprint: Fingerprint, { complete }: Embedding): SatchelError =>
  new SatchelError('fingerprint-mismatch', {
    collection: fingerprint.embedder,
    settings: complete.embedder,
  });

/** The retrieval worker's service: puts the parts of the pipeline together over one store. */
export class RetrievalWorkerService implements RetrievalService {
  readonly #dependencies: RetrievalDependencies;
  #opened: Promise<Opened> | undefined;
  readonly #embedders = createEmbedderCache();
  readonly #rerankers = createRerankerCache();
  readonly #channel: BroadcastChannel;
  /** The last of what changes the library in memory. */
  #reading: Promise<void> = Promise.resolve();
  #isRefreshing = false;
  /** Aborted when other settings take the place of these: what was begun unasked for them ends. */
  #settingsEnd = new AbortController();
  #isUntidy = false;
  #isTidying = false;
  /** Questions being answered. */
  #asking = 0;

  constructor(dependencies: RetrievalDependencies) {
    this.#dependencies = dependencies;
    this.#channel = new BroadcastChannel(`${CHANNEL}/${dependencies.databaseName ?? ''}`);
    this.#channel.onmessage = () => void this.#refresh();
  }

  async open(settings: RetrievalSettings): Promise<Library> {
    this.#settingsEnd.abort();
    this.#settingsEnd = new AbortController();
    const opened = this.#openAfter(this.#opened, settings);
    this.#opened = opened;
    // A failed opening must not stand in the way of the next try.
    opened.catch(() => {
      if (this.#opened === opened) this.#opened = undefined;
    });
    await this.#freeEmbedders(await opened);
    return this.library();
  }

  /** Follows no other tab any more and lets go of the store, for those that outlive a visit. */
  async close(): Promise<void> {
    this.#channel.close();
    (await this.#opened?.catch(() => undefined))?.store.close();
  }

  async library(): Promise<Library> {
    const state = await this.#state();
    const waiting = (await state.pending.all()).filter(({ ingestId }) => !state.queue.has(ingestId));
    const { library, collection, settings, indexError } = state;
    const restored = waiting.filter(({ lost }) => lost === 'database').length;
    const isEmpty = !collection || !library || library.chunks === 0;
    const mismatch = isEmpty ? undefined : await this.#mismatch(collection, settings);
    return {
      documents: library?.documents ?? [],
      chunks: library?.chunks ?? 0,
      pending: waiting.map(({ ingestId, name, file }) => ({ ingestId, name, sizeBytes: file.size })),
      ...(!isEmpty && { embedder: collection.fingerprint.embedder }),
      ...(mismatch && { mismatch }),
      ...(indexError && { indexError }),
      ...(restored > 0 && { restored }),
    };
  }

  async models(settings: RetrievalSettings, signal?: AbortSignal): Promise<readonly string[]> {
    const line = embedders.get(settings.embedder);
    return (await line.listModels?.({ ...settings, ...(signal && { signal }) })) ?? [];
  }

  async *pull(
    model: string,
    settings: RetrievalSettings,
    signal?: AbortSignal,
  ): AsyncGenerator<LoadProgress> {
    const line = embedders.get(settings.embedder);
    if (line.pullModel) yield* line.pullModel({ ...settings, ...(signal && { signal }) }, model);
  }

  async *prepare(signal?: AbortSignal): AsyncGenerator<PrepareEvent> {
    const state = await this.#state();
    const { embedding } = yield* loadingEvents('loading', (onBytes) =>
      this.#collectionEmbedding(state, onBytes, signal),
    );
    await this.#reranker(state);
    const { device, deviceNote } = embedding;
    yield { type: 'ready', device, ...(deviceNote && { deviceNote }) };
  }

  async *prepareReranker(signal?: AbortSignal): AsyncGenerator<LoadingEvent<'loading'>> {
    const { settings } = await this.#state();
    if (settings.reranker === NO_RERANKER) return;
    yield* loadingEvents('loading', (onBytes) => this.#rerankers.get(settings, onBytes, signal));
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
    this.#asking++;
    try {
      const { embedding, library, collection } = await this.#searchable(state, signal);
      const { queue } = state;
      if (!library?.chunks || !collection) {
        const answer = { type: 'not-found', language: questionLanguage(question) } as const;
        yield { type: 'passages', passages: [], documents: 0, indexing: queue.size, elapsedMs: 0 };
        yield { type: 'answer', answer, elapsedMs: 0 };
        return;
      }
      const retriever = embedding ? state.settings.retriever : 'keyword';
      const calibrations = calibrationOf(collection.fingerprint.embedder, retriever);
      const reranker = await this.#reranker(state);
      const context: AskContext = {
        library,
        retriever,
        calibrations,
        indexing: queue.size,
        ...(embedding && { embedder: embedding.embedder }),
        ...(reranker && { reranker }),
      };
      try {
        yield* ask(question, options, context, signal);
      } catch (error) {
        // Damage shows when it is read. What is left answers, and where there is more it is made anew meanwhile.
        unless('index-corrupt')(error);
        if (!library.dropDamagedTerms()) throw error;
        await this.#mendFew(state);
        yield* ask(question, options, context, signal);
      }
    } finally {
      this.#asking--;
    }
  }

  async attribute(
    sentences: readonly string[],
    passages: readonly Passage[],
    signal?: AbortSignal,
  ): Promise<readonly (Citation | null)[]> {
    const state = await this.#state();
    this.#asking++;
    try {
      const { embedding, library, collection } = await this.#searchable(state, signal);
      return await attributeSentences(sentences, passages, {
        idf: (term) => library?.keywords.idf(term) ?? 1,
        ...(embedding && { embedder: embedding.embedder }),
        ...(embedding && collection && { models: supportModelsOf(collection.fingerprint.embedder) }),
        ...(signal && { signal }),
      });
    } finally {
      this.#asking--;
    }
  }

  async similarityScale(compared: ComparedTexts, signal?: AbortSignal): Promise<CosineScale> {
    const { embedding } = await this.#collectionEmbedding(await this.#state(), undefined, signal);
    return measureCosineScale(embedding.embedder, compared, signal);
  }

  async *map(isAnew: boolean, signal?: AbortSignal): AsyncGenerator<MapEvent> {
    const { library, collection, documents } = await this.#state();
    if (!library?.chunks || !collection) return;
    const kept =
      collection.map?.fingerprintKey === library.fingerprintKey ? collection.map.layout : undefined;
    const { dimensions } = collection.fingerprint;
    const chosen = isAnew || !kept ? yield* chooseLayout(library, dimensions, signal) : kept;
    const { map, layout } = yield* drawMap(library, chosen, signal);
    const stored = { fingerprintKey: library.fingerprintKey, layout };
    const state = await this.#state();
    // First, since a question is placed as soon as the map is there.
    if (state.collection) state.collection = { ...state.collection, map: stored };
    yield { type: 'map', map };
    if (layout !== kept) await documents.putMap(COLLECTION, stored);
  }

  async placeQuestion(question: string, signal?: AbortSignal): Promise<Point | undefined> {
    const { embedding, collection } = await this.#collectionEmbedding(await this.#state(), undefined, signal);
    if (collection?.map?.fingerprintKey !== embedding.key) return undefined;
    const vector = await embedding.embedder.embed([question], 'query', signal);
    const [x = 0, y = 0] = project([vector], collection.map.layout);
    return { x, y };
  }

  async texts(chunkIds: readonly number[]): Promise<readonly LocatedText[]> {
    const { library } = await this.#state();
    const chunks = (await library?.locate(chunkIds)) ?? [];
    return chunks.map(withDocumentName);
  }

  async related(
    place: { readonly documentId: string; readonly start: number },
    k: number,
  ): Promise<readonly Passage[]> {
    const { library } = await this.#state();
    return library ? relatedPassages(library, place, k) : [];
  }

  async compareTexts(texts: readonly string[], signal?: AbortSignal): Promise<TextComparison> {
    const { embedding } = await this.#collectionEmbedding(await this.#state(), undefined, signal);
    return compareTexts(embedding.embedder, texts, signal);
  }

  async source(documentId: string): Promise<DocumentSource> {
    const { documents } = await this.#state();
    const [document, stored, file] = await Promise.all([
      documents.document(documentId),
      documents.text(documentId),
      documents.file(documentId),
    ]);
    if (!document) throw new SatchelError('document-not-found');
    const blocks = stored.blocks ?? (await this.#blocksOf(document, stored.text, file));
    return { document, ...stored, ...(blocks && { blocks }), file };
  }

  /**
   * What a document that was stored before blocks were kept looks like: its file is parsed once more, and where that
   * leads to the same text, its blocks are those of the stored one. Neither text nor offsets change.
   */
  async #blocksOf(
    { id, name, format }: DocumentRecord,
    text: string,
    file: Blob,
  ): Promise<readonly Block[] | undefined> {
    const { documents, queue } = await this.#state();
    // A PDF is shown as its pages; and a parser that is at work on a new file is not kept waiting.
    if (format === 'pdf' || queue.size > 0) return undefined;
    try {
      const parsed = await this.#dependencies.parse(file, name, new AbortController().signal);
      const blocks = parsed.text === text ? (parsed.blocks ?? []) : [];
      await documents.putBlocks(id, blocks);
      return blocks;
    } catch {
      // Shown as plain text; the next opening tries again.
      return undefined;
    }
  }

  async remove(documentId: string): Promise<void> {
    const state = await this.#state();
    await state.documents.remove(documentId);
    await this.#inTurn(async () => state.library?.remove(documentId));
    this.#changed(state);
  }

  async removeAll(): Promise<void> {
    const state = await this.#state();
    await state.queue.stop();
    await state.documents.clear();
    await this.#load(state);
    this.#changed(state);
  }

  async *reindex(signal?: AbortSignal): AsyncGenerator<ReindexEvent> {
    const state = await this.#state();
    const { documents, settings } = state;
    if (!state.collection) return;
    const next = yield* loadingEvents('loading-model', (onBytes) =>
      this.#embedders.get(settings, onBytes, signal),
    );
    const startedAt = performance.now();
    let chunks = 0;
    // Documents may come and go while this runs for minutes: what is left to do is read from the store each time.
    do {
      let document: DocumentRecord | undefined;
      do {
        const done = new Set(await documents.indexed(next.key));
        const records = await documents.documents();
        const todo = records.filter(({ id }) => !done.has(id));
        [document] = todo;
        const seconds = (performance.now() - startedAt) / 1000;
        yield {
          type: 'progress',
          documents: records.length - todo.length,
          ofDocuments: records.length,
          chunksPerSecond: chunks / Math.max(seconds, 0.001),
        };
        signal?.throwIfAborted();
        if (document) chunks += await this.#reindexOne(document, documents, next, signal);
      } while (document);
    } while (!(await documents.switchFingerprint(COLLECTION, next.complete)));
    await this.#load(state);
    this.#changed(state);
    await this.#freeEmbedders(state);
    yield { type: 'done' };
  }

  /** @returns the chunks embedded; 0 when the document was deleted meanwhile. */
  async #reindexOne(
    document: DocumentRecord,
    documents: DocumentStore,
    { embedder, key }: Embedding,
    signal?: AbortSignal,
  ): Promise<number> {
    try {
      const indexed = await reindexDocument(document, documents, sentenceChunker, embedder, signal);
      await documents.putIndexed(COLLECTION, key, document.id, indexed);
      return indexed.table.starts.length;
    } catch (error) {
      if (await documents.document(document.id)) throw error;
      return 0;
    }
  }

  async #state(): Promise<Opened> {
    if (!this.#opened) throw new SatchelError('internal', { reason: 'open() comes first' });
    return this.#opened;
  }

  async #open(settings: RetrievalSettings): Promise<Opened> {
    // Its code comes while the store is opened.
    createIndexOf(settings.index).catch(() => undefined);
    const store = await openStore(this.#dependencies.databaseName);
    const { documents, pending } = store;
    try {
      await moveSegments(store);
    } catch (error) {
      store.close();
      throw error;
    }
    const queue = new IngestQueue({
      documents,
      pending,
      chunker: sentenceChunker,
      collectionId: COLLECTION,
      knownTexts: async (key, dimensions) => {
        const stored = state.library?.fingerprintKey === key ? await state.library.knownTexts() : [];
        return [...stored, ...(await store.lostRows.texts(key, dimensions))];
      },
      parse: this.#dependencies.parse,
      unpack: this.#dependencies.unpack,
      embedder: async (onBytes, signal) => {
        const embedding = await this.#ingestEmbedding(state, onBytes, signal);
        return { ...embedding, fingerprintKey: embedding.key };
      },
      committed: async (document, extent, indexed, key) => {
        await this.#addCommitted(state, document, extent, indexed, key);
        this.#changed(state);
      },
    });
    const state: Opened = {
      store,
      documents,
      pending,
      queue,
      settings,
      collection: undefined,
      library: undefined,
      indexError: undefined,
    };
    await Promise.all([this.#load(state), store.settled]);
    if (!store.isCopied) this.#tidySoon(state);
    return state;
  }

  async #openAfter(before: Promise<Opened> | undefined, settings: RetrievalSettings): Promise<Opened> {
    const state = await before?.catch(() => undefined);
    if (!state) return this.#open(settings);
    const sameIndex = state.settings.index === settings.index;
    state.settings = settings;
    if (!sameIndex) await this.#load(state);
    return state;
  }

  /** Reads the collection from the store into memory anew. */
  #load(state: Opened): Promise<void> {
    return this.#inTurn(() => this.#read(state, true));
  }

  /** Follows what another tab has committed or deleted. */
  async #refresh(): Promise<void> {
    // One that waits for its turn will see all that there is by then.
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    try {
      const state = await this.#opened;
      await this.#inTurn(async () => {
        this.#isRefreshing = false;
        if (state) await this.#read(state, false);
      });
    } catch {
      // The store can't be read: the next call by the person reports that.
    } finally {
      this.#isRefreshing = false;
    }
  }

  /** One after the other, what changes the library in memory: what is read from the store must not be out of date. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const working = this.#reading.then(work);
    this.#reading = working.catch(() => undefined);
    return working;
  }

  /**
   * Brings memory to the state of the store. The library that is there answers questions until the new one is
   * whole: a question in between must not find an empty collection.
   */
  async #read(state: Opened, anew: boolean): Promise<void> {
    await this.#readCollection(state, anew);
    if (anew) await this.#mendFew(state);
    // Else another tab may have merged them just now, and tells of it.
    else if (state.library?.chunksWithoutTerms) this.#tidySoon(state);
  }

  /** A few terms are made anew before anybody looks; that takes tenths of a second at most. */
  async #mendFew(state: Opened): Promise<void> {
    const { library } = state;
    const lacking = library?.chunksWithoutTerms ?? 0;
    if (!library || lacking === 0) return;
    if (lacking <= MENDED_AT_ONCE) await library.mendTerms().catch(() => undefined);
    this.#tidySoon(state);
  }

  async #readCollection(state: Opened, anew: boolean): Promise<void> {
    const collection = await state.documents.collection(COLLECTION);
    if (!collection) {
      Object.assign(state, { collection, library: undefined, indexError: undefined });
      return;
    }
    const { library } = state;
    if (anew || library?.fingerprintKey !== fingerprintKey(collection.fingerprint)) {
      await this.#fillAny(state, collection);
      return;
    }
    try {
      await this.#requeue(state, library, await library.follow());
      state.collection = collection;
    } catch {
      // Voy is full, say.
      await this.#fillAny(state, collection);
    }
  }

  #addCommitted(
    state: Opened,
    document: DocumentRecord,
    extent: Extent,
    indexed: IndexedChunks,
    key: string,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const { library } = state;
      try {
        if (library?.fingerprintKey !== key) await this.#read(state, true);
        else await library.add(document, extent, indexed);
      } catch {
        // Voy is full, say: the exact scan takes over, for what is committed must be found.
        await this.#read(state, true);
      }
    });
  }

  /** Fills a new library, with the exact index where the chosen one fails. */
  async #fillAny(state: Opened, collection: StoredCollection): Promise<void> {
    let indexError: ErrorData | undefined;
    const library = await this.#fill(state, collection, state.settings.index).catch((error: unknown) => {
      // Voy has limits; the collection stays searchable all the same.
      indexError = toErrorData(error);
      return this.#fill(state, collection, 'flat');
    });
    Object.assign(state, { collection, library, indexError });
  }

  async #fill(state: Opened, { fingerprint }: StoredCollection, index: string): Promise<LibraryIndex> {
    const createIndex = await createIndexOf(index);
    const library = new LibraryIndex(
      state.store,
      fingerprintKey(fingerprint),
      fingerprint.dimensions,
      createIndex,
    );
    await this.#requeue(state, library, await library.follow());
    return library;
  }

  /** What is damaged is indexed anew from its file. */
  async #requeue({ documents }: Opened, library: LibraryIndex, damaged: readonly Extent[]): Promise<void> {
    for (const extent of damaged) await documents.requeue(library.fingerprintKey, extent);
  }

  /** After a change to the store: other tabs are to follow, and there may be something to tidy. */
  #changed(state: Opened): void {
    this.#tellOtherTabs();
    this.#tidySoon(state);
  }

  #tidySoon(state: Opened): void {
    this.#isUntidy = true;
    if (!this.#isTidying) void this.#tidyAll(state);
  }

  async #tidyAll(state: Opened): Promise<void> {
    this.#isTidying = true;
    try {
      while (this.#isUntidy) {
        this.#isUntidy = false;
        await navigator.locks.request(
          `satchel-tidying/${state.store.database.name}`,
          { ifAvailable: true },
          // Another tab that is at it does it for this one.
          (lock) => lock && this.#tidy(state),
        );
      }
    } catch {
      // It is tried again after the next change; nothing depends on it.
    } finally {
      this.#isTidying = false;
    }
  }

  /** Mends and merges terms, and gives back the room of what was deleted. */
  async #tidy(state: Opened): Promise<void> {
    const { store } = state;
    let merged: Awaited<ReturnType<LibraryIndex['mergeTerms']>> | undefined;
    let hasMerged = (await state.library?.mendTerms()) ?? false;
    try {
      while ((merged = await state.library?.mergeTerms()) === 'merged') hasMerged = true;
    } catch (error) {
      unless('index-corrupt')(error);
      // In the next round they are mended.
      if (!state.library?.dropDamagedTerms()) throw error;
      this.#isUntidy = true;
    }
    const hasMoved = state.library !== undefined && (await store.compact(state.library.fingerprintKey));
    await this.#inTurn(async () => {
      if (merged === 'outdated' || hasMoved) await this.#read(state, false);
      await store.sweep(state.library?.files ?? new Set());
    });
    if (hasMerged || hasMoved) this.#tellOtherTabs();
    // Last, since the disk may be too full for them.
    await store.copy();
  }

  async #mismatch(
    { fingerprint }: StoredCollection,
    settings: RetrievalSettings,
  ): Promise<Library['mismatch']> {
    const wanted = embedders.get(settings.embedder).fingerprintId(settings);
    if (fingerprint.embedder !== wanted) {
      return { of: 'embedder', collection: fingerprint.embedder, settings: wanted };
    }
    const loaded = await this.#embedders.loaded(embedders.settingsFor(fingerprint, settings));
    if (loaded && forCollection(loaded, fingerprint).key !== fingerprintKey(fingerprint)) {
      return { of: 'revision', embedder: wanted };
    }
    return fingerprint.chunker === cutAnew(fingerprint).chunker ? undefined : { of: 'chunker' };
  }

  /** What a question is searched with: the library, and its embedder unless keywords alone are searched. */
  async #searchable(state: Opened, signal?: AbortSignal) {
    const needsModel = state.settings.retriever !== 'keyword' && (state.library?.chunks ?? 0) > 0;
    return needsModel
      ? this.#collectionEmbedding(state, undefined, signal)
      : { library: state.library, collection: state.collection, embedding: undefined };
  }

  /**
   * The embedder that made the collection's vectors, which documents and questions go to until it is
   * re-indexed; for an empty collection the one of the settings. With it the library that it can search.
   * @throws SatchelError `fingerprint-mismatch` when the model has changed under the same name.
   */
  async #collectionEmbedding(state: Opened, onBytes?: OnBytes, signal?: AbortSignal) {
    for (;;) {
      const fingerprint = state.library?.chunks ? state.collection?.fingerprint : undefined;
      const settings = fingerprint ? embedders.settingsFor(fingerprint, state.settings) : state.settings;
      const loaded = await this.#embedders.get(settings, onBytes, signal);
      const embedding = fingerprint ? forCollection(loaded, fingerprint) : loaded;
      // Read after the wait for the model: a library of other vectors may have taken the place of the first.
      const { library, collection } = state;
      const now = collection && fingerprintKey(collection.fingerprint);
      if (!fingerprint || now === embedding.key) return { embedding, library, collection };
      // Re-indexed while the model was loading: the new one is wanted.
      if (now === fingerprintKey(fingerprint)) throw outdated(fingerprint, embedding);
    }
  }

  /** The embedder for new documents; an empty collection is given its fingerprint. Goes by the store alone. */
  async #ingestEmbedding(state: Opened, onBytes: OnBytes, signal: AbortSignal): Promise<Embedding> {
    const { documents, settings } = state;
    const collection = await documents.collection(COLLECTION);
    const isEmpty = !collection || (await documents.count()) === 0;
    const wanted = isEmpty ? settings : embedders.settingsFor(collection.fingerprint, settings);
    const loaded = await this.#embedders.get(wanted, onBytes, signal);
    const embedding = isEmpty ? loaded : forCollection(loaded, collection.fingerprint);
    if (collection && fingerprintKey(collection.fingerprint) === embedding.key) return embedding;
    if (!isEmpty) throw outdated(collection.fingerprint, embedding);
    await documents.startCollection({
      id: COLLECTION,
      name: COLLECTION,
      fingerprint: embedding.complete,
      createdAt: Date.now(),
    });
    await this.#load(state);
    return embedding;
  }

  /** The reranker of the settings once it is loaded; until then it is on its way, and no question waits for it. */
  async #reranker({ settings }: Opened): Promise<Reranker | undefined> {
    if (settings.reranker === NO_RERANKER) return undefined;
    const loaded = await this.#rerankers.loaded(settings);
    // `prepareReranker` tells why it can't be loaded.
    if (!loaded) this.#rerankers.get(settings, undefined, this.#settingsEnd.signal).catch(() => undefined);
    return loaded;
  }

  /** Frees models that neither the collection nor the settings need, unless something may be at work with them. */
  async #freeEmbedders({ queue, settings, collection }: Opened): Promise<void> {
    if (queue.size > 0 || this.#asking > 0) return;
    const current = collection && embedders.settingsFor(collection.fingerprint, settings);
    await this.#embedders.keepOnly(current ? [settings, current] : [settings]);
    await this.#rerankers.keepOnly([settings]);
  }

  #tellOtherTabs(): void {
    this.#channel.postMessage('changed');
  }
}
