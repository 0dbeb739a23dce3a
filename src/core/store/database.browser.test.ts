import { deleteDB, openDB, type IDBPDatabase } from 'idb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from './database.ts';
import { DATABASE_VERSION } from './schema.ts';

let name: string;
const opened: { close(): void }[] = [];
const keep = <T extends { close(): void }>(database: T): T => (opened.push(database), database);

beforeEach(() => {
  name = `test-${crypto.randomUUID()}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const database of opened.splice(0)) database.close();
  await deleteDB(name);
});

const STORES = [
  'blobs',
  'chunks',
  'collections',
  'copies',
  'copiesState',
  'documents',
  'extents',
  'files',
  'partials',
  'pending',
  'rowFiles',
  'segments',
  'termFiles',
  'terms',
  'texts',
];

test('makes every store of this version from nothing', async () => {
  const database = keep(await openDatabase(name));
  expect(database.version).toBe(DATABASE_VERSION);
  expect([...database.objectStoreNames]).toEqual(STORES);
});

test('opens again with what was there', async () => {
  const first = await openDatabase(name);
  await first.put('files', new Blob(['kept']), 'a');
  first.close();
  const second = keep(await openDatabase(name));
  expect(await (await second.get('files', 'a'))?.text()).toBe('kept');
});

test('two tabs open it at once', async () => {
  const [a, b] = await Promise.all([openDatabase(name), openDatabase(name)]);
  keep(a);
  keep(b);
  await a.put('files', new Blob(['from a']), 'a');
  expect(await (await b.get('files', 'a'))?.text()).toBe('from a');
});

test('gives way to a newer page that wants to upgrade', async () => {
  keep(await openDatabase(name));
  const blocked = vi.fn();
  keep(await openDB(name, DATABASE_VERSION + 1, { blocked }));
  expect(blocked).not.toHaveBeenCalled();
});

test('a database of a newer page is reported as storage that cannot be had', async () => {
  keep(await openDB(name, DATABASE_VERSION + 1));
  await expect(openDatabase(name)).rejects.toMatchObject({ code: 'storage-unavailable' });
});

test('a browser without storage is reported as such', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  });
  await expect(openDatabase(name)).rejects.toMatchObject({ code: 'storage-unavailable' });
});

describe('while a tab that does not give way holds an older version open', () => {
  let other: IDBPDatabase;
  beforeEach(async () => {
    other = keep(await openDB(name, DATABASE_VERSION));
    // There is no version below the first: the page under test asks for the next one.
    const open = indexedDB.open.bind(indexedDB);
    vi.spyOn(indexedDB, 'open').mockImplementation((which) => open(which, DATABASE_VERSION + 1));
  });
  afterEach(() => vi.useRealTimers());

  test('waits for it', async () => {
    setTimeout(() => other.close(), 100);
    expect(keep(await openDatabase(name)).version).toBe(DATABASE_VERSION + 1);
  });

  test("gives up in the end, and then stands in nobody's way", async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const opening = openDatabase(name);
    const outcome = expect(opening).rejects.toMatchObject({ code: 'storage-blocked' });
    await vi.waitUntil(() => vi.getTimerCount() > 0);
    await vi.advanceTimersByTimeAsync(5_000);
    await outcome;
    other.close();
    vi.restoreAllMocks();
    const blocked = vi.fn();
    keep(await openDB(name, DATABASE_VERSION + 2, { blocked }));
    expect(blocked).not.toHaveBeenCalled();
  });
});
