import { expect, test } from 'vitest';
import { answerProbability, isAnswerable } from './answerable.ts';

const model = { bias: -2, cosine: 3, overlap: 4 };

test('the probability is the logistic of the weighted evidence', () => {
  expect(answerProbability({ cosine: 0.8, overlap: 0.5 }, model)).toBeCloseTo(
    1 / (1 + Math.exp(-(-2 + 3 * 0.8 + 4 * 0.5))),
    12,
  );
});

test('without vectors the shared words decide alone', () => {
  expect(answerProbability({ overlap: 0.25 }, model)).toBeCloseTo(1 / (1 + Math.exp(1)), 12);
});

test('one half divides what is answered from what is refused', () => {
  const models = { en: model, zh: model, across: model };
  expect(isAnswerable({ overlap: 0.51 }, 'en', 'en', models)).toBe(true);
  expect(isAnswerable({ overlap: 0.49 }, 'en', 'en', models)).toBe(false);
});

test('the languages of the question and of the text choose the model', () => {
  const never = { bias: -1, cosine: 0, overlap: 0 };
  const always = { bias: 1, cosine: 0, overlap: 0 };
  const only = (wanted: 'en' | 'zh' | 'across') => ({
    en: never,
    zh: never,
    across: never,
    [wanted]: always,
  });
  expect(isAnswerable({ overlap: 0 }, 'zh', 'zh', only('zh'))).toBe(true);
  expect(isAnswerable({ overlap: 0 }, 'en', 'en', only('en'))).toBe(true);
  expect(isAnswerable({ overlap: 0 }, 'en', 'zh', only('across'))).toBe(true);
  expect(isAnswerable({ overlap: 0 }, 'zh', 'en', only('zh'))).toBe(false);
});
