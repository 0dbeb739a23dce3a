import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from './database.ts';
import { dump } from '../fixtures/stored-records.ts';
import type { PendingStore } from './pending.ts';
import { deleteStore, openStore } from './store.ts';

let name: string;
let database: Database;
let pending: PendingStore;

beforeEach(async () => {
  name = `test-${crypto.randomUUID()}`;
  ({ database, pending } = await openStore(name));
});
afterEach(async () => {
  database.close();
  await deleteStore(name);
});

const put = (ingestId: string, addedAt = 1): Promise<void> =>
  pending.put({ ingestId, file: new File(['content'], 'x.txt'), name: 'x.txt', path: 'folder', addedAt });
const rows = (...values: number[]): Float32Array =>
  Float32Array.from(values.flatMap((value) => [value, value]));

test('gives files back as they were put, oldest first', async () => {
  await put('b', 20);
  await put('a', 10);
  const all = await pending.all();
  expect(all.map(({ ingestId }) => ingestId)).toEqual(['a', 'b']);
  expect(all[0]).toMatchObject({ name: 'x.txt', path: 'folder', addedAt: 10 });
  expect(await all[0]?.file.text()).toBe('content');
  expect(await pending.has('a')).toBe(true);
  expect(await pending.has('c')).toBe(false);
});

test('a file that cannot be written leaves nothing behind', async () => {
  const file = { ingestId: 'a', file: new Blob(), name: () => 'x', path: '', addedAt: 1 };
  await expect(pending.put(file as never)).rejects.toMatchObject({ code: 'internal' });
  expect(await pending.all()).toEqual([]);
});

test('removes a file with its vectors and leaves the others, whose ids begin alike', async () => {
  await put('a');
  await put('ab');
  await pending.putPartial('ab', 0, 'key', rows(1));
  const before = await dump(database);
  await put('a');
  await pending.putPartial('a', 0, 'key', rows(1));
  await pending.putPartial('a', 1, 'key', rows(2));
  await pending.remove('a');
  await put('a');
  expect(await dump(database)).toEqual(before);
});

describe('partial vectors', () => {
  beforeEach(() => put('a'));

  test('are none at first', async () => {
    expect([...(await pending.partial('a', 'key', 2))]).toEqual([]);
  });

  test('are joined in order of the chunks, not of writing', async () => {
    await pending.putPartial('a', 2, 'key', rows(3));
    await pending.putPartial('a', 0, 'key', rows(1, 2));
    await pending.putPartial('a', 10, 'key', rows(11));
    await pending.putPartial('a', 3, 'key', rows(4, 5, 6, 7, 8, 9, 10));
    expect([...(await pending.partial('a', 'key', 2))]).toEqual([...rows(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)]);
  });

  test('end at a gap', async () => {
    await pending.putPartial('a', 0, 'key', rows(1));
    await pending.putPartial('a', 2, 'key', rows(3));
    expect([...(await pending.partial('a', 'key', 2))]).toEqual([1, 1]);
  });

  test('do not count when the first is missing', async () => {
    await pending.putPartial('a', 1, 'key', rows(2));
    expect(await pending.partial('a', 'key', 2)).toHaveLength(0);
  });

  test('end where another embedder made them', async () => {
    await pending.putPartial('a', 0, 'key', rows(1));
    await pending.putPartial('a', 1, 'other', rows(2));
    expect([...(await pending.partial('a', 'key', 2))]).toEqual([1, 1]);
    expect(await pending.partial('a', 'other', 2)).toHaveLength(0);
  });

  test('are of the one file', async () => {
    await put('b');
    await pending.putPartial('b', 0, 'key', rows(7));
    expect(await pending.partial('a', 'key', 2)).toHaveLength(0);
  });

  test('are copied: only the rows given are stored, and later changes do not show', async () => {
    const all = rows(1, 2, 3, 4);
    await pending.putPartial('a', 0, 'key', all.subarray(0, 4));
    all.fill(9);
    expect([...(await pending.partial('a', 'key', 2))]).toEqual([1, 1, 2, 2]);
  });

  test('of a file that was dropped meanwhile are not kept', async () => {
    await pending.remove('a');
    await pending.putPartial('a', 0, 'key', rows(1));
    expect(await database.count('partials')).toBe(0);
  });
});
