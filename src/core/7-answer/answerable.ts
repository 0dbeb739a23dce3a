import type { Language, Passage } from '../types.ts';
import { questionLanguage } from './language.ts';

/**
 * A logistic model over two signals that are at hand before any answer is made: the highest cosine of the
 * passages, and the highest share of the question's keyword bound.
 */
export interface Calibration {
  readonly bias: number;
  readonly cosine: number;
  readonly keyword: number;
}

/**
 * One model for each case, as cosines of a Chinese question with Chinese text lie higher than those of an
 * English one with English text, and those across languages lower than both, with no keywords to go by.
 */
export type Calibrations = Readonly<Record<Language | 'across', Calibration>>;

const highest = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((best, value) => Math.max(best, value ?? 0), 0);

/** Probability that the passages hold an answer, 0 to 1. */
export function answerProbability(
  passages: readonly Passage[],
  { bias, cosine, keyword }: Calibration,
): number {
  if (passages.length === 0) return 0;
  const logit =
    bias +
    cosine * highest(passages.map((passage) => passage.cosine)) +
    keyword * highest(passages.map((passage) => passage.keyword));
  return 1 / (1 + Math.exp(-logit));
}

/** @param passages best first: the first one's language decides whether the question is asked across languages. */
export function isAnswerable(
  question: string,
  passages: readonly Passage[],
  calibrations: Calibrations,
): boolean {
  const language = questionLanguage(question);
  const isAcross = questionLanguage(passages[0]?.text ?? '') !== language;
  return answerProbability(passages, calibrations[isAcross ? 'across' : language]) >= 0.5;
}
