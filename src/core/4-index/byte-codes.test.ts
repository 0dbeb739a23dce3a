import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteCodes } from './byte-codes.ts';
import { createFlatIndex } from './flat.ts';
import { createScanKernel, type ScanKernel } from './scan-kernel.ts';
import { randomNumbers, unitVectors } from './vector-index.contract.ts';
import { SEGMENT_ROWS } from './vector-rows.ts';

function kernelOf(): ScanKernel {
  const kernel = createScanKernel();
  if (!kernel) throw new Error('This engine has no SIMD.');
  return kernel;
}

function filled(vectors: Float32Array, dimensions: number, kernel = kernelOf()): ByteCodes {
  const codes = new ByteCodes(kernel, dimensions);
  const count = vectors.length / dimensions;
  codes.reserve(count);
  for (let row = 0; row < count; row++)
    codes.set(row, vectors.subarray(row * dimensions, (row + 1) * dimensions));
  return codes;
}

const rowOf = (vectors: Float32Array, dimensions: number, row: number): Float32Array =>
  vectors.subarray(row * dimensions, (row + 1) * dimensions);
const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
const unit = (values: readonly number[]): Float32Array => {
  const length = Math.hypot(...values) || 1;
  return Float32Array.from(values, (value) => value / length);
};

describe('codes of bytes', () => {
  test('a vector is the nearest to itself, at each place of several segments', () => {
    const dimensions = 20;
    const vectors = unitVectors(SEGMENT_ROWS + 50, dimensions, 1);
    const codes = filled(vectors, dimensions);
    for (const row of [0, 1, SEGMENT_ROWS - 1, SEGMENT_ROWS, SEGMENT_ROWS + 49]) {
      expect([...codes.nearest(rowOf(vectors, dimensions, row), 1).rows]).toEqual([row]);
    }
  });

  test('what is removed makes room for the last', () => {
    const dimensions = 8;
    const vectors = unitVectors(SEGMENT_ROWS + 2, dimensions, 2);
    const codes = filled(vectors, dimensions);
    codes.remove(3);
    const last = rowOf(vectors, dimensions, SEGMENT_ROWS + 1);
    expect([...codes.nearest(last, 1).rows]).toEqual([3]);
    codes.remove(SEGMENT_ROWS);
    expect(codes.nearest(last, 2 * SEGMENT_ROWS).rows).toHaveLength(SEGMENT_ROWS);
  });

  test('memory is used again, by rows and by candidates', () => {
    const kernel = kernelOf();
    const dimensions = 64;
    const vectors = unitVectors(SEGMENT_ROWS * 2, dimensions, 3);
    const codes = filled(vectors, dimensions, kernel);
    codes.nearest(vectors.subarray(0, dimensions), 500);
    const { byteLength } = kernel.memory.buffer;
    for (let row = SEGMENT_ROWS * 2 - 1; row >= 0; row--) codes.remove(row);
    codes.reserve(SEGMENT_ROWS * 2);
    for (let row = 0; row < SEGMENT_ROWS * 2; row++) codes.set(row, rowOf(vectors, dimensions, row));
    codes.nearest(vectors.subarray(0, dimensions), 500);
    expect(kernel.memory.buffer.byteLength).toBe(byteLength);
  });

  test('a filter keeps rows, and all that it keeps are found', () => {
    const dimensions = 16;
    const codes = filled(unitVectors(SEGMENT_ROWS + 500, dimensions, 4), dimensions);
    const found = codes.nearest(unitVectors(1, dimensions, 5), 1000, (row) => row % 100 === 7);
    expect([...found.rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 46 }, (_, i) => i * 100 + 7));
    expect(found.bound).toBe(-Infinity);
  });

  test('zero vectors and zero queries are vectors', () => {
    const codes = filled(new Float32Array(12), 4);
    expect(codes.nearest(new Float32Array(4), 2)).toMatchObject({ bound: expect.closeTo(0, 3) });
    expect(codes.nearest(Float32Array.of(1, 0, 0, 0), 3).rows).toHaveLength(3);
  });

  test('no row that is not among the candidates is better than the bound', { timeout: 60_000 }, () => {
    const shapes = fc.constantFrom('even', 'one-hot', 'clustered', 'tiny');
    fc.assert(
      fc.property(shapes, fc.nat(), fc.constantFrom(5, 33, 384), (shape, seed, dimensions) => {
        const random = randomNumbers(seed);
        const centre = Array.from({ length: dimensions }, random);
        const vector = (): Float32Array => {
          const values = Array.from({ length: dimensions }, random);
          if (shape === 'one-hot') values.fill(0.001).splice(Math.floor((random() + 1) * 2), 1, 1);
          if (shape === 'clustered') return unit(values.map((value, i) => 0.1 * value + (centre[i] ?? 0)));
          if (shape === 'tiny') return unit(values.map((value) => value * 1e-20));
          return unit(values);
        };
        const rows = Array.from({ length: 200 }, vector);
        const codes = filled(Float32Array.from(rows.flatMap((row) => [...row])), dimensions);
        const query = vector();
        const { rows: candidates, bound } = codes.nearest(query, 20);
        const left = rows.filter((_, row) => !candidates.includes(row)).map((row) => dot(query, row));
        expect(Math.max(...left)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the index over several segments', () => {
  const dimensions = 48;
  const count = SEGMENT_ROWS + 1500;
  // Clustered, as real ones lie: neighbours differ little.
  const centres = unitVectors(20, dimensions, 6);
  const noise = unitVectors(count, dimensions, 7);
  const vectors = noise.map((value, i) => {
    const row = Math.floor(i / dimensions);
    return 0.3 * value + (centres[(row % 20) * dimensions + (i % dimensions)] ?? 0);
  });
  for (let row = 0; row < count; row++)
    vectors.set(unit([...rowOf(vectors, dimensions, row)]), row * dimensions);
  const ids = Array.from({ length: count }, (_, i) => i);

  test('gives the hits and the scores of the plain scan', () => {
    const byCodes = createFlatIndex(dimensions);
    const plain = createFlatIndex(dimensions, Infinity);
    for (const index of [byCodes, plain]) {
      index.add(ids, vectors);
      index.remove(ids.filter((id) => id % 7 === 0));
    }
    for (let i = 0; i < 50; i++) {
      const query = rowOf(vectors, dimensions, i * 31);
      expect(byCodes.search(query, 10)).toEqual(plain.search(query, 10));
      const filter = (id: number): boolean => id % 50 === 1;
      expect(byCodes.search(query, 10, filter)).toEqual(plain.search(query, 10, filter));
    }
  });

  test('thousands of equal vectors: ties by lower id', () => {
    const index = createFlatIndex(dimensions);
    const one = rowOf(vectors, dimensions, 0);
    index.add(ids, Float32Array.from(ids.flatMap(() => [...one])));
    expect(index.search(one, 5).map(({ chunkId }) => chunkId)).toEqual([0, 1, 2, 3, 4]);
  });
});
