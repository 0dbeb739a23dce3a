import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { leaveFree } from '../fixtures/full-disk.ts';
import { collectionOf, commitOf, recordOf } from '../fixtures/stored-records.ts';
import { rootOf } from './copies.ts';
import { COPIES, type PendingFile } from './schema.ts';
import { deleteStore, openStore, type Store } from './store.ts';

let name: string;
let store: Store;

beforeEach(async () => {
  name = `test-${crypto.randomUUID()}`;
  store = await openStore(name);
  await store.copy();
  await store.documents.startCollection(collectionOf('old'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  store.close();
  await deleteStore(name);
});

const fileOf = (id: string, changes: Partial<PendingFile> = {}): PendingFile => ({
  ingestId: `ingest-${id}`,
  file: new Blob([`file ${id}`], { type: 'text/plain' }),
  name: `${id}.txt`,
  path: 'folder',
  addedAt: 7,
  ...changes,
});
const accept = (...ids: string[]): Promise<unknown> =>
  Promise.all(ids.map((id) => store.pending.put(fileOf(id))));
async function commit(id: string, ingestId = `ingest-${id}`): Promise<void> {
  await store.pending.put(fileOf(id, { ingestId }));
  await store.documents.commit('default', { ...commitOf(id, 2, 'old'), ingestId });
}

const root = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(rootOf(name));
/** By the name of the folder. */
async function folders(): Promise<Map<string, FileSystemDirectoryHandle>> {
  const all = new Map<string, FileSystemDirectoryHandle>();
  for await (const [own, entry] of (await root()).entries()) all.set(own, entry as FileSystemDirectoryHandle);
  return all;
}
/** Those in doubt in brackets. */
async function copies(): Promise<string[]> {
  const names: string[] = [];
  for (const folder of (await folders()).values()) {
    for await (const own of (await folder.getDirectoryHandle('kept', { create: true })).keys())
      names.push(own);
    for await (const own of (await folder.getDirectoryHandle('in-doubt', { create: true })).keys())
      names.push(`(${own})`);
  }
  return names.sort();
}
async function ownFolder(inside?: 'kept' | 'in-doubt'): Promise<FileSystemDirectoryHandle> {
  const state = await store.database.get('copiesState', COPIES);
  const own = await (await root()).getDirectoryHandle(state?.folder ?? '', { create: true });
  return inside ? own.getDirectoryHandle(inside, { create: true }) : own;
}

/** As Chromium does with a database that it finds damaged, and all else that was in it. */
async function loseDatabase(): Promise<void> {
  store.close();
  await deleteDB(name);
}
async function reopen(): Promise<void> {
  store.close();
  store = await openStore(name);
  await store.settled;
}
/** As far as a tab gets that is closed before the first of these calls: what is left to be done is no more than them. */
async function without(method: 'removeEntry' | 'move', work: () => Promise<unknown>): Promise<void> {
  const prototype = method === 'move' ? FileSystemFileHandle.prototype : FileSystemDirectoryHandle.prototype;
  const spy = vi.spyOn(prototype as unknown as Record<typeof method, () => Promise<void>>, method);
  spy.mockRejectedValue(new DOMException('', 'InvalidStateError'));
  await work();
  spy.mockRestore();
}
const restored = async (): Promise<number> =>
  (await store.pending.all()).filter(({ lost }) => lost === 'database').length;
const waiting = async () =>
  Promise.all(
    (await store.pending.all()).map(async ({ file, ...rest }) => ({ ...rest, text: await file.text() })),
  );

describe('a file has a copy', () => {
  test('from the moment when it is accepted, and as a document', async () => {
    await accept('a');
    expect(await copies()).toEqual(['ingest-a']);
    await commit('b');
    expect(await copies()).toEqual(['ingest-a', 'ingest-b']);
  });

  test('until it is cancelled or deleted', async () => {
    await accept('a', 'b');
    await commit('c');
    await store.pending.remove('ingest-a');
    await store.documents.remove('c');
    expect(await copies()).toEqual(['ingest-b']);
  });

  test('until all are deleted; those that come later have theirs', async () => {
    await accept('a');
    await commit('b');
    await store.documents.clear();
    expect(await copies()).toEqual([]);
    await accept('c');
    expect(await copies()).toEqual(['ingest-c']);
  });

  test('and one only, when it takes the place of what was there', async () => {
    await commit('a', 'first');
    await commit('a', 'second');
    expect(await copies()).toEqual(['second']);
  });

  test('of what was in an archive in place of it', async () => {
    await accept('zip');
    await store.pending.replace('ingest-zip', [fileOf('a'), fileOf('b')]);
    expect(await copies()).toEqual(['ingest-a', 'ingest-b']);
    await expect(store.pending.replace('ingest-zip', [fileOf('c')])).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(await copies()).toEqual(['ingest-a', 'ingest-b']);
  });

  test('which stays when its document is indexed anew', async () => {
    const extent = await store.pending.put(fileOf('a')).then(() => {
      return store.documents.commit('default', commitOf('a', 2, 'old'));
    });
    await store.documents.requeue([...(await store.database.getAllKeys('extents'))][0]![0], extent);
    expect(await store.pending.has('ingest-a')).toBe(true);
    expect(await copies()).toEqual(['ingest-a']);
  });

  test('and none when it was not accepted', async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('', 'DataError');
    });
    await expect(accept('a')).rejects.toMatchObject({ code: 'internal' });
    put.mockRestore();
    expect(await copies()).toEqual([]);
  });

  test('or is refused: a disk that is full for the copy is full', async () => {
    vi.spyOn(FileSystemFileHandle.prototype, 'createWritable').mockRejectedValue(
      new DOMException('', 'QuotaExceededError'),
    );
    await expect(accept('a')).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(await store.pending.all()).toEqual([]);
  });
});

