import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeTerms } from './4-index/encode-terms.ts';
import { encodeVectors } from './4-index/encode-vectors.ts';
import { vectorIndexes } from './4-index/registry.ts';
import { fingerprintKey } from './fingerprint.ts';
import { collectionOf, commitOf, fingerprintOf, hashesOf, wholeManifest } from './fixtures/stored-records.ts';
import { LibraryIndex } from './library.ts';
import type { Commit } from './store/documents.ts';
import type { Extent } from './store/schema.ts';
import { deleteStore, openStore, type Store } from './store/store.ts';

const KEY = fingerprintKey(fingerprintOf('old'));

let name: string;
const stores: Store[] = [];

/** A tab: a store and a library of its own. */
interface Tab {
  readonly store: Store;
  readonly library: LibraryIndex;
}

async function openTab(): Promise<Tab> {
  const store = await openStore(name);
  stores.push(store);
  await store.documents.startCollection(collectionOf('old'));
  const library = new LibraryIndex(store, KEY, 2, await vectorIndexes.get('flat').load());
  expect(await library.follow()).toEqual([]);
  return { store, library };
}

let tab: Tab;

beforeEach(async () => {
  name = `test-${crypto.randomUUID()}`;
  tab = await openTab();
});
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  await deleteStore(name);
});

/** A document of two chunks with a word of its own, whose vectors point in a direction of its own. */
function documentOf(number: number): Commit {
  const commit = commitOf(`d${number}`, 2, 'old');
  const angle = number / 100;
  const vectors = Float32Array.of(Math.cos(angle), Math.sin(angle), Math.cos(angle), Math.sin(angle));
  return {
    ...commit,
    indexed: {
      ...commit.indexed,
      vectors,
      codes: encodeVectors(vectors, 2),
      terms: encodeTerms([`common word${number}`, 'common']),
    },
  };
}

async function add({ store, library }: Tab, number: number): Promise<Extent> {
  const commit = documentOf(number);
  await store.pending.put({ ingestId: commit.ingestId, file: commit.file, name: 'x', path: '', addedAt: 1 });
  const extent = await store.documents.commit('default', commit);
  await library.add(commit.document, extent, commit.indexed);
  return extent;
}

async function addAll(count: number): Promise<void> {
  for (let number = 0; number < count; number++) await add(tab, number);
}

async function mergeAll({ library }: Tab): Promise<number> {
  let merges = 0;
  while ((await library.mergeTerms()) === 'merged') merges++;
  return merges;
}

async function remove({ store, library }: Tab, number: number): Promise<void> {
  await store.documents.remove(`d${number}`);
  library.remove(`d${number}`);
}

const termFiles = async () => (await wholeManifest(tab.store.documents, KEY)).termFiles;

