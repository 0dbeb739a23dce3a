import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BestRows, MAX_BEST_ROWS, SEGMENT_ROWS, writeMask } from './best-rows.ts';
import { BitCodes } from './bit-codes.ts';
import { ByteCodes } from './byte-codes.ts';
import { codeBytes, encodeVectors } from './encode-vectors.ts';
import { KernelArena } from './kernel-arena.ts';
import { createPlainKernel } from './plain-kernel.ts';
import { createScanKernel } from './scan-kernel.ts';
import { randomNumbers, unitVectors } from './vector-index.contract.ts';

function filled(vectors: Float32Array, dimensions: number, kernel = createScanKernel()) {
  const arena = new KernelArena(kernel);
  const best = new BestRows(arena);
  const codes = new ByteCodes(arena, best, dimensions);
  const count = vectors.length / dimensions;
  codes.reserve(count);
  const encoded = encodeVectors(vectors, dimensions);
  const rowBytes = codeBytes(dimensions);
  for (let row = 0; row < count; row += SEGMENT_ROWS) {
    codes.set(row, encoded.subarray(row * rowBytes, (row + SEGMENT_ROWS) * rowBytes));
  }
  const bits = new BitCodes(arena, codes, dimensions);
  bits.reserve(count);
  bits.refresh(count);
  const maskAt = arena.allocate(SEGMENT_ROWS);
  /** The rows on the shortlist, ascending. */
  const listed = (query: Float32Array, most: number, total: number, mask?: Uint8Array): number[] => {
    const write = bits.shortlist(query, most, total, mask);
    const rows: number[] = [];
    for (let first = 0; first < total; first += SEGMENT_ROWS) {
      const size = Math.min(SEGMENT_ROWS, total - first);
      write(first, size, maskAt);
      arena.bytes.subarray(maskAt, maskAt + size).forEach((kept, i) => kept && rows.push(first + i));
    }
    return rows;
  };
  const keep = (mask: Uint8Array) => writeMask(arena, mask);
  return { codes, bits, listed, keep };
}

const rowOf = (vectors: Float32Array, dimensions: number, row: number): Float32Array =>
  vectors.subarray(row * dimensions, (row + 1) * dimensions);
const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
const unit = (values: readonly number[]): Float32Array => {
  const length = Math.hypot(...values) || 1;
  return Float32Array.from(values, (value) => value / length);
};

test('a vector is the nearest to itself, at each place of several segments, by bytes and by bits', () => {
  const dimensions = 48;
  const total = SEGMENT_ROWS + 50;
  const vectors = unitVectors(total, dimensions, 1);
  const { codes, listed } = filled(vectors, dimensions);
  for (const row of [0, 1, SEGMENT_ROWS - 1, SEGMENT_ROWS, SEGMENT_ROWS + 49]) {
    const query = rowOf(vectors, dimensions, row);
    codes.setQuery(query);
    expect([...codes.nearest(1, total).rows]).toEqual([row]);
    expect(listed(query, 1, total)).toEqual([row]);
  }
});

test('a row that is moved is found at its new place, and rows beyond the last are not looked at', () => {
  const dimensions = 48;
  const last = SEGMENT_ROWS + 1;
  const vectors = unitVectors(last + 1, dimensions, 2);
  const { codes, bits, listed } = filled(vectors, dimensions);
  codes.move(last, 3);
  bits.move(last, 3);
  const query = rowOf(vectors, dimensions, last);
  codes.setQuery(query);
  expect([...codes.nearest(1, last).rows]).toEqual([3]);
  expect(listed(query, 1, last)).toEqual([3]);
  expect(codes.nearest(2 * SEGMENT_ROWS, SEGMENT_ROWS).rows).toHaveLength(SEGMENT_ROWS);
});

