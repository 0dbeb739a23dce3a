import { readFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { SatchelError } from '../errors.ts';
import { flatModes } from './flat-modes.fixture.ts';
import { vectorIndexes } from './registry.ts';
import { StoredIndex, unitVectors, vectorIndexContract } from './vector-index.contract.ts';
import { createVoyIndex } from './voy.ts';

/** In Node nothing serves the WASM by URL; the browser tests load it as the app does. */
const loadVoyFromDisk = async (): Promise<ReturnType<typeof createVoyIndex>> => {
  const bytes = await readFile('node_modules/voy-search/voy_search_bg.wasm');
  return createVoyIndex(await WebAssembly.compile(new Uint8Array(bytes)));
};

for (const line of [...vectorIndexes.lines, ...flatModes]) {
  vectorIndexContract(line.id === 'voy' ? { ...line, load: loadVoyFromDisk } : line);
}

test('an index that is not listed', () => {
  expect(() => vectorIndexes.get('none')).toThrow(expect.objectContaining({ code: 'unknown-index' }));
});

describe('voy, where it breaks', () => {
  const dimensions = 384;
  const ids = Array.from({ length: 40 }, (_, i) => i);

  test('vectors that its tree cannot split: an error, nothing added, and it works on', async () => {
    const index = new StoredIndex(await loadVoyFromDisk(), dimensions);
    const bystander = new StoredIndex(await loadVoyFromDisk(), dimensions);
    const good = unitVectors(40, dimensions, 1);
    index.add(ids, good);
    bystander.add(ids, good);

    // Equal on every axis but the last: no other axis can tell them apart.
    const bad = new Float32Array(40 * dimensions);
    for (const i of ids) {
      bad.set(unitVectors(1, dimensions, 2), i * dimensions);
      bad[(i + 1) * dimensions - 1] = i / 1000;
    }
    const badIds = ids.map((id) => id + 1000);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => index.add(badIds, bad)).toThrow(expect.objectContaining({ code: 'index-broken' }));
    expect(log).toHaveBeenCalledWith(expect.stringContaining('panicked'));
    log.mockRestore();

    const query = good.slice(0, dimensions);
    expect(bystander.search(query, 50).length).toBe(40);
    expect(
      index
        .search(query, 100)
        .map(({ chunkId }) => chunkId)
        .toSorted((a, b) => a - b),
    ).toEqual(ids);
    index.add(badIds.slice(0, 20), bad.slice(0, 20 * dimensions));
    expect(index.search(query, 100).length).toBe(60);
  });

  test('vectors longer than it was built for', async () => {
    const create = await loadVoyFromDisk();
    expect(() => create(1024)).toThrow(SatchelError);
    expect(() => create(1024)).toThrow(
      expect.objectContaining({ code: 'dimension-mismatch', details: { expected: 768, actual: 1024 } }),
    );
  });
});