describe('when the browser has thrown the database away', () => {
  test('every file that was there waits again, with all that was said of it, and none that was not', async () => {
    const pageTexts = [{ page: 2, text: '第二页', confidence: 90 }];
    await store.pending.put(fileOf('a', { pageTexts, path: '' }));
    await commit('b');
    await commit('gone');
    await store.documents.remove('gone');
    await loseDatabase();
    store = await openStore(name);
    expect(await restored()).toBe(2);
    const lost = 'database';
    expect(await waiting()).toEqual([
      { ingestId: 'ingest-a', name: 'a.txt', path: '', addedAt: 7, pageTexts, lost, text: 'file a' },
      { ingestId: 'ingest-b', name: 'b.txt', path: 'folder', addedAt: 7, lost, text: 'file b' },
    ]);
    expect((await store.pending.all()).map(({ file }) => file.type)).toEqual(['text/plain', 'text/plain']);
    expect((await folders()).size).toBe(1);
  });

  test('amid deleting all, nothing comes back, however many of the copies were left', async () => {
    await accept('a', 'b');
    await without('removeEntry', () => store.documents.clear());
    expect(await copies()).toEqual(['ingest-a', 'ingest-b']);
    await loseDatabase();
    store = await openStore(name);
    expect(await restored()).toBe(0);
    expect(await copies()).toEqual([]);
  });

  test('it is done once, and after the next loss again', async () => {
    await accept('a');
    for (let times = 2; times > 0; times--) {
      await loseDatabase();
      store = await openStore(name);
      expect(await restored()).toBe(1);
      await reopen();
      expect(await restored()).toBe(1);
      await store.copy();
    }
  });

  test('broken off, it goes on at the next opening', async () => {
    await accept('a', 'b', 'c');
    await loseDatabase();
    const { put } = IDBObjectStore.prototype;
    let puts = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === 'pending' && ++puts === 2) throw new DOMException('', 'QuotaExceededError');
      return put.apply(this, args as [unknown]);
    });
    await expect(openStore(name)).rejects.toMatchObject({ code: 'quota-exceeded' });
    vi.restoreAllMocks();
    store = await openStore(name);
    expect(await restored()).toBe(3);
    expect((await waiting()).map(({ text }) => text).sort()).toEqual(['file a', 'file b', 'file c']);
    await store.copy();
    expect(await copies()).toEqual(['ingest-a', 'ingest-b', 'ingest-c']);
  });

  test('in two tabs at once, each file comes back once', async () => {
    await accept('a', 'b');
    await loseDatabase();
    const tabs = await Promise.all([openStore(name), openStore(name)]);
    [store] = tabs;
    expect(await restored()).toBe(2);
    expect(await waiting()).toHaveLength(2);
    tabs[1].close();
  });

  test('a copy that was not written to its end is no file', async () => {
    await accept('a');
    const kept = await ownFolder('kept');
    const whole = await (await kept.getFileHandle('ingest-a')).getFile();
    for (const sizeBytes of [0, 3, 20, whole.size - 1]) {
      const writable = await (
        await kept.getFileHandle(`torn-${sizeBytes}`, { create: true })
      ).createWritable();
      await writable.write(whole.slice(0, sizeBytes));
      await writable.close();
    }
    await loseDatabase();
    store = await openStore(name);
    expect(await restored()).toBe(1);
    await store.copy();
    expect(await copies()).toEqual(['ingest-a']);
  });

  test('a copy that cannot be read now is tried again at the next opening', async () => {
    await accept('a', 'b');
    await loseDatabase();
    const { getFile } = FileSystemFileHandle.prototype;
    vi.spyOn(FileSystemFileHandle.prototype, 'getFile').mockImplementation(function (
      this: FileSystemFileHandle,
    ) {
      if (this.name === 'ingest-a') return Promise.reject(new DOMException('', 'NotReadableError'));
      return getFile.call(this);
    });
    store = await openStore(name);
    vi.restoreAllMocks();
    expect(await restored()).toBe(1);
    await store.copy();
    await reopen();
    expect(await restored()).toBe(2);
    await store.copy();
    expect(await copies()).toEqual(['ingest-a', 'ingest-b']);
  });
});

