import { expect, test } from 'vitest';
import { hashTerm } from './hash-term.ts';

test('stays as it is: segments on disk hold these numbers', () => {
  expect(['', 'port', '端口'].map(hashTerm)).toEqual([4120855081503894, 1204133167655791, 7228536652071223]);
});

test('gives each of many short terms a number of its own, evenly spread over 53 bits', () => {
  const characters = Array.from({ length: 400 }, (_, i) => String.fromCharCode(0x4e00 + i));
  const pairs = characters.flatMap((a) => characters.map((b) => a + b));
  const numbers = Array.from({ length: 100_000 }, (_, i) => String(i));
  const terms = [...characters, ...pairs, ...numbers];
  const hashes = terms.map(hashTerm);
  expect(new Set(hashes).size).toBe(terms.length);
  expect(hashes.every((hash) => Number.isSafeInteger(hash) && hash >= 0)).toBe(true);
  // Sorted neighbours are coded by their difference: 256 ranges, 1,000 terms each, give or take.
  const ranges = new Uint32Array(256);
  for (const hash of hashes) {
    const range = Math.floor(hash / 2 ** 45);
    ranges[range] = (ranges[range] ?? 0) + 1;
  }
  expect(Math.max(...ranges)).toBeLessThan((1.3 * terms.length) / 256);
  expect(Math.min(...ranges)).toBeGreaterThan((0.7 * terms.length) / 256);
});
