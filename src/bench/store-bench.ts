import { parseFile } from '../core/1-parse/parse-file.ts';
import { unpackFile } from '../core/1-parse/unpack-file.ts';
import { encodeVectors } from '../core/4-index/encode-vectors.ts';
import { vectorIndexes } from '../core/4-index/registry.ts';
import { encodeTerms } from '../core/4-index/encode-terms.ts';
import { SatchelError } from '../core/errors.ts';
import { fingerprintKey } from '../core/fingerprint.ts';
import { chunkTable, contents } from '../core/cut.ts';
import { contentHash } from '../core/ingest.ts';
import { LibraryIndex } from '../core/library.ts';
import { hashTexts } from '../core/known-vectors.ts';
import { RetrievalWorkerService } from '../core/retrieval-service.ts';
import type { RetrievalSettings } from '../core/service.ts';
import type { Commit } from '../core/store/documents.ts';
import type { PendingFile } from '../core/store/schema.ts';
import { deleteStore, openStore, type Store } from '../core/store/store.ts';
import type { Chunk, Fingerprint } from '../core/types.ts';
import type { DiskUsage, Reopened, StoreBench, Stored, StoredSize } from './bench-service.ts';
import { clusteredVectors } from './clustered-vectors.ts';
import { seededRandom, type Random } from './random.ts';
import { languageOf, syntheticText } from './synthetic-text.ts';

const DATABASE = 'satchel-bench';
/** The id that the retrieval service looks for. */
const COLLECTION = 'default';
const WORDS_A_CHUNK = 110;
const K = 10;

const fingerprintOf = (dimensions: number): Fingerprint => ({
  embedder: 'multilingual-e5-small',
  revision: 'synthetic',
  dtype: 'q4',
  pooling: 'mean',
  queryPrefix: '',
  passagePrefix: '',
  dimensions,
  chunker: 'synthetic',
});

function syntheticChunks(random: Random, count: number, position: number): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  for (let i = 0; i < count; i++) {
    const text = syntheticText(random, languageOf(position), WORDS_A_CHUNK);
    const headings = [`Document ${position}`, `Section ${Math.floor(i / 4)}`];
    chunks.push({ start, end: start + text.length, text, headings });
    // A line end between two chunks.
    start += text.length + 1;
  }
  return chunks;
}

/** A document as an ingest commits it, with random vectors in place of the embedder's. */
async function syntheticCommit(
  position: number,
  vectors: Float32Array<ArrayBuffer>,
  { chunksPerDocument, dimensions }: StoredSize,
): Promise<{ readonly file: PendingFile; readonly commit: Commit }> {
  const chunks = syntheticChunks(seededRandom(position), chunksPerDocument, position);
  const text = chunks.map((chunk) => chunk.text).join('\n');
  const name = `document-${position}.txt`;
  const file: PendingFile = {
    ingestId: `bench-${position}`,
    file: new Blob([text]),
    name,
    path: '',
    addedAt: position,
  };
  const documentId = await contentHash(file.file);
  const texts = contents(chunks, name);
  const commit: Commit = {
    document: {
      id: documentId,
      collectionId: COLLECTION,
      name,
      path: '',
      format: 'text',
      sizeBytes: file.file.size,
      addedAt: file.addedAt,
      characters: text.length,
      chunks: chunks.length,
      pagesWithoutText: [],
      warnings: [],
    },
    file: file.file,
    text: { text, sections: [{ start: 0, end: text.length, headings: [] }] },
    indexed: {
      table: chunkTable(chunks),
      hashes: await hashTexts(texts),
      vectors,
      codes: encodeVectors(vectors, dimensions),
      terms: encodeTerms(texts),
    },
    fingerprintKey: fingerprintKey(fingerprintOf(dimensions)),
    ingestId: file.ingestId,
  };
  return { file, commit };
}

/** Bytes of a text as IndexedDB keeps it: one beyond Latin-1, and all of it takes two each. */
const textBytes = (text: string): number => text.length * (/[^\0-\xff]/.test(text) ? 2 : 1);

