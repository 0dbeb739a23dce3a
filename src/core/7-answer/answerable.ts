import type { Passage } from '../types.ts';

/**
 * A logistic model over two signals that are at hand before any answer is written: the highest cosine of the
 * passages, and the highest share of the question's keyword bound. Measured for each embedder on questions
 * with and without an answer in the documents (`npm run eval -- answerable`).
 */
export interface Calibration {
  readonly bias: number;
  readonly cosine: number;
  readonly keyword: number;
}

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

export const isAnswerable = (
  _question: string,
  passages: readonly Passage[],
  calibration: Calibration,
): boolean => answerProbability(passages, calibration) >= 0.5;
