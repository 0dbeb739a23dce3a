import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintKey } from '../fingerprint.ts';
import type { Database } from './database.ts';
import { DocumentStore, type Commit } from './documents.ts';
import { fillDisk } from '../fixtures/full-disk.ts';
import {
  collectionOf,
  commitOf,
  dump,
  fingerprintOf,
  indexedOf,
  wholeManifest,
} from '../fixtures/stored-records.ts';
import { BlobDisk } from './blob-disk.ts';
import { Copies } from './copies.ts';
import type { PendingStore } from './pending.ts';
import { RowLog } from './row-log.ts';
import { deleteStore, openStore } from './store.ts';

const OLD = fingerprintKey(fingerprintOf('old'));
const NEW = fingerprintKey(fingerprintOf('new'));

let name: string;
let database: Database;
let store: DocumentStore;
let pending: PendingStore;

beforeEach(async () => {
  name = `test-${crypto.randomUUID()}`;
  ({ database, documents: store, pending } = await openStore(name));
  await store.startCollection(collectionOf('old'));
});
afterEach(async () => {
  database.close();
  await deleteStore(name);
});

/** All but the bytes of files: what a failed transaction leaves there is written over. */
async function manifest(): Promise<Record<string, unknown>> {
  const { blobs: _, ...rest } = await dump(database);
  return rest;
}

async function add(id: string, chunks: number, changes: Partial<Commit> = {}) {
  const ingestId = `ingest-${id}`;
  await pending.put({ ingestId, file: new Blob([id]), name: id, path: '', addedAt: 1 });
  return store.commit('default', { ...commitOf(id, chunks, 'old'), ...changes });
}

describe('commit', () => {
  test('makes a document visible and its pending file and partial vectors gone', async () => {
    await pending.put({ ingestId: 'ingest-a', file: new Blob(['a']), name: 'a', path: '', addedAt: 1 });
    await pending.putPartial('ingest-a', 0, OLD, new Float32Array(4));
    const extent = await store.commit('default', commitOf('a', 3, 'old'));
    expect(extent).toMatchObject({ documentId: 'a', firstChunkId: 0, chunks: 3, firstRow: 0 });
    expect(await store.document('a')).toMatchObject({ id: 'a', chunks: 3 });
    expect(await (await store.file('a')).text()).toBe('file a');
    expect((await store.text('a')).text).toContain('text a');
    const { extents, rowFiles, terms } = await wholeManifest(store, OLD);
    const { vectors, table, hashes, terms: ownTerms } = indexedOf('a', 3);
    expect(extents).toEqual([extent]);
    expect(rowFiles).toMatchObject([{ name: extent.file, rows: 3, deadRows: 0, vectorBytes: 8 }]);
    expect(terms).toEqual([{ documentId: 'a', bytes: ownTerms }]);
    expect(await store.chunks(OLD, 'a')).toEqual({ table, hashes });
    expect(await store.embedded(OLD, 'a')).toEqual({ hashes, vectors });
    expect(await pending.all()).toEqual([]);
    expect(await database.count('partials')).toBe(0);
  });

  const uncloneable = { toString: () => 'a value with a function' };
  test.each<[string, (commit: Commit) => Commit]>([
    [
      'document',
      (commit) => ({ ...commit, document: { ...commit.document, warnings: [uncloneable as never] } }),
    ],
    ['file', (commit) => ({ ...commit, file: uncloneable as never })],
    ['text', (commit) => ({ ...commit, text: { ...commit.text, sections: [uncloneable as never] } })],
    ['chunks', (commit) => ({ ...commit, indexed: { ...commit.indexed, hashes: uncloneable as never } })],
    ['terms', (commit) => ({ ...commit, indexed: { ...commit.indexed, terms: uncloneable as never } })],
  ])('changes nothing when the %s cannot be written', async (_, broken) => {
    await add('a', 2);
    await pending.put({ ingestId: 'ingest-b', file: new Blob(['b']), name: 'b', path: '', addedAt: 1 });
    await pending.putPartial('ingest-b', 0, OLD, new Float32Array(4));
    const before = await manifest();
    await expect(store.commit('default', broken(commitOf('b', 3, 'old')))).rejects.toMatchObject({
      code: 'internal',
    });
    expect(await manifest()).toEqual(before);
    // And the database goes on working.
    expect((await add('c', 1)).firstChunkId).toBe(2);
  });

  test('changes nothing when the transaction dies in the middle, and does not call that a cancel', async () => {
    const before = await manifest();
    await pending.put({ ingestId: 'ingest-a', file: new Blob(['a']), name: 'a', path: '', addedAt: 1 });
    const dying = new Proxy(database, {
      get: (target, member) =>
        member === 'transaction'
          ? (...args: Parameters<Database['transaction']>) => {
              const tx = target.transaction(...args);
              if (tx.mode === 'readonly') return tx;
              // What a browser does when the disk is full, but for the reason it gives.
              queueMicrotask(
                () =>
                  void tx
                    .objectStore('documents')
                    .count()
                    .then(() => tx.abort()),
              );
              return tx;
            }
          : Reflect.get(target, member),
    });
    const log = new RowLog(database, new BlobDisk(database));
    const doomed = new DocumentStore(dying, log, new Copies(name, async () => 'copies'));
    await expect(doomed.commit('default', commitOf('a', 3, 'old'))).rejects.toMatchObject({
      code: 'internal',
    });
    expect(await pending.all()).toHaveLength(1);
    await pending.remove('ingest-a');
    expect(await manifest()).toEqual(before);
  });

  test('refuses a file that is pending no more', async () => {
    const before = await manifest();
    await expect(store.commit('default', commitOf('a', 1, 'old'))).rejects.toMatchObject({ code: 'aborted' });
    expect(await manifest()).toEqual(before);
  });

  test('refuses vectors of another embedder than the collection has by then', async () => {
    await store.startCollection(collectionOf('new'));
    await expect(add('a', 1)).rejects.toMatchObject({ code: 'fingerprint-mismatch' });
    expect(await store.documents()).toEqual([]);
    expect(await pending.all()).toHaveLength(1);
  });
});

