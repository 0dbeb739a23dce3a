import { describe, expect, it } from 'vitest';
import { mostRelevant, ndcg, recall, score } from './metrics.ts';

const judgements = new Map([
  ['a', 1],
  ['b', 2],
  ['z', 0],
]);

describe('metrics', () => {
  it('gives 1 to the ideal order and discounts by rank', () => {
    expect(ndcg(['b', 'a'], judgements, 10)).toBe(1);
    const ideal = 3 + 1 / Math.log2(3);
    expect(ndcg(['a', 'x', 'b'], judgements, 10)).toBeCloseTo((1 + 3 / 2) / ideal, 12);
    expect(ndcg(['x', 'b'], judgements, 1)).toBe(0);
  });

  it('counts a repeated hit once', () => {
    expect(ndcg(['a', 'a', 'b'], judgements, 10)).toBe(ndcg(['a', 'b'], judgements, 10));
    expect(recall(['a', 'a', 'a', 'b'], judgements, 2)).toBe(1);
  });

  it('takes recall over relevant documents alone', () => {
    expect(recall(['z', 'a'], judgements, 10)).toBe(0.5);
    expect(recall([], judgements, 10)).toBe(0);
  });

  it('takes what was judged not to be relevant for no answer', () => {
    expect(mostRelevant(judgements)).toBe('b');
    expect(mostRelevant(new Map([['z', 0]]))).toBeUndefined();
  });

  it('averages over judged queries; a missing one scores 0', () => {
    const qrels = new Map([
      ['1', judgements],
      ['2', new Map([['c', 1]])],
      ['3', new Map([['d', 0]])],
    ]);
    const scores = score(new Map([['1', ['b', 'a']]]), qrels);
    expect(scores).toEqual({ queries: 2, ndcg10: 0.5, recall10: 0.5, recall100: 0.5 });
  });
});
