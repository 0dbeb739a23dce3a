import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { superviseWorker, type SupervisedWorker } from '../../rpc/supervise-worker.ts';
import type { DiskService, DiskUnderTest } from '../fixtures/disk-service.ts';
import { deleteStore } from './store.ts';

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

let name: string;
const tabs: SupervisedWorker<DiskService>[] = [];

beforeEach(() => {
  name = `test-${crypto.randomUUID()}`;
});
afterEach(async () => {
  await Promise.all(tabs.map((tab) => tab.remote.close()));
  for (const tab of tabs.splice(0)) tab.dispose();
  await deleteStore(name);
});

async function openTab(kind: DiskUnderTest): Promise<DiskService> {
  const tab = superviseWorker<DiskService>(
    () => new Worker(new URL('../fixtures/disk.worker.ts', import.meta.url), { type: 'module' }),
  );
  tabs.push(tab);
  await tab.remote.open(name, kind);
  return tab.remote;
}

describe.each<DiskUnderTest>(['shared', 'exclusive', 'blobs'])('%s', (kind) => {
  const newTab = (): Promise<DiskService> => openTab(kind);

  test('reads what was written, wherever it begins', async () => {
    const disk = await newTab();
    await disk.write('a', 0, 0, [bytes(1, 2, 3), bytes(4)]);
    await disk.write('a', 4, 4, [bytes(5, 6)]);
    expect(await disk.read('a', 6, 0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await disk.read('a', 6, 2, 3)).toEqual([3, 4, 5]);
    expect(await disk.names()).toEqual(['a']);
  });

  test('finds it again in another tab, and what that tab adds', async () => {
    const first = await newTab();
    await first.write('a', 0, 0, [bytes(1, 2)]);
    const second = await newTab();
    expect(await second.read('a', 2, 0, 2)).toEqual([1, 2]);
    await second.write('a', 2, 2, [bytes(3)]);
    expect(await first.read('a', 3, 1, 2)).toEqual([2, 3]);
    await first.write('a', 3, 3, [bytes(4)]);
    expect(await second.read('a', 4, 0, 4)).toEqual([1, 2, 3, 4]);
  });

  test('writes over what was not committed, by itself or by another tab', async () => {
    const first = await newTab();
    await first.write('a', 0, 0, [bytes(1, 2)]);
    await first.write('a', 2, 2, [bytes(9, 9, 9)]);
    const second = await newTab();
    await second.write('a', 2, 2, [bytes(3)]);
    for (const tab of [second, first]) expect(await tab.read('a', 3, 0, 3)).toEqual([1, 2, 3]);
    await first.write('a', 3, 3, [bytes(4)]);
    await first.write('a', 3, 3, [bytes(5)]);
    expect(await first.read('a', 4, 3, 1)).toEqual([5]);
    expect(await (await newTab()).read('a', 4, 0, 4)).toEqual([1, 2, 3, 5]);
  });

  test('a file that is shorter than it should be, and reading beyond its end, are damage', async () => {
    const disk = await newTab();
    await disk.write('a', 0, 0, [bytes(1, 2)]);
    await expect(disk.read('a', 3, 0, 1)).rejects.toMatchObject({ code: 'index-corrupt' });
    await expect(disk.read('a', 2, 1, 2)).rejects.toMatchObject({ code: 'index-corrupt' });
    await expect((await newTab()).read('a', 3, 0, 1)).rejects.toMatchObject({ code: 'index-corrupt' });
    expect(await disk.read('a', 2, 0, 2)).toEqual([1, 2]);
  });

  test('removes a file for good, and makes one of the same name anew', async () => {
    const disk = await newTab();
    await disk.write('a', 0, 0, [bytes(1, 2)]);
    await disk.write('b', 0, 0, [bytes(3)]);
    await disk.remove('a');
    await disk.remove('none');
    expect(await disk.names()).toEqual(['b']);
    await disk.write('a', 0, 0, [bytes(7)]);
    expect(await disk.read('a', 1, 0, 1)).toEqual([7]);
    await expect(disk.read('a', 2, 0, 2)).rejects.toMatchObject({ code: 'index-corrupt' });
  });
});

test('a file that another tab reads stays until that tab lets it go', async () => {
  const [first, second] = [await openTab('shared'), await openTab('shared')];
  await first.write('a', 0, 0, [bytes(1)]);
  await second.read('a', 1, 0, 1);
  await first.remove('a');
  expect(await second.read('a', 1, 0, 1)).toEqual([1]);
  expect(await first.names()).toEqual(['a']);
  await second.remove('a');
  expect(await first.names()).toEqual([]);
});