describe('chunk ids', () => {
  test('are never handed out twice, whatever is deleted, re-added, embedded anew or started again', async () => {
    const seen = new Set<number>();
    const take = (first: number, count: number): void => {
      for (let id = first; id < first + count; id++) {
        expect(seen.has(id)).toBe(false);
        seen.add(id);
      }
    };
    take((await add('a', 3)).firstChunkId, 3);
    take((await add('b', 2)).firstChunkId, 2);
    await store.remove('b');
    take((await add('b', 2)).firstChunkId, 2);
    await store.putIndexed('default', NEW, 'a', indexedOf('a', 4));
    take((await wholeManifest(store, NEW)).extents[0]?.firstChunkId ?? 0, 4);
    await Promise.all([store.remove('a'), store.remove('b')]);
    await store.startCollection(collectionOf('old'));
    take((await add('c', 1)).firstChunkId, 1);
    expect(seen.size).toBe(12);
  });

  test('do not overlap when documents are committed at the same time', async () => {
    const counts = [3, 1, 4, 2, 5];
    const extents = await Promise.all(counts.map((count, i) => add(`d${i}`, count)));
    const ids = extents.flatMap(({ firstChunkId }, i) =>
      Array.from({ length: counts[i] ?? 0 }, (_, ordinal) => firstChunkId + ordinal),
    );
    expect(new Set(ids).size).toBe(15);
  });
});

test('startCollection leaves a collection with documents alone', async () => {
  await add('a', 1);
  await store.startCollection(collectionOf('new'));
  expect((await store.collection('default'))?.fingerprint.embedder).toBe('old');
});

describe('remove', () => {
  test('deletes record, file, text and what search needs under every fingerprint, and nothing else', async () => {
    await add('b', 2);
    await store.putIndexed('default', NEW, 'b', indexedOf('b', 2));
    const before = await manifest();
    await add('a', 3);
    await store.putIndexed('default', NEW, 'a', indexedOf('a', 1));
    await store.putIndexed('default', 'another', 'a', indexedOf('a', 1));
    await store.remove('a');
    const after = await manifest();
    const { collections, rowFiles } = before;
    expect({ ...after, collections, rowFiles }).toEqual(before);
    // Of the third fingerprint there is nothing left.
    expect((await wholeManifest(store, 'another')).rowFiles).toEqual([]);
    expect((await wholeManifest(store, OLD)).rowFiles).toMatchObject([{ rows: 5, deadRows: 3 }]);
    expect((await wholeManifest(store, NEW)).rowFiles).toMatchObject([{ rows: 3, deadRows: 1 }]);
    expect((await store.embedded(OLD, 'b'))?.vectors).toEqual(indexedOf('b', 2).vectors);
    await expect(store.text('a')).rejects.toMatchObject({ code: 'document-not-found' });
    await expect(store.file('a')).rejects.toMatchObject({ code: 'document-not-found' });
  });

  test('of a document that is not there changes nothing', async () => {
    await add('a', 3);
    const before = await manifest();
    await store.remove('nobody');
    expect(await manifest()).toEqual(before);
  });
});

test('clear empties every store, but for what is known of the copies', async () => {
  await add('a', 3);
  await pending.put({ ingestId: 'p', file: new Blob(['p']), name: 'p', path: '', addedAt: 1 });
  await pending.putPartial('p', 0, OLD, new Float32Array(4));
  await store.clear();
  const { copiesState: _, ...content } = await manifest();
  expect(Object.keys(content)).toHaveLength(13);
  for (const rows of Object.values(content)) expect(rows).toEqual([]);
});

