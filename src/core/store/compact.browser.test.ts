import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprintKey } from '../fingerprint.ts';
import { collectionOf, commitOf, fingerprintOf, wholeManifest } from '../fixtures/stored-records.ts';
import { deleteStore, openStore, type Store } from './store.ts';
import type { Extent } from './schema.ts';

const KEY = fingerprintKey(fingerprintOf('old'));

let name: string;
let store: Store;

beforeEach(async () => {
  name = `test-${crypto.randomUUID()}`;
  store = await openStore(name);
  await store.documents.startCollection(collectionOf('old'));
});
afterEach(async () => {
  store.close();
  await deleteStore(name);
});

/** A document whose rows are all `value`. */
async function add(id: string, chunks: number, value: number): Promise<Extent> {
  const commit = commitOf(id, chunks, 'old');
  commit.indexed.vectors.fill(value);
  await store.pending.put({ ingestId: commit.ingestId, file: commit.file, name: id, path: '', addedAt: 1 });
  return store.documents.commit('default', commit);
}
const rowsOf = async (id: string): Promise<number[]> => [
  ...((await store.documents.embedded(KEY, id))?.vectors ?? []),
];
const files = async () => (await wholeManifest(store.documents, KEY)).rowFiles;
const NOTHING = new Set<string>();

test('rewrites a file of which much is dead, in the order of its rows, and sweeps the old one', async () => {
  await add('a', 40, 0.1);
  await add('b', 100, 0.2);
  await add('c', 30, 0.3);
  await store.documents.remove('b');
  const [before] = await files();
  expect(before).toMatchObject({ rows: 170, deadRows: 100 });
  expect(await store.compact(KEY)).toBe(true);
  const [after, ...others] = await files();
  expect(others).toEqual([]);
  expect(after).toMatchObject({ rows: 70, deadRows: 0 });
  expect(await rowsOf('a')).toEqual(new Array(80).fill(Math.fround(0.1)));
  expect(await rowsOf('c')).toEqual(new Array(60).fill(Math.fround(0.3)));
  // Still read from by a tab that has not followed yet.
  await store.sweep(new Set([before!.name]));
  expect(new Set((await store.database.getAllKeys('blobs')).map(([file]) => file)).size).toBe(4);
  await store.sweep(NOTHING);
  expect(new Set((await store.database.getAllKeys('blobs')).map(([file]) => file)).size).toBe(2);
  // The next document goes behind what is left.
  expect(await add('d', 1, 0.4)).toMatchObject({ file: after?.name, firstRow: 70 });
});

test('leaves files alone that are mostly live, or hardly worth it', async () => {
  await add('a', 300, 0.1);
  await add('b', 90, 0.2);
  await store.documents.remove('b');
  await add('small', 50, 0.2);
  await store.documents.remove('small');
  const before = await files();
  expect(before).toMatchObject([{ rows: 440, deadRows: 140 }]);
  await store.database.put('rowFiles', { ...before[0]!, deadRows: 63, rows: 100 });
  expect(await store.compact(KEY)).toBe(false);
  await store.database.put('rowFiles', { ...before[0]!, deadRows: 132 });
  expect(await store.compact(KEY)).toBe(false);
});

test('a file of dead rows alone leaves the manifest at once', async () => {
  await add('a', 3, 0.1);
  await store.documents.remove('a');
  expect(await files()).toEqual([]);
  await store.sweep(NOTHING);
  expect(await store.database.count('blobs')).toBe(0);
});

test('what is deleted or added again while it runs stays so', async () => {
  await add('a', 100, 0.1);
  await add('b', 10, 0.2);
  await add('c', 10, 0.3);
  await store.documents.remove('a');
  const compacting = store.compact(KEY);
  await store.documents.remove('b');
  await compacting;
  await store.compact(KEY);
  expect(await store.documents.indexed(KEY)).toEqual(['c']);
  expect(await rowsOf('b')).toEqual([]);
  expect(await rowsOf('c')).toEqual(new Array(20).fill(Math.fround(0.3)));
  const [file] = await files();
  expect(file!.rows - file!.deadRows).toBe(10);
});

test('a document whose rows are damaged is queued to be indexed anew, the others move', async () => {
  await add('a', 100, 0.1);
  const damaged = await add('b', 10, 0.2);
  await add('c', 10, 0.3);
  await store.documents.remove('a');
  await store.database.put('extents', { ...damaged, vectorsHash: damaged.vectorsHash + 1 }, [KEY, 'b']);
  await store.compact(KEY);
  expect(await store.documents.indexed(KEY)).toEqual(['c']);
  expect(await rowsOf('c')).toEqual(new Array(20).fill(Math.fround(0.3)));
  expect((await store.pending.all()).map((file) => file.name)).toEqual(['b.txt']);
});

test('sweeping leaves what the manifest names, whoever is at work', async () => {
  const adding = Promise.all([add('a', 2, 0.1), add('b', 2, 0.2)]);
  await store.sweep(NOTHING);
  await adding;
  await store.sweep(NOTHING);
  expect(await rowsOf('a')).toHaveLength(4);
  const reopened = await openStore(name);
  expect([...((await reopened.documents.embedded(KEY, 'b'))?.vectors ?? [])]).toHaveLength(4);
  reopened.close();
});
