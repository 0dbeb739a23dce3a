import { describe, expect, it } from 'vitest';
import { recallOf } from './recall.ts';

describe('recall', () => {
  it('is the mean share of what was wanted, in any order', () => {
    expect(
      recallOf(
        [
          [3, 1],
          [9, 5],
        ],
        [
          [1, 3],
          [5, 6],
        ],
      ),
    ).toBe(0.75);
    expect(recallOf([[7]], [[1, 2]])).toBe(0);
  });

  it('counts an id once that is listed twice', () => {
    expect(recallOf([[1, 1]], [[1, 2]])).toBe(0.5);
  });

  it('counts a question that was not answered as missed, and one without answers not at all', () => {
    expect(recallOf([[1]], [[1], [2]])).toBe(0.5);
    expect(recallOf([[1], [4]], [[1], []])).toBe(1);
    expect(recallOf([], [])).toBeNaN();
  });
});