/** These documents and no others, each found by its word and as the nearest to its own vector. */
async function expectDocuments({ library }: Tab, numbers: readonly number[]): Promise<void> {
  expect(library.documents.map(({ id }) => id).sort()).toEqual(numbers.map((number) => `d${number}`).sort());
  expect(library.chunks).toBe(2 * numbers.length);
  expect(library.keywords.search('common', 1_000)).toHaveLength(2 * numbers.length);
  for (const number of numbers) {
    const words = library.keywords.search(`word${number}`, 10).map(({ chunkId }) => chunkId);
    const query = documentOf(number).indexed.vectors.subarray(0, 2);
    const [nearest] = library.vectors.search(query, 1);
    expect(nearest?.score).toBeCloseTo(1, 6);
    const found = await library.locate([...words, nearest?.chunkId ?? -1]);
    expect(found.map(({ document }) => document.id)).toEqual([`d${number}`, `d${number}`]);
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('terms', () => {
  test('are merged eight documents at a time, and found as before, here and after opening again', async () => {
    await addAll(7);
    expect(await mergeAll(tab)).toBe(0);
    for (const number of range(7, 20)) {
      await add(tab, number);
      await mergeAll(tab);
    }
    const files = await termFiles();
    expect(files.length).toBeGreaterThan(0);
    expect((await wholeManifest(tab.store.documents, KEY)).terms.length).toBeLessThan(8);
    await expectDocuments(tab, range(0, 20));
    await tab.store.sweep(tab.library.files);
    await expectDocuments(tab, range(0, 20));
    await expectDocuments(await openTab(), range(0, 20));
  });

  test('of deleted documents are gone, before they are merged and after', async () => {
    await addAll(8);
    await mergeAll(tab);
    await remove(tab, 3);
    await expectDocuments(tab, [0, 1, 2, 4, 5, 6, 7]);
    await expectDocuments(await openTab(), [0, 1, 2, 4, 5, 6, 7]);
    for (const number of [0, 1, 2]) await remove(tab, number);
    expect(await mergeAll(tab)).toBeGreaterThan(0);
    expect((await termFiles()).map((file) => file.firstChunkIds.length)).toEqual([4]);
    await expectDocuments(tab, [4, 5, 6, 7]);
    for (const number of [4, 5, 6, 7]) await remove(tab, number);
    await mergeAll(tab);
    expect(await termFiles()).toEqual([]);
    await expectDocuments(tab, []);
    await add(tab, 9);
    await expectDocuments(tab, [9]);
  });

  test('a document that is deleted while they are merged stays deleted', async () => {
    await addAll(8);
    const merging = tab.library.mergeTerms();
    await remove(tab, 5);
    await merging;
    await tab.library.follow();
    await expectDocuments(tab, [0, 1, 2, 3, 4, 6, 7]);
    await mergeAll(tab);
    await expectDocuments(await openTab(), [0, 1, 2, 3, 4, 6, 7]);
  });

  test('that another tab has merged are told as outdated, and followed', async () => {
    await addAll(8);
    const other = await openTab();
    expect(await mergeAll(other)).toBe(1);
    expect(await tab.library.mergeTerms()).toBe('outdated');
    await expectDocuments(tab, range(0, 8));
    expect(await tab.library.follow()).toEqual([]);
    await expectDocuments(tab, range(0, 8));
    expect(await tab.library.mergeTerms()).toBe('none');
  });
});

describe('terms that are lost or damaged', () => {
  /** Words of the texts that `commitOf` gives to a document. */
  const byText = ({ library }: Tab, number: number): number =>
    library.keywords.search(`d${number}`, 100).length;

  async function openLacking(documentId: string): Promise<Tab> {
    await tab.store.database.delete('terms', [KEY, documentId]);
    return openTab();
  }

  test('are made anew of the stored texts; until then meaning alone finds the document', async () => {
    await addAll(3);
    const other = await openLacking('d1');
    expect(other.library.chunks).toBe(6);
    expect(other.library.vectors.search(documentOf(1).indexed.vectors.subarray(0, 2), 9)).toHaveLength(6);
    expect([other.library.chunksWithoutTerms > 0, byText(other, 1)]).toEqual([true, 0]);
    expect(await other.library.mendTerms()).toBe(true);
    expect([other.library.chunksWithoutTerms, byText(other, 1)]).toEqual([0, 2]);
    expect(await other.library.mendTerms()).toBe(false);
    expect(byText(await openTab(), 1)).toBe(2);
  });

  test('stay gone where the document is deleted meanwhile', async () => {
    await addAll(2);
    const other = await openLacking('d1');
    const mending = other.library.mendTerms();
    await remove(tab, 1);
    other.library.remove('d1');
    await mending;
    expect((await wholeManifest(tab.store.documents, KEY)).terms.map(({ documentId }) => documentId)).toEqual(
      ['d0'],
    );
    await expectDocuments(other, [0]);
  });

  test('of a file whose postings are damaged are noticed when asked, and replaced', async () => {
    await addAll(8);
    await mergeAll(tab);
    const { database } = tab.store;
    const [file] = await termFiles();
    const key: [string, number] = [`${file!.name}.terms`, 0];
    const bytes = new Uint8Array(await (await database.get('blobs', key))!.arrayBuffer());
    bytes[bytes.length - 1]! ^= 1;
    await database.put('blobs', new Blob([bytes]), key);
    const other = await openTab();
    expect(other.library.chunksWithoutTerms).toBe(0);
    expect(other.library.dropDamagedTerms()).toBe(true);
    expect(other.library.keywords.search('common', 100)).toEqual([]);
    await other.library.mendTerms();
    expect(other.library.dropDamagedTerms()).toBe(false);
    expect(await termFiles()).toEqual([]);
    for (const number of range(0, 8)) expect(byText(other, number)).toBe(2);
    const reopened = await openTab();
    for (const number of range(0, 8)) expect(byText(reopened, number)).toBe(2);
  });
});

describe('follow', () => {
  test('takes what another tab has added, deleted, put back and moved', async () => {
    await addAll(3);
    const other = await openTab();
    for (const number of range(3, 40)) await add(other, number);
    for (const number of range(1, 39)) await remove(other, number);
    await add(other, 2);
    expect(await other.store.compact(KEY)).toBe(true);
    // Until it follows it goes on with what it has, whose files are still there.
    expect(tab.library.documents).toHaveLength(3);
    expect(tab.library.vectors.search(documentOf(2).indexed.vectors.subarray(0, 2), 3)).toHaveLength(3);
    expect(tab.library.keywords.search('word2', 3)).toHaveLength(1);
    expect(await tab.library.follow()).toEqual([]);
    await expectDocuments(tab, [0, 2, 39]);
    await tab.store.sweep(tab.library.files);
    await expectDocuments(tab, [0, 2, 39]);
  });

  test('leaves out what is damaged, and says what it is', async () => {
    await addAll(3);
    const { store } = tab;
    const [extent] = (await wholeManifest(store.documents, KEY)).extents;
    await store.database.put('extents', { ...extent!, codesHash: extent!.codesHash + 1 }, [KEY, 'd0']);
    await store.database.delete('terms', [KEY, 'd1']);
    const reopened = new LibraryIndex(store, KEY, 2, await vectorIndexes.get('flat').load());
    const damaged = await reopened.follow();
    expect(damaged.map(({ documentId }) => documentId)).toEqual(['d0']);
    expect(reopened.documents.map(({ id }) => id)).toEqual(['d1', 'd2']);
    expect(reopened.keywords.search('common', 9)).toHaveLength(2);
  });

  test('a lost file takes its documents and no others', async () => {
    await addAll(2);
    const { store } = tab;
    const [file] = (await wholeManifest(store.documents, KEY)).rowFiles;
    await store.database.put('rowFiles', { ...file!, rows: 20_000 });
    await add(tab, 2);
    await store.database.put('rowFiles', file!);
    await store.database.delete(
      'blobs',
      IDBKeyRange.bound([`${file!.name}.codes`], [`${file!.name}.codes`, []]),
    );
    const reopened = await openStore(name);
    stores.push(reopened);
    const library = new LibraryIndex(reopened, KEY, 2, await vectorIndexes.get('flat').load());
    expect((await library.follow()).map(({ documentId }) => documentId)).toEqual(['d0', 'd1']);
    await expectDocuments({ store: reopened, library }, [2]);
  });
});

test('texts that have vectors are known, those of another tab after following', async () => {
  await addAll(2);
  const other = await openTab();
  const ids = ['d0', 'd1', 'd2', 'd5'];
  const known = async ({ library }: Tab): Promise<(string | undefined)[]> => {
    const first = (await library.knownTexts()).map(({ hashes }) => hashes[0]);
    return first.map((hash) => ids.find((id) => hashesOf(id, 1)[0] === hash)).sort();
  };
  expect(await known(tab)).toEqual(['d0', 'd1']);
  await add(tab, 2);
  await remove(tab, 0);
  expect(await known(tab)).toEqual(['d1', 'd2']);
  expect(await known(other)).toEqual(['d1', 'd2']);
  await add(other, 5);
  await tab.library.follow();
  expect(await known(tab)).toEqual(['d1', 'd2', 'd5']);
});
