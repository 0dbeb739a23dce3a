import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprintKey } from '../fingerprint.ts';
import { collectionOf, commitOf, fingerprintOf, wholeManifest } from '../fixtures/stored-records.ts';
import type { Extent, TermFile } from './schema.ts';
import { deleteStore, openStore, type Store } from './store.ts';

const KEY = fingerprintKey(fingerprintOf('old'));
const BYTES = Uint8Array.of(1, 2, 3, 4, 5);

let name: string;
let store: Store;
let a: Extent;
let b: Extent;

async function add(id: string): Promise<Extent> {
  const commit = commitOf(id, 2, 'old');
  await store.pending.put({ ingestId: commit.ingestId, file: commit.file, name: id, path: '', addedAt: 1 });
  return store.documents.commit('default', commit);
}
const fileOf = (fileName: string, ...firstChunkIds: number[]): TermFile => ({
  name: fileName,
  fingerprintKey: KEY,
  sizeBytes: BYTES.length,
  firstChunkIds: Uint32Array.from(firstChunkIds),
});
const manifest = async () => {
  const { terms, termFiles } = await wholeManifest(store.documents, KEY);
  return { loose: terms.map(({ documentId }) => documentId), files: termFiles.map((file) => file.name) };
};

beforeEach(async () => {
  name = `test-${crypto.randomUUID()}`;
  store = await openStore(name);
  await store.documents.startCollection(collectionOf('old'));
  a = await add('a');
  b = await add('b');
});
afterEach(async () => {
  store.close();
  await deleteStore(name);
});

test('merged terms take the place of those they were made of', async () => {
  const file = fileOf('one', a.firstChunkId);
  expect(await store.terms.replace(file, BYTES, { files: [], documents: [a] })).toBe(true);
  expect(await manifest()).toEqual({ loose: ['b'], files: ['one'] });
  const next = fileOf('two', a.firstChunkId, b.firstChunkId);
  expect(await store.terms.replace(next, BYTES, { files: ['one'], documents: [b] })).toBe(true);
  expect(await manifest()).toEqual({ loose: [], files: ['two'] });
  const reopened = await openStore(name);
  const source = await reopened.terms.open(next);
  expect([...source.read(1, 4)]).toEqual([2, 3, 4]);
  expect(source.sizeBytes).toBe(5);
  reopened.close();
});

test.each<[string, () => Promise<unknown>]>([
  ['deleted', () => store.documents.remove('a')],
  ['deleted and added again', () => store.documents.remove('a').then(() => add('a'))],
])('nothing changes when a document was %s meanwhile', async (_, change) => {
  await change();
  const before = await manifest();
  const file = fileOf('one', a.firstChunkId, b.firstChunkId);
  expect(await store.terms.replace(file, BYTES, { files: [], documents: [a, b] })).toBe(false);
  expect(await manifest()).toEqual(before);
});

test('of two that merge the same, one does', async () => {
  const other = await openStore(name);
  const merged = { files: [], documents: [a, b] };
  const outcomes = await Promise.all([
    store.terms.replace(fileOf('one', a.firstChunkId, b.firstChunkId), BYTES, merged),
    other.terms.replace(fileOf('two', a.firstChunkId, b.firstChunkId), BYTES, merged),
  ]);
  expect(outcomes.sort()).toEqual([false, true]);
  expect((await manifest()).files).toHaveLength(1);
  await store.sweep(new Set());
  const names = (await store.database.getAllKeys('blobs')).map(([file]) => file);
  expect(names.filter((file) => file.endsWith('.terms'))).toHaveLength(1);
  other.close();
});

test('of files whose documents are all deleted nothing is left', async () => {
  await store.terms.replace(fileOf('one', a.firstChunkId), BYTES, { files: [], documents: [a] });
  await store.documents.remove('a');
  expect(await store.terms.replace(fileOf('two'), BYTES, { files: ['one'], documents: [] })).toBe(true);
  expect(await manifest()).toEqual({ loose: ['b'], files: [] });
});

test('a file that is cut short is damage', async () => {
  const file = fileOf('one', a.firstChunkId);
  await store.terms.replace(file, BYTES, { files: [], documents: [a] });
  const longer = { ...file, sizeBytes: 6 };
  const reopened = await openStore(name);
  await expect(reopened.terms.open(longer)).rejects.toMatchObject({ code: 'index-corrupt' });
  reopened.close();
});
