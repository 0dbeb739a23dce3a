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

test('one half divides what is answered from what is refused', () => {
  const models = { en: model, zh: model, across: model };
  expect(isAnswerable('which?', [passage(0, 0.51)], models)).toBe(true);
  expect(isAnswerable('which?', [passage(0, 0.49)], models)).toBe(false);
});

test('the languages of the question and of the best passage choose the model', () => {
  const never = { bias: -3, cosine: 0, keyword: 0 };
  const always = { bias: 1, cosine: 0, keyword: 0 };
  const chinese = passageOf('默认端口是多少', 0, 7);
  const english = passageOf('the port is open', 0, 16);
  const only = (wanted: 'en' | 'zh' | 'across') => ({
    en: never,
    zh: never,
    across: never,
    [wanted]: always,
  });
  expect(isAnswerable('端口是多少？', [chinese], only('zh'))).toBe(true);
  expect(isAnswerable('which port?', [english], only('en'))).toBe(true);
  expect(isAnswerable('which port?', [chinese, english], only('across'))).toBe(true);
  expect(isAnswerable('端口是多少？', [english], only('zh'))).toBe(false);
});
