import { describe, expect, it } from 'vitest';
import { pairedDifference } from './paired-difference.ts';

const times = (count: number, value: number): number[] => Array<number>(count).fill(value);

describe('pairedDifference', () => {
  it('has no doubt where every pair says the same', () => {
    expect(pairedDifference(times(50, 1))).toEqual({ mean: 1, low: 1, high: 1 });
  });

  it('leaves zero inside the interval where wins and losses are even, and outside where they are not', () => {
    const even = pairedDifference([...times(10, 1), ...times(10, -1), ...times(180, 0)]);
    expect(even.mean).toBe(0);
    expect(even.low).toBeLessThan(0);
    expect(even.high).toBeGreaterThan(0);
    const better = pairedDifference([...times(30, 1), ...times(5, -1), ...times(165, 0)]);
    expect(better.mean).toBeCloseTo(0.125);
    expect(better.low).toBeGreaterThan(0);
    // The standard error of this mean is 0.028.
    expect(better.high - better.low).toBeCloseTo(4 * 0.028, 1);
  });
});
