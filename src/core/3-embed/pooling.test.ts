import { expect, test } from 'vitest';
import { normalizeRows, poolFirst, poolMean } from './pooling.ts';

// Two texts of 3 and 1 tokens, padded to 3, two dimensions; 99 stands in the padding.
const HIDDEN = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 99, 99, 99, 99]);

test('the mean takes every token and no padding', () => {
  const out = new Float32Array(4);
  poolMean(HIDDEN, [3, 1], 3, 2, out);
  expect([...out]).toEqual([3, 4, 7, 8]);
});

test('the first token stands for its text', () => {
  const out = new Float32Array(4);
  poolFirst(HIDDEN, [3, 1], 3, 2, out);
  expect([...out]).toEqual([1, 2, 7, 8]);
});

test('rows come out with length 1; a row without direction is reported', () => {
  const rows = Float32Array.from([3, 4, 0, 2]);
  expect(normalizeRows(rows, 2)).toBe(true);
  expect([...rows].map((value) => +value.toFixed(6))).toEqual([0.6, 0.8, 0, 1]);
  expect(normalizeRows(new Float32Array(2), 2)).toBe(false);
  expect(normalizeRows(Float32Array.from([1, NaN]), 2)).toBe(false);
  expect(normalizeRows(Float32Array.from([1, Infinity]), 2)).toBe(false);
});
