import { describe, expect, it } from 'vitest';
import { lowestCosine, median, pairedRatio, quantile, summarize } from './statistics.ts';

describe('statistics', () => {
  it('takes quantiles of unsorted values, between neighbours where there is no middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.95)).toBeCloseTo(48, 12);
    // Sorted as numbers: as strings 10 would come before 9.
    expect(quantile([9, 10], 1)).toBe(10);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('leaves its argument as it was', () => {
    const values = [3, 1, 2];
    quantile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });

  it('pairs what was measured together: a slow moment hits both', () => {
    expect(summarize([2, 8, 4])).toEqual({ median: 4, lowest: 2, highest: 8 });
    expect(pairedRatio([2, 8, 4], [1, 4, 2])).toEqual({ median: 2, lowest: 2, highest: 2 });
    expect(pairedRatio([1], []).median).toBeNaN();
  });

  it('finds the row that differs most', () => {
    const a = Float32Array.of(1, 0, 0, 1);
    expect(lowestCosine(a, a, 2)).toBe(1);
    expect(lowestCosine(a, Float32Array.of(1, 0, 1, 0), 2)).toBe(0);
    expect(() => lowestCosine(a, Float32Array.of(1, 0), 2)).toThrow(RangeError);
  });
});
