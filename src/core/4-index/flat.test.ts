import { describe, expect, test, vi } from 'vitest';
import { SEGMENT_ROWS } from './best-rows.ts';
import { encodeBatch } from './encode-vectors.ts';
import { createFlatIndex, type FlatOptions } from './flat.ts';
import { createPlainKernel } from './plain-kernel.ts';
import { createScanKernel } from './scan-kernel.ts';
import { StoredIndex, unitVectors } from './vector-index.contract.ts';

const dimensions = 48;
const count = 2 * SEGMENT_ROWS + 1500;
const ids = Array.from({ length: count }, (_, i) => i);
// Clustered, as real ones lie: neighbours differ little.
const centres = unitVectors(20, dimensions, 6);
const vectors = unitVectors(count, dimensions, 7).map(
  (value, i) =>
    0.3 * value + (centres[(Math.floor(i / dimensions) % 20) * dimensions + (i % dimensions)] ?? 0),
);
const rowOf = (row: number): Float32Array => vectors.subarray(row * dimensions, (row + 1) * dimensions);
for (const id of ids) {
  const length = Math.hypot(...rowOf(id));
  rowOf(id).forEach((value, i, row) => (row[i] = value / length));
}

const create = (options: FlatOptions): StoredIndex =>
  new StoredIndex((size, readVector) => createFlatIndex(size, readVector, options), dimensions);

function filled(options: FlatOptions): StoredIndex {
  const index = create(options);
  index.add(ids, vectors);
  return index;
}

/** Of as many rows as asked, by their floats. */
function nearest(query: Float32Array, k: number, keeps: (id: number) => boolean): number[] {
  const scores = ids.map((id) => rowOf(id).reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0));
  return ids
    .filter(keeps)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    .slice(0, k);
}

const idsOf = (hits: readonly { readonly chunkId: number }[]): number[] => hits.map(({ chunkId }) => chunkId);

/** A kernel that tells how often it scans. */
function watched() {
  const kernel = createScanKernel();
  return {
    ...kernel,
    scanBits: vi.fn(kernel.scanBits),
    scanBytes: vi.fn(kernel.scanBytes),
    sumRows: vi.fn(kernel.sumRows),
  };
}

describe('over several segments', () => {
  test('the very hits of a scan of the floats, after removals, whatever is kept', { timeout: 60_000 }, () => {
    const [fast, plain] = [filled({}), filled({ kernel: createPlainKernel() })];
    const gone = ids.filter((id) => id % 7 === 0);
    for (const index of [fast, plain]) index.remove(gone);
    const kept = ids.filter((id) => id % 50 < 20).map((id) => [id, id + 1] as const);
    for (let i = 0; i < 20; i++) {
      const query = rowOf(i * 31);
      const hits = fast.search(query, 10);
      expect(idsOf(hits)).toEqual(nearest(query, 10, (id) => id % 7 > 0));
      expect(plain.search(query, 10)).toEqual(hits);
      const filtered = fast.search(query, 10, kept);
      expect(idsOf(filtered)).toEqual(nearest(query, 10, (id) => id % 7 > 0 && id % 50 < 20));
      expect(plain.search(query, 10, kept)).toEqual(filtered);
    }
  });

  test('thousands of equal vectors: ties by lower id', () => {
    const index = create({});
    const one = rowOf(0);
    index.add(ids, Float32Array.from(ids.flatMap(() => [...one])));
    expect(idsOf(index.search(one, 5))).toEqual([0, 1, 2, 3, 4]);
  });

  test('more hits than the heap holds', () => {
    const index = filled({});
    expect(idsOf(index.search(rowOf(5), 6000))).toEqual(nearest(rowOf(5), 6000, () => true));
    expect(index.search(rowOf(5), 6000, [[100, 7000]])).toHaveLength(6000);
  });
});