describe('a crash amid a change', () => {
  test('of acceptance: the copy stays when the file was accepted, and goes when it was not', async () => {
    await without('move', () => accept('a'));
    await (await ownFolder('in-doubt')).getFileHandle('b', { create: true });
    expect(await copies()).toEqual(['(b)', '(ingest-a)']);
    await reopen();
    expect(await copies()).toEqual(['ingest-a']);
  });

  test('of a copy that is made again: what is there of it does not pass for it', async () => {
    await accept('a');
    await (await ownFolder('kept')).removeEntry('ingest-a');
    await (await ownFolder('in-doubt')).getFileHandle('ingest-a', { create: true });
    await reopen();
    expect(await copies()).toEqual([]);
    await store.copy();
    await loseDatabase();
    store = await openStore(name);
    expect((await waiting()).map(({ text }) => text)).toEqual(['file a']);
  });

  test('of deletion of all, before anything of the copies is removed: they do not come back', async () => {
    await loseDatabase();
    store = await openStore(name);
    expect(store.isCopied).toBe(false);
    await accept('a');
    const { getFileHandle } = FileSystemDirectoryHandle.prototype;
    vi.spyOn(FileSystemDirectoryHandle.prototype, 'getFileHandle').mockImplementation(function (
      this: FileSystemDirectoryHandle,
      ...args
    ) {
      if (args[0] === 'cleared') return Promise.reject(new DOMException('', 'UnknownError'));
      return getFileHandle.apply(this, args);
    });
    await without('removeEntry', () => store.documents.clear());
    vi.restoreAllMocks();
    expect(await copies()).toEqual(['ingest-a']);
    await reopen();
    expect([await waiting(), await copies()]).toEqual([[], []]);
  });

  test('of a write: what Chromium writes to is removed, and not brought back', async () => {
    await accept('a');
    for (const folder of ['kept', 'in-doubt'] as const)
      await (await ownFolder(folder)).getFileHandle('b.crswap', { create: true });
    await reopen();
    await store.copy();
    expect(await copies()).toEqual(['ingest-a']);
    const whole = await (await (await ownFolder('kept')).getFileHandle('ingest-a')).getFile();
    const half = await (await ownFolder('in-doubt')).getFileHandle('b.crswap', { create: true });
    const writable = await half.createWritable();
    await writable.write(whole);
    await writable.close();
    await loseDatabase();
    store = await openStore(name);
    expect(await restored()).toBe(1);
  });

  test('of deletion: the copy goes when the file was deleted, and stays when it was not', async () => {
    await commit('a');
    await accept('b');
    await without('removeEntry', () => store.documents.remove('a'));
    expect(await copies()).toEqual(['(ingest-a)', 'ingest-b']);
    const kept = await (await ownFolder('kept')).getFileHandle('ingest-b');
    await (kept as unknown as { move(to: unknown): Promise<void> }).move(await ownFolder('in-doubt'));
    await reopen();
    expect(await copies()).toEqual(['ingest-b']);
  });

  test('of deletion of all: the copies go, and those that another tab has added since stay', async () => {
    await accept('a');
    const other = await openStore(name);
    await without('removeEntry', () => store.documents.clear());
    await other.pending.put(fileOf('b'));
    expect(await copies()).toEqual(['ingest-a', 'ingest-b']);
    other.close();
    await reopen();
    expect(await copies()).toEqual(['ingest-b']);
    await loseDatabase();
    store = await openStore(name);
    expect((await waiting()).map(({ text }) => text)).toEqual(['file b']);
  });

  test('of deletion of all, and the database is lost as well: what was added since comes back', async () => {
    await accept('a');
    await without('removeEntry', () => store.documents.clear());
    await accept('b');
    await loseDatabase();
    store = await openStore(name);
    expect((await waiting()).map(({ text }) => text)).toEqual(['file b']);
  });

  test('of deletion, which another tab has made a document of meanwhile: its copy stays', async () => {
    await commit('a');
    await store.pending.remove('ingest-a');
    expect(await copies()).toEqual(['ingest-a']);
  });

  test('that the database refuses: all copies are as they were', async () => {
    await commit('a');
    await accept('b');
    const before = await copies();
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
      throw new DOMException('', 'DataError');
    });
    vi.spyOn(IDBObjectStore.prototype, 'clear').mockImplementation(() => {
      throw new DOMException('', 'DataError');
    });
    const failed = { code: 'internal' };
    await expect(store.documents.remove('a')).rejects.toMatchObject(failed);
    await expect(store.pending.remove('ingest-b')).rejects.toMatchObject(failed);
    await expect(store.documents.clear()).rejects.toMatchObject(failed);
    expect(await copies()).toEqual(before);
    await loseDatabase();
    store = await openStore(name);
    expect(await restored()).toBe(2);
  });
});

