import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IdRanges } from '../types.ts';
import { countIds, isInRanges, maskOf } from './id-ranges.ts';

const ranges: fc.Arbitrary<IdRanges> = fc.uniqueArray(fc.nat(60), { maxLength: 12 }).map((bounds) => {
  const sorted = bounds.toSorted((a, b) => a - b);
  return sorted.flatMap((start, i) => {
    const end = sorted[i + 1];
    return i % 2 === 0 && end !== undefined ? [[start, end] as const] : [];
  });
});
const naive = (all: IdRanges, id: number): boolean => all.some(([start, end]) => id >= start && id < end);

test('ids in any order are in a range or not', () => {
  fc.assert(
    fc.property(ranges, fc.array(fc.oneof(fc.nat(70), fc.constant(2 ** 32 - 2))), (all, ids) => {
      const expected = ids.map((id) => naive(all, id));
      expect(ids.map((id) => isInRanges(all, id))).toEqual(expected);
      expect([...maskOf(Uint32Array.from(ids), all)]).toEqual(expected.map(Number));
    }),
    { numRuns: 500 },
  );
});

test('neighbouring ranges, and one up to the last id', () => {
  const all: IdRanges = [
    [2, 4],
    [4, 5],
    [9, 2 ** 32 - 1],
  ];
  expect([...maskOf(Uint32Array.of(1, 2, 3, 4, 5, 8, 9, 2 ** 32 - 2), all)]).toEqual([
    0, 1, 1, 1, 0, 0, 1, 1,
  ]);
  expect(countIds(all)).toBe(3 + 2 ** 32 - 10);
});
