import { openDB } from 'idb';
import { wholeManifest } from './fixtures/stored-records.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect, fileOf, outcomesOf } from './fixtures/ingest-bench.ts';
import { OLLAMA_SETTINGS, startOllamaHost, type OllamaHost } from './fixtures/ollama-host.ts';
import { fingerprintKey } from './fingerprint.ts';
import { moveSegments } from './move-segments.ts';
import { RetrievalWorkerService } from './retrieval-service.ts';
import { deleteStore, openStore } from './store/store.ts';
import type { AskEvent } from './service.ts';
import type { StoredCollection } from './store/schema.ts';

const TEXTS = {
  port: 'Ollama runs language models on your own machine.\n\nIts server listens on port 11434 by default.',
  cats: 'Cats sleep for most of the day.\n\nA cat has four legs and a tail.',
};

let name: string;
let host: OllamaHost;

beforeEach(() => {
  name = `test-${crypto.randomUUID()}`;
  host = startOllamaHost();
});
afterEach(async () => {
  host.close();
  await deleteStore(name);
});

const newTab = (databaseName = name): RetrievalWorkerService =>
  new RetrievalWorkerService({
    databaseName,
    unpack: async () => undefined,
    async parse(file) {
      const text = await file.text();
      return { text, sections: [{ start: 0, end: text.length, headings: [] }], format: 'text', warnings: [] };
    },
  });

/** What version 1 of the database had once these texts were added: its stores, and its one record a document. */
async function writeVersion1(): Promise<void> {
  const other = `${name}-now`;
  const service = newTab(other);
  await service.open(OLLAMA_SETTINGS);
  await collect(service.add(Object.entries(TEXTS).map(([file, text]) => fileOf(file, text))));
  const { database, documents, close } = await openStore(other);
  const old = await openDB(name, 1, {
    upgrade(created) {
      created.createObjectStore('collections', { keyPath: 'id' });
      created.createObjectStore('documents', { keyPath: 'id' });
      created.createObjectStore('files');
      created.createObjectStore('texts');
      created.createObjectStore('segments');
      created.createObjectStore('pending', { keyPath: 'ingestId' });
      created.createObjectStore('partials');
    },
  });
  for (const collection of await database.getAll('collections')) await old.put('collections', collection);
  for (const document of await documents.documents()) {
    await old.put('documents', document);
    await old.put('files', await documents.file(document.id), document.id);
    await old.put('texts', await documents.text(document.id), document.id);
  }
  const [collection] = (await database.getAll('collections')) as [StoredCollection];
  const key = fingerprintKey(collection.fingerprint);
  for (const { documentId, firstChunkId } of (await wholeManifest(documents, key)).extents) {
    const { table } = await documents.chunks(key, documentId);
    const { vectors, hashes } = (await documents.embedded(key, documentId))!;
    const segment = { documentId, firstChunkId, chunks: table, vectors: vectors.buffer, terms: {}, hashes };
    await old.put('segments', segment, [key, documentId]);
  }
  old.close();
  close();
  await deleteStore(other);
}

async function firstPassage(service: RetrievalWorkerService, question: string): Promise<string> {
  const events: AskEvent[] = await collect(service.ask(question, { k: 3 }));
  const [first] = events;
  return first?.type === 'passages' ? (first.passages[0]?.text ?? '') : '';
}

test('a library of version 1 is found whole, searched by words and vectors, and not embedded again', async () => {
  await writeVersion1();
  host.embedded.length = 0;
  const service = newTab();
  const library = await service.open(OLLAMA_SETTINGS);
  expect(library.documents.map((document) => document.name).sort()).toEqual(['cats', 'port']);
  expect(library.pending).toEqual([]);
  expect(host.embedded).toEqual([]);
  expect(await firstPassage(service, 'which port by default')).toContain('11434');
  expect(await firstPassage(service, 'legs of a cat')).toContain('four legs');
  // A new document gets ids that none has, and a copy of an old one is known.
  const added = [fileOf('new', 'The moon is far away.'), fileOf('again', TEXTS.cats)];
  expect(outcomesOf(await collect(service.add(added)))).toEqual({ new: 'ready', again: 'duplicate' });
  const { database, close } = await openStore(name);
  expect(await database.count('segments')).toBe(0);
  expect(new Set((await database.getAll('extents')).map((extent) => extent.firstChunkId)).size).toBe(3);
  close();
  const again = newTab();
  await again.open(OLLAMA_SETTINGS);
  expect(await firstPassage(again, 'how far is the moon')).toContain('moon');
  expect(await firstPassage(again, 'which port by default')).toContain('11434');
});

test('goes on where it was broken off, leaves deleted documents out, and two tabs do it once', async () => {
  await writeVersion1();
  const first = await openStore(name);
  const second = await openStore(name);
  const [key] = await first.database.getAllKeys('segments');
  const segment = await first.database.get('segments', key!);
  // One whose document was deleted: nothing is to come back of it.
  await first.database.put('segments', segment!, [key![0], 'deleted']);
  await Promise.all([moveSegments(first), moveSegments(second)]);
  expect(await first.database.count('segments')).toBe(0);
  expect(await first.database.count('extents')).toBe(2);
  const [file, ...others] = await first.database.getAll('rowFiles');
  expect(others).toEqual([]);
  const { extents } = await wholeManifest(first.documents, key![0]);
  expect(file?.rows).toBe(extents.reduce((sum, { chunks }) => sum + chunks, 0));
  expect((await second.documents.embedded(key![0], key![1]))?.vectors.buffer).toEqual(segment!.vectors);
  first.close();
  second.close();
});

test('hashes that an older build did not keep are made', async () => {
  await writeVersion1();
  const store = await openStore(name);
  const [key] = await store.database.getAllKeys('segments');
  const { hashes, ...segment } = (await store.database.get('segments', key!))!;
  await store.database.put('segments', segment, key);
  await moveSegments(store);
  expect((await store.documents.chunks(...key!)).hashes).toEqual(hashes);
  store.close();
});
