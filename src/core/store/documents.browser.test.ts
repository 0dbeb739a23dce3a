import { deleteDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintKey } from '../fingerprint.ts';
import { openDatabase, type Database } from './database.ts';
import { DocumentStore, type Commit } from './documents.ts';
import { fillDisk } from '../fixtures/full-disk.ts';
import { collectionOf, commitOf, dump, fingerprintOf, segmentOf } from '../fixtures/stored-records.ts';
import { PendingStore } from './pending.ts';

const OLD = fingerprintKey(fingerprintOf('old'));
const NEW = fingerprintKey(fingerprintOf('new'));

let name: string;
let database: Database;
let store: DocumentStore;
let pending: PendingStore;

beforeEach(async () => {
  name = `test-${crypto.randomUUID()}`;
  database = await openDatabase(name);
  store = new DocumentStore(database);
  pending = new PendingStore(database);
  await store.startCollection(collectionOf('old'));
});
afterEach(async () => {
  database.close();
  await deleteDB(name);
});

async function add(id: string, chunks: number, changes: Partial<Commit> = {}) {
  const ingestId = `ingest-${id}`;
  await pending.put({ ingestId, file: new Blob([id]), name: id, path: '', addedAt: 1 });
  return store.commit('default', { ...commitOf(id, chunks, 'old'), ...changes });
}