describe('once after opening', () => {
  test('copies that a crash has left are removed', async () => {
    await accept('a');
    await (await ownFolder('kept')).getFileHandle('left', { create: true });
    await reopen();
    await store.copy();
    expect(await copies()).toEqual(['ingest-a']);
  });

  test('copies that are gone are made again', async () => {
    await accept('a');
    await commit('b');
    await (await navigator.storage.getDirectory()).removeEntry(rootOf(name), { recursive: true });
    await reopen();
    await store.copy();
    await loseDatabase();
    store = await openStore(name);
    expect((await waiting()).map(({ text }) => text).sort()).toEqual(['file a', 'file b']);
  });

  test('what version 2 has stored has copies then', async () => {
    await loseDatabase();
    const old = await openDB(name, 2, {
      upgrade(created) {
        for (const key of ['collections', 'documents']) created.createObjectStore(key, { keyPath: 'id' });
        for (const key of ['rowFiles', 'termFiles']) created.createObjectStore(key, { keyPath: 'name' });
        created.createObjectStore('pending', { keyPath: 'ingestId' });
        for (const key of ['files', 'texts', 'segments', 'partials', 'extents', 'chunks', 'terms', 'blobs'])
          created.createObjectStore(key);
      },
    });
    await old.put('pending', fileOf('a'));
    await old.put('documents', recordOf('b', 2));
    await old.put('files', new Blob(['file b']), 'b');
    old.close();
    store = await openStore(name);
    expect(store.isCopied).toBe(false);
    expect(await restored()).toBe(0);
    await store.copy();
    await reopen();
    expect(store.isCopied).toBe(true);
    await loseDatabase();
    store = await openStore(name);
    expect(await waiting()).toMatchObject([
      { name: 'b.txt', path: '', addedAt: 1, text: 'file b' },
      { name: 'a.txt', text: 'file a' },
    ]);
  });
});

test('with no room for copies of what an earlier version has stored, it says so and leaves room for others', async () => {
  await commit('a');
  await (await navigator.storage.getDirectory()).removeEntry(rootOf(name), { recursive: true });
  leaveFree(50_000_000);
  await expect(store.copy()).resolves.toBeUndefined();
  await reopen();
  await expect(store.copy()).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect(await copies()).toEqual([]);
  vi.restoreAllMocks();
  await store.copy();
  expect(await copies()).toEqual(['ingest-a']);
});

test('where files cannot be written in this way all goes on without copies', async () => {
  await loseDatabase();
  vi.spyOn(navigator.storage, 'getDirectory').mockRejectedValue(new DOMException('', 'SecurityError'));
  store = await openStore(name, 'blobs');
  await store.documents.startCollection(collectionOf('old'));
  await accept('a');
  await commit('b');
  await store.copy();
  // They are made when they can be.
  expect((await store.database.get('copiesState', COPIES))?.isComplete).toBe(false);
  await store.documents.remove('b');
  await store.pending.remove('ingest-a');
  await store.documents.clear();
  expect(await waiting()).toEqual([]);
});
