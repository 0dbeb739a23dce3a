import { deleteDB } from 'idb';
import { parseFile } from '../core/1-parse/parse-file.ts';
import { countTerms } from '../core/4-index/keyword-index.ts';
import { SatchelError } from '../core/errors.ts';
import { fingerprintKey } from '../core/fingerprint.ts';
import { chunkTable, contentHash, contents } from '../core/ingest.ts';
import { RetrievalWorkerService } from '../core/retrieval-service.ts';
import type { RetrievalSettings } from '../core/service.ts';
import { openDatabase } from '../core/store/database.ts';
import { DocumentStore, type Commit } from '../core/store/documents.ts';
import { PendingStore } from '../core/store/pending.ts';
import type { PendingFile } from '../core/store/schema.ts';
import type { Chunk, Fingerprint } from '../core/types.ts';
import type { Reopened, StoreBench, StoredSize } from './bench-service.ts';
import { clusteredVectors } from './clustered-vectors.ts';
import { seededRandom, type Random } from './random.ts';
import { languageOf, syntheticText } from './synthetic-text.ts';

const DATABASE = 'satchel-bench';
/** The id that the retrieval service looks for. */
const COLLECTION = 'default';
const WORDS_A_CHUNK = 110;

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
  vectors: ArrayBuffer,
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
    segment: {
      documentId,
      chunks: chunkTable(chunks),
      vectors,
      terms: countTerms(contents(chunks, name)),
    },
    fingerprintKey: fingerprintKey(fingerprintOf(dimensions)),
    ingestId: file.ingestId,
  };
  return { file, commit };
}

/** The core's own store and service over a database that no library uses. */
export function createStoreBench(): StoreBench {
  let service: RetrievalWorkerService | undefined;

  return {
    async storeCollection(size: StoredSize): Promise<number> {
      const { documents: count, chunksPerDocument, dimensions } = size;
      await deleteDB(DATABASE);
      const database = await openDatabase(DATABASE);
      try {
        const documents = new DocumentStore(database);
        const pending = new PendingStore(database);
        await documents.startCollection({
          id: COLLECTION,
          name: COLLECTION,
          fingerprint: fingerprintOf(dimensions),
          createdAt: 0,
        });
        const random = seededRandom(1);
        let milliseconds = 0;
        for (let position = 0; position < count; position++) {
          const shape = { count: chunksPerDocument, dimensions, clusters: 4, spread: 0.5 };
          const vectors = clusteredVectors(random, shape).buffer;
          const { file, commit } = await syntheticCommit(position, vectors, size);
          const startedAt = performance.now();
          await pending.put(file);
          await documents.commit(COLLECTION, commit);
          milliseconds += performance.now() - startedAt;
        }
        return milliseconds;
      } finally {
        database.close();
      }
    },

    async reopenCollection(settings: RetrievalSettings): Promise<Reopened> {
      if (service) throw new SatchelError('internal', { reason: 'a worker reopens the collection once' });
      const startedAt = performance.now();
      service = new RetrievalWorkerService({ parse: parseFile, databaseName: DATABASE });
      const { documents, chunks } = await service.open(settings);
      return { milliseconds: performance.now() - startedAt, documents: documents.length, chunks };
    },

    async deleteCollection(): Promise<void> {
      await deleteDB(DATABASE);
    },
  };
}
