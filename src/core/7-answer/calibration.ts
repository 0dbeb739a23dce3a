import type { RetrievalSettings } from '../service.ts';
import type { Calibration, Calibrations } from './answerable.ts';

/** Whatever the signals, an answer is shown: for cases in which they tell nothing. */
const ALWAYS: Calibration = { bias: 1, cosine: 0, keyword: 0 };

/**
 * A question whose rare words stand in no passage has no answer there. The shares lay between 0.19 and 0.71
 * where there was an answer and between 0.07 and 0.31 where there was none; Chinese ones below 0.13.
 */
const BY_KEYWORDS: Calibrations = {
  zh: { bias: -4.7, cosine: 0, keyword: 30 },
  en: { bias: -4.2, cosine: 0, keyword: 20 },
  across: ALWAYS,
};

/**
 * Across languages the cosines of both classes overlap: medians 0.767 with and 0.746 without an answer for
 * English questions about Chinese paragraphs, 0.794 and 0.779 the other way round (XQuAD). Only what lies
 * below nearly all answers is refused.
 */
const ACROSS_E5_SMALL: Calibration = { bias: -45.3, cosine: 60, keyword: 0 };

/**
 * From 47 questions with and 20 without an answer in 50 documents of both languages: within a language 18 of
 * 20 are refused and none of 44. A logistic regression gave the shape; the weight of Chinese keywords is
 * halved against it, since in a collection of a few pages a good match shares fewer of them. Cosines of a
 * model lie in a band of their own: a line is worth nothing for another model.
 */
const MEASURED: Readonly<Record<string, Readonly<Record<'hybrid' | 'dense', Calibrations>>>> = {
  'multilingual-e5-small': {
    hybrid: {
      zh: { bias: -54.6, cosine: 60, keyword: 15 },
      en: { bias: -34.1, cosine: 38.8, keyword: 11.5 },
      across: ACROSS_E5_SMALL,
    },
    dense: {
      zh: { bias: -53.1, cosine: 60, keyword: 0 },
      en: { bias: -48.3, cosine: 60, keyword: 0 },
      across: ACROSS_E5_SMALL,
    },
  },
};

/** The models for an embedder; one that was not measured is judged by keywords, where there are some. */
export function calibrationOf(embedder: string, retriever: RetrievalSettings['retriever']): Calibrations {
  if (retriever === 'keyword') return BY_KEYWORDS;
  const measured = MEASURED[embedder]?.[retriever];
  if (measured) return measured;
  return retriever === 'hybrid' ? BY_KEYWORDS : { zh: ALWAYS, en: ALWAYS, across: ALWAYS };
}
