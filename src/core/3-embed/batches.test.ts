import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeBatches } from './batches.ts';

const lengths = fc.array(fc.integer({ min: 2, max: 512 }), { maxLength: 200 });
const limits = fc.record({
  paddedTokens: fc.integer({ min: 2, max: 4096 }),
  texts: fc.integer({ min: 1, max: 32 }),
});

const padded = (batch: readonly number[], all: readonly number[]): number =>
  batch.length * Math.max(...batch.map((index) => all[index] ?? NaN));

test('every text is in one batch, and no batch of several exceeds the limits', () => {
  fc.assert(
    fc.property(lengths, limits, (all, limit) => {
      const batches = makeBatches(all, limit);
      expect(batches.flat().sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(limit.texts);
        if (batch.length > 1) expect(padded(batch, all)).toBeLessThanOrEqual(limit.paddedTokens);
      }
    }),
  );
});

test('batches of like length compute half of what batches in the given order do', () => {
  // Lengths as of paragraphs, headings and table cells, mixed.
  const all = Array.from({ length: 256 }, (_, i) => 8 + (((i * 7919) % 97) ** 2 % 390));
  const work = (batches: readonly number[][]) => batches.reduce((sum, batch) => sum + padded(batch, all), 0);
  const unsorted = Array.from({ length: 32 }, (_, b) => Array.from({ length: 8 }, (_, i) => b * 8 + i));
  const sorted = makeBatches(all, { paddedTokens: 512, texts: 8 });
  expect(work(sorted)).toBeLessThan(work(unsorted) * 0.55);
});