describe('commit', () => {
  test('makes a document visible and its pending file and partial vectors gone', async () => {
    await pending.put({ ingestId: 'ingest-a', file: new Blob(['a']), name: 'a', path: '', addedAt: 1 });
    await pending.putPartial('ingest-a', 0, OLD, new Float32Array(4));
    const segment = await store.commit('default', commitOf('a', 3, 'old'));
    expect(segment.firstChunkId).toBe(0);
    expect(await store.document('a')).toMatchObject({ id: 'a', chunks: 3 });
    expect(await (await store.file('a')).text()).toBe('file a');
    expect((await store.text('a')).text).toContain('text a');
    expect(await store.segment(OLD, 'a')).toEqual(segment);
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
    ['segment', (commit) => ({ ...commit, segment: { ...commit.segment, terms: uncloneable as never } })],
  ])('changes nothing when the %s cannot be written', async (_, broken) => {
    await add('a', 2);
    await pending.put({ ingestId: 'ingest-b', file: new Blob(['b']), name: 'b', path: '', addedAt: 1 });
    await pending.putPartial('ingest-b', 0, OLD, new Float32Array(4));
    const before = await dump(database);
    await expect(store.commit('default', broken(commitOf('b', 3, 'old')))).rejects.toMatchObject({
      code: 'internal',
    });
    expect(await dump(database)).toEqual(before);
    // And the database goes on working.
    expect((await add('c', 1)).firstChunkId).toBe(2);
  });

  test('changes nothing when the transaction dies in the middle, and does not call that a cancel', async () => {
    const before = await dump(database);
    await pending.put({ ingestId: 'ingest-a', file: new Blob(['a']), name: 'a', path: '', addedAt: 1 });
    const doomed = new DocumentStore(
      new Proxy(database, {
        get: (target, member) =>
          member === 'transaction'
            ? (...args: Parameters<Database['transaction']>) => {
                const tx = target.transaction(...args);
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
      }),
    );
    await expect(doomed.commit('default', commitOf('a', 3, 'old'))).rejects.toMatchObject({
      code: 'internal',
    });
    expect(await pending.all()).toHaveLength(1);
    await pending.remove('ingest-a');
    expect(await dump(database)).toEqual(before);
  });

  test('refuses a file that is pending no more', async () => {
    const before = await dump(database);
    await expect(store.commit('default', commitOf('a', 1, 'old'))).rejects.toMatchObject({ code: 'aborted' });
    expect(await dump(database)).toEqual(before);
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
    await store.putSegment('default', NEW, segmentOf('a', 4));
    take((await store.segment(NEW, 'a'))?.firstChunkId ?? 0, 4);
    await Promise.all([store.remove('a'), store.remove('b')]);
    await store.startCollection(collectionOf('old'));
    take((await add('c', 1)).firstChunkId, 1);
    expect(seen.size).toBe(12);
  });

  test('do not overlap when documents are committed at the same time', async () => {
    const counts = [3, 1, 4, 2, 5];
    const segments = await Promise.all(counts.map((count, i) => add(`d${i}`, count)));
    const ids = segments.flatMap(({ firstChunkId }, i) =>
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
  test('deletes record, file, text and the segments of every fingerprint, and nothing else', async () => {
    await add('b', 2);
    await store.putSegment('default', NEW, segmentOf('b', 2));
    const before = await dump(database);
    await add('a', 3);
    await store.putSegment('default', NEW, segmentOf('a', 1));
    await store.putSegment('default', 'another', segmentOf('a', 1));
    await store.remove('a');
    const after = await dump(database);
    expect({ ...after, collections: before['collections'] }).toEqual(before);
    await expect(store.text('a')).rejects.toMatchObject({ code: 'document-not-found' });
    await expect(store.file('a')).rejects.toMatchObject({ code: 'document-not-found' });
  });

  test('of a document that is not there changes nothing', async () => {
    await add('a', 3);
    const before = await dump(database);
    await store.remove('nobody');
    expect(await dump(database)).toEqual(before);
  });
});

test('clear empties every store', async () => {
  await add('a', 3);
  await pending.put({ ingestId: 'p', file: new Blob(['p']), name: 'p', path: '', addedAt: 1 });
  await pending.putPartial('p', 0, OLD, new Float32Array(4));
  await store.clear();
  const content = await dump(database);
  expect(Object.keys(content)).toHaveLength(7);
  for (const rows of Object.values(content)) expect(rows).toEqual([]);
});

describe('embedding anew', () => {
  test('puts no segment for a document or collection that was deleted meanwhile', async () => {
    await add('a', 1);
    await store.remove('a');
    await store.putSegment('default', NEW, segmentOf('a', 1));
    expect(await database.count('segments')).toBe(0);
    await store.clear();
    await store.putSegment('default', NEW, segmentOf('a', 1));
    expect(await database.count('segments')).toBe(0);
    expect(await database.count('collections')).toBe(0);
  });

  test('on a full disk says so and changes nothing', async () => {
    await add('a', 2);
    const before = await dump(database);
    const free = fillDisk(['segments']);
    await expect(store.putSegment('default', NEW, segmentOf('a', 3))).rejects.toMatchObject({
      code: 'quota-exceeded',
    });
    free();
    expect(await dump(database)).toEqual(before);
  });

  test('does not switch while a document lacks its new segment', async () => {
    await add('a', 2);
    await add('b', 2);
    await store.putSegment('default', NEW, segmentOf('a', 1));
    const before = await dump(database);
    expect(await store.switchFingerprint('default', fingerprintOf('new'))).toBe(false);
    expect(await dump(database)).toEqual(before);
  });

  test('switches in one step: records, fingerprint, and no segment of any other fingerprint', async () => {
    await add('a', 2);
    await add('b', 2);
    for (const key of [NEW, '!', '~']) {
      await store.putSegment('default', key, segmentOf('a', 1));
      await store.putSegment('default', key, segmentOf('b', 3));
    }
    expect(await store.switchFingerprint('default', fingerprintOf('new'))).toBe(true);
    expect((await store.collection('default'))?.fingerprint.embedder).toBe('new');
    expect((await store.documents()).map(({ chunks }) => chunks)).toEqual([1, 3]);
    expect(await database.getAllKeys('segments')).toEqual([
      [NEW, 'a'],
      [NEW, 'b'],
    ]);
    expect(await store.segmentKeys(OLD)).toEqual([]);
  });

  test('keeps all vectors when the new fingerprint is the old one', async () => {
    await add('a', 2);
    expect(await store.switchFingerprint('default', fingerprintOf('old'))).toBe(true);
    expect(await store.segments(OLD)).toHaveLength(1);
  });
});

test('segments of a fingerprint whose key begins like another stay apart', async () => {
  await add('a', 2);
  await store.putSegment('default', `${OLD}x`, segmentOf('a', 1));
  expect(await store.segmentKeys(OLD)).toEqual(['a']);
  expect(await store.segments(`${OLD}x`)).toHaveLength(1);
});
