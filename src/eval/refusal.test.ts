import { expect, test } from 'vitest';
import { answerProbability } from '../core/7-answer/answerable.ts';
import { fitCalibrations, leaveOneOut, refusedBelow, type JudgedQuestion } from './refusal.ts';

const asked = (
  question: 'en' | 'zh',
  cosine: number,
  overlap: number,
  isAnswerable: boolean,
): JudgedQuestion => ({ evidence: { cosine, overlap, question, text: question }, isAnswerable });

/** Chinese cosines lie higher: one model for both languages would answer all Chinese questions. */
const questions = Array.from({ length: 8 }, (_, i) => [
  asked('en', 0.85 + 0.005 * i, 0.5, true),
  asked('en', 0.78 + 0.003 * i, 0.1, false),
  asked('zh', 0.92 + 0.005 * i, 0.5, true),
  asked('zh', 0.84 + 0.003 * i, 0.1, false),
]).flat();

test('fits a model for each language', () => {
  const { en, zh } = fitCalibrations(questions);
  const between = { cosine: 0.87, overlap: 0.3 };
  expect(answerProbability(between, en)).toBeGreaterThan(0.5);
  expect(answerProbability(between, zh)).toBeLessThan(0.5);
});

test('judges each question by the others, and counts refusals on both sides', () => {
  const judged = leaveOneOut(questions);
  expect(refusedBelow(0.5, judged)).toEqual({ unanswerable: 16, answerable: 0 });
  expect(refusedBelow(0, judged)).toEqual({ unanswerable: 0, answerable: 0 });
  expect(refusedBelow(1.01, judged)).toEqual({ unanswerable: 16, answerable: 16 });
  // A question of its own kind alone is judged as the others are, not as itself.
  const odd = asked('en', 0.78, 0.1, true);
  expect(leaveOneOut([...questions, odd]).at(-1)?.probability).toBeLessThan(0.5);
});