test('a mask keeps rows, and all that it keeps are found, best first', () => {
  const dimensions = 16;
  const total = SEGMENT_ROWS + 500;
  const vectors = unitVectors(total, dimensions, 4);
  const { codes, listed, keep } = filled(vectors, dimensions);
  const kept = Array.from({ length: 46 }, (_, i) => i * 100 + 7);
  const mask = Uint8Array.from({ length: total }, (_, row) => (row % 100 === 7 ? 1 : 0));
  const query = unitVectors(1, dimensions, 5);
  codes.setQuery(query);
  const { rows, bounds } = codes.nearest(1000, total, keep(mask));
  expect([...rows].sort((a, b) => a - b)).toEqual(kept);
  expect([...bounds]).toEqual([...bounds].sort((a, b) => b - a));
  expect(listed(query, 1000, total, mask)).toEqual(kept);
  expect([...codes.nearestOf(rows, 5).rows]).toEqual([...rows.subarray(0, 5)]);
});

test('no row that is not among the candidates is better than the last bound', { timeout: 60_000 }, () => {
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
      const { codes } = filled(Float32Array.from(rows.flatMap((row) => [...row])), dimensions);
      const query = vector();
      codes.setQuery(query);
      const { rows: candidates, bounds } = codes.nearest(20, rows.length);
      const left = rows.filter((_, row) => !candidates.includes(row)).map((row) => dot(query, row));
      expect(Math.max(...left)).toBeLessThanOrEqual(bounds.at(-1) ?? NaN);
    }),
    { numRuns: 100 },
  );
});

test('without SIMD the candidates are the same, and so are their bounds', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 7, 130, 384),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: MAX_BEST_ROWS }),
      fc.nat(),
      (dimensions, total, most, seed) => {
        const count = Math.min(most, total + 5);
        const vectors = unitVectors(total, dimensions, seed);
        // Equal ones: which of them stay in the heap is to be the same too.
        for (let row = 2; row < total; row += 3) vectors.copyWithin(row * dimensions, 0, dimensions);
        const query = unitVectors(1, dimensions, seed + 1);
        const mask = Uint8Array.from({ length: total }, (_, row) => row % 5 && 1);
        const [fast, plain] = [createScanKernel(), createPlainKernel()].map((kernel) => {
          const { codes, listed, keep } = filled(vectors, dimensions, kernel);
          codes.setQuery(query);
          const among = listed(query, count, total);
          return {
            all: codes.nearest(count, total),
            masked: codes.nearest(count, total, keep(mask)),
            among,
            maskedBits: listed(query, count, total, mask),
            rescored: codes.nearestOf(Uint32Array.from(among), Math.ceil(count / 4)),
          };
        });
        expect(plain).toEqual(fast);
      },
    ),
    { numRuns: 100 },
  );
});

test(
  'the shortlist has about as many as were asked for, and nearly all of the nearest',
  { timeout: 60_000 },
  () => {
    const dimensions = 96;
    const total = 20_000;
    const vectors = unitVectors(total, dimensions, 6);
    const { listed } = filled(vectors, dimensions);
    const found = Array.from({ length: 10 }, (_, i) => {
      const query = unitVectors(1, dimensions, 100 + i);
      const rows = new Set(listed(query, 1000, total));
      expect(rows.size).toBeGreaterThan(800);
      expect(rows.size).toBeLessThan(1200);
      const scores = Array.from({ length: total }, (_, row) => dot(query, rowOf(vectors, dimensions, row)));
      const order = scores.map((_, row) => row).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
      return order.slice(0, 10).filter((row) => rows.has(row)).length;
    });
    expect(found.reduce((sum, count) => sum + count)).toBeGreaterThan(95);
  },
);

test.each([16, 48, 384, 1024])('%i dimensions: turning keeps angles', (stride) => {
  const { kernel, at, floats } = turned(stride);
  const [a, b] = [unitVectors(1, stride, 1), unitVectors(1, stride, 2)];
  const block = stride & -stride;
  const turn = (vector: Float32Array): Float32Array => {
    floats.set(vector, at / 4);
    kernel.rotate(at, stride, block);
    return floats.slice(at / 4, at / 4 + stride);
  };
  expect(dot(turn(a), turn(b)) / block).toBeCloseTo(dot(a, b), 5);
  expect(dot(turn(a), turn(a)) / block).toBeCloseTo(1, 5);
});

function turned(stride: number) {
  const arena = new KernelArena(createScanKernel());
  const at = arena.allocate(stride * 4);
  return { kernel: arena.kernel, at, floats: arena.floats };
}
