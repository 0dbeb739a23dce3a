import { deleteDB } from 'idb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect, fileOf, textOf } from '../core/fixtures/ingest-bench.ts';
import { deleteStore } from '../core/store/store.ts';
import { MODELS, openTab, settingsOf, type OpenTab } from './open-tab.ts';
import { expectWhole, storedFile, type StoredFile } from './stored-files.ts';

let databaseName: string;
let tab: OpenTab;
let files: readonly StoredFile[];

beforeEach(async () => {
  databaseName = `test-${crypto.randomUUID()}`;
  files = await Promise.all(['a', 'b', 'c'].map((name, i) => storedFile(name, textOf(name, 1 + 2 * i))));
  tab = await openTab(databaseName);
  await add(files);
});
afterEach(async () => {
  tab.close();
  await deleteStore(databaseName);
});

const add = (some: readonly StoredFile[]) =>
  collect(tab.service.add(some.map(({ name, text }) => fileOf(name, text))));

/** The tab is closed, the browser throws its database away, and the tab is opened again. */
async function lose(): Promise<void> {
  tab.close();
  await deleteDB(databaseName);
  tab = await openTab(databaseName);
}

/** Names of row files and the like. */
async function filesOnDisk(): Promise<string[]> {
  const names: string[] = [];
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(databaseName);
  for await (const name of folder.keys()) names.push(name);
  return names;
}

test('all files come back, and are indexed with the vectors that are still on the disk', async () => {
  await tab.service.remove(files[1]!.id);
  await lose();
  const left = [files[0]!, files[2]!];
  expect(await tab.service.library()).toMatchObject({ documents: [], restored: 2 });
  await tab.service.embedded();
  await collect(tab.service.resume());
  expect(await tab.service.embedded()).toEqual([]);
  await expectWhole(tab.service, MODELS[0], left);
  // In another tab, too, which has only what is stored.
  await expectWhole(await tab.again(MODELS[0]), MODELS[0], left);
});

test('a file that cannot be read any more stays, and is tried again', async () => {
  await lose();
  await tab.service.setParser(false);
  const events = await collect(tab.service.resume());
  expect(events.filter(({ type }) => type === 'failed')).toHaveLength(3);
  await tab.service.setParser(true);
  tab.close();
  tab = await openTab(databaseName);
  expect(await tab.service.library()).toMatchObject({ restored: 3 });
  await collect(tab.service.resume());
  await expectWhole(tab.service, MODELS[0], files);
});

test('what was lost is of use until all is indexed, also after another start, and is swept then', async () => {
  const before = await filesOnDisk();
  await lose();
  tab.close();
  tab = await openTab(databaseName);
  await tab.service.embedded();
  await collect(tab.service.resume());
  expect(await tab.service.embedded()).toEqual([]);
  await expect.poll(async () => (await filesOnDisk()).filter((name) => before.includes(name))).toEqual([]);
  await expectWhole(tab.service, MODELS[0], files);
});

test('vectors of another model are not taken, nor damaged ones', async () => {
  tab.close();
  await deleteDB(databaseName);
  tab = await openTab(databaseName, MODELS[1]);
  await collect(tab.service.resume());
  await expectWhole(tab.service, MODELS[1], files);

  tab.close();
  await deleteDB(databaseName);
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(databaseName);
  for (const name of (await filesOnDisk()).filter((one) => one.endsWith('.vectors'))) {
    const writable = await (await folder.getFileHandle(name)).createWritable({ keepExistingData: true });
    await writable.write({ type: 'write', position: 4, data: Uint8Array.of(1, 2, 3, 4) });
    await writable.close();
  }
  tab = await openTab(databaseName, MODELS[1]);
  await tab.service.embedded();
  await collect(tab.service.resume());
  expect(await tab.service.embedded()).toHaveLength(1);
  await expectWhole(tab.service, MODELS[1], files);
});

test('vectors that were moved by a compaction are found as well', async () => {
  const long = await storedFile('long', textOf('long', 90));
  await add([long]);
  await tab.service.remove(long.id);
  const before = await filesOnDisk();
  // The files before are gone when the rows of what is left are in others.
  await expect.poll(async () => (await filesOnDisk()).filter((name) => before.includes(name))).toEqual([]);
  await lose();
  await tab.service.open(settingsOf(MODELS[0]));
  await tab.service.embedded();
  await collect(tab.service.resume());
  expect(await tab.service.embedded()).toEqual([]);
  await expectWhole(tab.service, MODELS[0], files);
});