describe('bits', () => {
  test('a row is found by its vector, wherever removals have moved it', () => {
    const index = filled({ bitsAbove: 0 });
    const gone = ids.filter((id) => id % 3 === 0 || id > 9000);
    index.remove(gone);
    index.add([3, 6], Float32Array.of(...rowOf(3), ...rowOf(6)));
    for (const id of ids.filter((i) => !gone.includes(i)).slice(0, 500)) {
      expect(index.search(rowOf(id), 1)[0]?.chunkId).toBe(id);
    }
    for (const id of [3, 6]) expect(index.search(rowOf(id), 1)[0]?.chunkId).toBe(id);
  });

  test('a filter never leaves fewer than are kept and asked for', () => {
    const index = filled({ bitsAbove: 0 });
    for (const width of [1, 40, 400, 4000]) {
      const filter = [[2000, 2000 + width]] as const;
      const hits = index.search(rowOf(1), 50, filter);
      expect(hits).toHaveLength(Math.min(width, 50));
      expect(hits.every(({ chunkId }) => chunkId >= 2000 && chunkId < 2000 + width)).toBe(true);
    }
  });

  test('are looked at from so many rows on, and not below', () => {
    const kernel = watched();
    const index = create({ kernel, bitsAbove: 100 });
    index.add(ids.slice(0, 100), vectors.slice(0, 100 * dimensions));
    index.search(rowOf(0), 3);
    expect(kernel.scanBits).not.toHaveBeenCalled();
    index.add([100], rowOf(100));
    index.search(rowOf(0), 3);
    expect(kernel.scanBits).toHaveBeenCalledTimes(1);
    index.remove([50]);
    index.search(rowOf(0), 3);
    expect(kernel.scanBits).toHaveBeenCalledTimes(1);
  });

  test('the mean is taken anew when the rows have doubled', () => {
    const kernel = watched();
    const index = create({ kernel, bitsAbove: 0 });
    const taken = [40, 30, 9, 1, 79, 1].map((rows, i) => {
      index.add(ids.slice(i * 100, i * 100 + rows), vectors.slice(0, rows * dimensions));
      return kernel.sumRows.mock.calls.length;
    });
    expect(taken).toEqual([1, 1, 1, 2, 2, 3]);
  });

  test('are looked at where three searches in a row were slow', () => {
    const kernel = watched();
    let clock = 0;
    let scanMs = 0;
    // The clock is read before a scan and after it.
    const now = (): number => (clock += scanMs);
    const index = create({ kernel, now });
    index.add(ids, vectors);
    for (scanMs of [21, 21, 5, 21, 21, 21]) {
      index.search(rowOf(0), 3);
      expect(kernel.scanBits).not.toHaveBeenCalled();
    }
    expect(idsOf(index.search(rowOf(7), 1))).toEqual([7]);
    expect(kernel.scanBits).toHaveBeenCalled();
  });
});

test('no more floats are read than it takes to be sure, and those of the hits', () => {
  const reads: number[] = [];
  const index = createFlatIndex(dimensions, (id) => {
    reads.push(id);
    return rowOf(id);
  });
  index.add(ids, encodeBatch(vectors, dimensions));
  const hits = index.search(rowOf(9), 5);
  expect(reads).toEqual(expect.arrayContaining(idsOf(hits)));
  expect(reads.length).toBeLessThan(64);
});

test('a row that cannot be read fails the search, and the next one works', () => {
  let isBroken = true;
  const index = createFlatIndex(dimensions, (id) => {
    if (isBroken) throw new Error('no disk');
    return rowOf(id);
  });
  index.add(ids.slice(0, 100), encodeBatch(vectors.slice(0, 100 * dimensions), dimensions));
  expect(() => index.search(rowOf(1), 3)).toThrow('no disk');
  isBroken = false;
  expect(index.search(rowOf(1), 1)[0]?.chunkId).toBe(1);
});

test('damaged codes are refused, and change nothing', () => {
  const index = createFlatIndex(dimensions, rowOf);
  const { codes } = encodeBatch(vectors.slice(0, 2 * dimensions), dimensions);
  new DataView(codes.buffer).setFloat32(codes.length - 4, NaN, true);
  expect(() => index.add([1, 2], { codes, vectors: () => vectors })).toThrow(
    expect.objectContaining({ code: 'invalid-vector', details: { position: dimensions } }),
  );
  expect(index.search(rowOf(1), 3)).toEqual([]);
});

test('a few ids are looked up, not scanned for', () => {
  const kernel = watched();
  const index = create({ kernel });
  index.add(ids, vectors);
  expect(idsOf(index.search(rowOf(1), 9, [[20, 22]])).sort((a, b) => a - b)).toEqual([20, 21]);
  expect(kernel.scanBytes.mock.calls.every(([, , , rows]) => rows === 1)).toBe(true);
});

test('memory is used again, by rows and by searches of any size', () => {
  const kernel = createScanKernel();
  const index = create({ kernel, bitsAbove: 0 });
  index.add(ids, vectors);
  const { byteLength } = kernel.memory.buffer;
  for (const k of [1, 100, 3000, Infinity, 10]) index.search(rowOf(1), k);
  index.add(ids, vectors);
  index.remove(ids);
  index.add(ids, vectors);
  expect(kernel.memory.buffer.byteLength).toBe(byteLength);
});

test('no memory left: an error, and all is as before', () => {
  const kernel = createScanKernel();
  const index = create({ kernel });
  index.add(ids.slice(0, 50), vectors.slice(0, 50 * dimensions));
  vi.spyOn(kernel.memory, 'grow').mockImplementation(() => {
    throw new RangeError('out of memory');
  });
  expect(() => index.add(ids, vectors)).toThrow(
    expect.objectContaining({ code: 'index-full', details: { maxChunks: 50 } }),
  );
  expect(index.search(rowOf(1), 100)).toHaveLength(50);
});