describe('embedding anew', () => {
  test('puts nothing for a document or collection that was deleted meanwhile', async () => {
    await add('a', 1);
    await store.remove('a');
    await store.putIndexed('default', NEW, 'a', indexedOf('a', 1));
    expect(await store.indexed(NEW)).toEqual([]);
    await store.clear();
    await store.putIndexed('default', NEW, 'a', indexedOf('a', 1));
    expect(await store.indexed(NEW)).toEqual([]);
    expect(await database.count('collections')).toBe(0);
  });

  test('on a full disk says so and changes nothing', async () => {
    await add('a', 2);
    const before = await manifest();
    const free = fillDisk(['extents']);
    await expect(store.putIndexed('default', NEW, 'a', indexedOf('a', 3))).rejects.toMatchObject({
      code: 'quota-exceeded',
    });
    free();
    expect(await manifest()).toEqual(before);
  });

  test('does not switch while a document lacks its new vectors', async () => {
    await add('a', 2);
    await add('b', 2);
    await store.putIndexed('default', NEW, 'a', indexedOf('a', 1));
    const before = await manifest();
    expect(await store.switchFingerprint('default', fingerprintOf('new'))).toBe(false);
    expect(await manifest()).toEqual(before);
  });

  test('switches in one step: records, fingerprint, and nothing of any other fingerprint', async () => {
    await add('a', 2);
    await add('b', 2);
    for (const key of [NEW, '!', '~']) {
      await store.putIndexed('default', key, 'a', indexedOf('a', 1));
      await store.putIndexed('default', key, 'b', indexedOf('b', 3));
    }
    expect(await store.switchFingerprint('default', fingerprintOf('new'))).toBe(true);
    expect((await store.collection('default'))?.fingerprint.embedder).toBe('new');
    expect((await store.documents()).map(({ chunks }) => chunks)).toEqual([1, 3]);
    for (const name of ['extents', 'chunks', 'terms'] as const) {
      expect(await database.getAllKeys(name)).toEqual([
        [NEW, 'a'],
        [NEW, 'b'],
      ]);
    }
    expect((await database.getAll('rowFiles')).map((file) => file.fingerprintKey)).toEqual([NEW]);
  });

  test('keeps all vectors when the new fingerprint is the old one', async () => {
    await add('a', 2);
    expect(await store.switchFingerprint('default', fingerprintOf('old'))).toBe(true);
    expect((await store.embedded(OLD, 'a'))?.vectors).toEqual(indexedOf('a', 2).vectors);
  });
});

test('fingerprints whose keys begin alike stay apart', async () => {
  await add('a', 2);
  await store.putIndexed('default', `${OLD}x`, 'a', indexedOf('a', 1));
  expect(await store.indexed(OLD)).toEqual(['a']);
  expect((await wholeManifest(store, `${OLD}x`)).extents).toMatchObject([{ chunks: 1 }]);
});

describe('damage', () => {
  test('is found, and the document queued to be indexed anew from its file', async () => {
    const extent = await add('a', 2);
    await add('b', 1);
    const wrong = { ...extent, vectorsHash: 1 };
    await database.put('extents', wrong, [OLD, 'a']);
    await expect(store.embedded(OLD, 'a')).rejects.toMatchObject({ code: 'index-corrupt' });
    await store.requeue(OLD, wrong);
    expect(await store.indexed(OLD)).toEqual(['b']);
    expect(await store.document('a')).toBeUndefined();
    const [again] = await pending.all();
    expect(again).toMatchObject({ name: 'a.txt', addedAt: 1 });
    expect(await again?.file.text()).toBe('file a');
  });

  test('that was replaced meanwhile is none', async () => {
    const extent = await add('a', 2);
    await store.requeue(OLD, { ...extent, firstRow: 7 });
    expect(await store.document('a')).toBeDefined();
    expect(await pending.all()).toEqual([]);
  });
});

test('rows are appended to one file until it is full, and to the same by two tabs', async () => {
  const other = await openStore(name);
  const first = await add('a', 2);
  await pending.put({ ingestId: 'ingest-b', file: new Blob(['b']), name: 'b', path: '', addedAt: 1 });
  const second = await other.documents.commit('default', commitOf('b', 3, 'old'));
  const third = await add('c', 1);
  expect([second, third]).toMatchObject([
    { file: first.file, firstRow: 2 },
    { file: first.file, firstRow: 5 },
  ]);
  expect((await store.embedded(OLD, 'b'))?.vectors).toEqual(indexedOf('b', 3).vectors);
  const [file] = (await wholeManifest(store, OLD)).rowFiles;
  // A full file is not written to any more.
  await database.put('rowFiles', { ...file!, rows: 20_000 });
  expect((await add('d', 1)).file).not.toBe(first.file);
  other.close();
});

test('rows go to a new file where the one they would have gone to is cut short', async () => {
  const extent = await add('a', 2);
  const [file] = (await wholeManifest(store, OLD)).rowFiles;
  await database.put('rowFiles', { ...file!, rows: 9 });
  const second = await add('b', 1);
  expect(second.file).not.toBe(extent.file);
  expect((await store.embedded(OLD, 'b'))?.vectors).toEqual(indexedOf('b', 1).vectors);
});
