import { expect, test } from 'vitest';
import { answerProbability, isAnswerable } from './answerable.ts';
import { passageOf } from './fixtures/passages.ts';

const model = { bias: -2, cosine: 3, keyword: 4 };
const passage = (cosine?: number, keyword?: number) =>
  passageOf('text', 0, 4, {
    ...(cosine !== undefined && { cosine }),
    ...(keyword !== undefined && { keyword }),
  });

test('no passages hold no answer, whatever the model says', () => {
  expect(answerProbability([], { bias: 100, cosine: 0, keyword: 0 })).toBe(0);
});

test('the best cosine and the best keyword share count, of whichever passage they are', () => {
  const together = answerProbability([passage(0.8, 0.5)], model);
  expect(together).toBeCloseTo(1 / (1 + Math.exp(-(-2 + 3 * 0.8 + 4 * 0.5))), 12);
  expect(answerProbability([passage(0.8, 0.1), passage(0.2, 0.5), passage()], model)).toBe(together);
});

test('passages that one side alone has found count 0 for the other', () => {
  expect(answerProbability([passage()], model)).toBeCloseTo(1 / (1 + Math.exp(2)), 12);
});

test('one half divides what is answered from what is not', () => {
  expect(isAnswerable('?', [passage(0, 0.51)], model)).toBe(true);
  expect(isAnswerable('?', [passage(0, 0.49)], model)).toBe(false);
});