async function openLibrary(
  opening: Promise<Store>,
): Promise<{ store: Store; library: LibraryIndex; dimensions: number }> {
  const loading = vectorIndexes.get('flat').load();
  const store = await opening;
  const collection = await store.documents.collection(COLLECTION);
  if (!collection) throw new SatchelError('internal', { reason: 'no collection is stored' });
  const { fingerprint } = collection;
  const { dimensions } = fingerprint;
  return {
    store,
    library: new LibraryIndex(store, fingerprintKey(fingerprint), dimensions, await loading),
    dimensions,
  };
}

/** The core's own store and service over a database that no library uses. */
export function createStoreBench(): StoreBench {
  let service: RetrievalWorkerService | undefined;

  return {
    async storeCollection(size: StoredSize): Promise<Stored> {
      const { documents: count, chunksPerDocument, dimensions } = size;
      await deleteStore(DATABASE);
      const store = await openStore(DATABASE);
      const { documents, pending } = store;
      try {
        const fingerprint = fingerprintOf(dimensions);
        await documents.startCollection({ id: COLLECTION, name: COLLECTION, fingerprint, createdAt: 0 });
        const { library } = await openLibrary(Promise.resolve(store));
        const random = seededRandom(1);
        const commits: number[] = [];
        const additions: number[] = [];
        let givenBytes = 0;
        for (let position = 0; position < count; position++) {
          const shape = { count: chunksPerDocument, dimensions, clusters: 4, spread: 0.5 };
          const vectors = clusteredVectors(random, shape);
          const { file, commit } = await syntheticCommit(position, vectors, size);
          await pending.put(file);
          givenBytes += commit.file.size + textBytes(commit.text.text);
          const startedAt = performance.now();
          const extent = await documents.commit(COLLECTION, commit);
          const committedAt = performance.now();
          await library.add(commit.document, extent, commit.indexed);
          commits.push(committedAt - startedAt);
          additions.push(performance.now() - committedAt);
          while ((await library.mergeTerms()) === 'merged');
        }
        await store.sweep(library.files);
        // As the app does after its first change; until then each opening looks for what was lost.
        await store.copy();
        return { commits, additions, givenBytes };
      } finally {
        store.close();
      }
    },

    async reopenCollection(settings: RetrievalSettings): Promise<Reopened> {
      if (service) throw new SatchelError('internal', { reason: 'a worker reopens the collection once' });
      const startedAt = performance.now();
      const { store, library, dimensions } = await openLibrary(openStore(DATABASE));
      await library.follow();
      const query = clusteredVectors(seededRandom(2), { count: 1, dimensions, clusters: 1, spread: 0 });
      const found = library.vectors.search(query, K);
      const named = library.keywords.search(syntheticText(seededRandom(3), 'en', 8), K);
      const firstSearchMs = performance.now() - startedAt;
      if (found.length < K || named.length === 0)
        throw new SatchelError('internal', { reason: 'nothing found' });
      store.close();

      const openedAt = performance.now();
      service = new RetrievalWorkerService({ parse: parseFile, unpack: unpackFile, databaseName: DATABASE });
      const { documents, chunks } = await service.open(settings);
      return { firstSearchMs, openMs: performance.now() - openedAt, documents: documents.length, chunks };
    },

    async diskUsage(): Promise<DiskUsage> {
      const root = await navigator.storage.getDirectory();
      const files = { vectors: 0, codes: 0, terms: 0 };
      for await (const [name, file] of (await root.getDirectoryHandle(DATABASE)).entries()) {
        const kind = name.slice(name.lastIndexOf('.') + 1);
        if (file.kind !== 'file' || !(kind in files)) continue;
        files[kind as keyof typeof files] += (await (file as FileSystemFileHandle).getFile()).size;
      }
      const estimate: StorageEstimate & { readonly usageDetails?: { readonly indexedDB?: number } } =
        await navigator.storage.estimate();
      return { files, databaseBytes: estimate.usageDetails?.indexedDB };
    },

    async deleteCollection(): Promise<void> {
      await deleteStore(DATABASE);
    },
  };
}
