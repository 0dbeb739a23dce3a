import type { Language } from '../types.ts';

/** What the sentences nearest to a question show. */
export interface Evidence {
  /** Highest cosine of a sentence with the question; absent where only keywords are searched. */
  readonly cosine?: number;
  /** Highest share of the question's term weight in one sentence, 0 to 1. */
  readonly overlap: number;
}

/**
 * A logistic model of `Evidence`. Sentences tell more than their passages: the cosine of a passage falls with
 * all that it says besides, and its BM25 score hangs on the size of the collection.
 */
export interface Calibration {
  readonly bias: number;
  readonly cosine: number;
  readonly overlap: number;
}

/**
 * One model for each case, as cosines of a Chinese question with Chinese text lie higher than those of an
 * English one with English text, and those across languages lower than both, with few shared words to go by.
 */
export type Calibrations = Readonly<Record<Language | 'across', Calibration>>;

/** Probability that the sentences hold an answer, 0 to 1. */
export function answerProbability({ cosine = 0, overlap }: Evidence, calibration: Calibration): number {
  const logit = calibration.bias + calibration.cosine * cosine + calibration.overlap * overlap;
  return 1 / (1 + Math.exp(-logit));
}

/** @param text language of the text that the evidence is from. */
export const isAnswerable = (
  evidence: Evidence,
  question: Language,
  text: Language,
  calibrations: Calibrations,
): boolean => answerProbability(evidence, calibrations[question === text ? question : 'across']) >= 0.5;
