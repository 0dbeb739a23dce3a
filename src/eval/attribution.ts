import {
  likeliest,
  type SupportEvidence,
  type SupportModel,
  type SupportModels,
} from '../core/7-answer/support.ts';
import { fitLogistic, foldOf, type Observation } from './logistic.ts';

/** A place that may support a sentence, and whether its passage is the one that does. */
export interface JudgedSupport {
  readonly evidence: SupportEvidence;
  readonly isRight: boolean;
}

/**
 * - `gold`: question and gold answer as a statement, against the passages found for the question.
 * - `translated`: the same against passages of the other language that translate the gold document.
 * - `foreign`: a sentence of a document that none of the passages is from.
 * - `changed`: a sentence of the gold passage with other digits.
 */
export type CaseKind = 'gold' | 'translated' | 'foreign' | 'changed';

export interface AttributionCase {
  readonly kind: CaseKind;
  /** Number of the question: all cases of one fall into one fold. */
  readonly question: number;
  readonly supports: readonly JudgedSupport[];
}

const IS_SUPPORTED: Readonly<Record<CaseKind, boolean>> = {
  gold: true,
  translated: true,
  foreign: false,
  changed: false,
};
const FOLDS = 10;
/** Which place is the likeliest hangs on the models, and these on the likeliest places. */
const ROUNDS = 3;
/**
 * Set, not fitted: a sentence with a wrong number is otherwise as near to its source as can be, and would drag the
 * other weights down.
 */
const MISSING = -18;
const START: SupportModel = { bias: -34, overlap: 6, cosine: 34, missing: MISSING };

interface Verdict {
  readonly kind: CaseKind;
  readonly probability: number;
  readonly isRight: boolean;
}

/** Of a supported sentence the likeliest right place, of another one the likeliest place. */
function observationsOf(cases: readonly AttributionCase[], models: SupportModels) {
  const fitted = cases.filter(({ kind }) => kind !== 'changed');
  return fitted.flatMap(({ kind, supports }) => {
    const isCase = IS_SUPPORTED[kind];
    const languages = new Set(supports.map(({ evidence }) => evidence.languages));
    return [...languages].flatMap((language) => {
      const among = supports.filter(
        (each) => each.evidence.languages === language && (!isCase || each.isRight),
      );
      const best = likeliest(among, models)?.support.evidence;
      if (!best) return [];
      return [{ language, isCase, features: [best.overlap, best.cosine ?? 0] }];
    });
  });
}

/** The models that tell supported sentences from others, for each pair of languages. */
export function fitSupport(cases: readonly AttributionCase[]): SupportModels {
  let models: SupportModels = { en: START, zh: START, across: START };
  for (let round = 0; round < ROUNDS; round++) {
    const all = observationsOf(cases, models);
    const fit = (wanted: SupportEvidence['languages']): SupportModel => {
      const own: Observation[] = all.filter(({ language }) => language === wanted);
      const { bias, weights } = fitLogistic(own);
      const [overlap = 0, cosine = 0] = weights;
      return { bias, overlap, cosine, missing: MISSING };
    };
    models = { en: fit('en'), zh: fit('zh'), across: fit('across') };
  }
  return models;
}

/** Each case judged by models that were fitted without its question. */
export function crossValidate(cases: readonly AttributionCase[]): Verdict[] {
  return Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
    const isHeldOut = ({ question }: AttributionCase): boolean => foldOf(question, FOLDS) === fold;
    const models = fitSupport(cases.filter((each) => !isHeldOut(each)));
    return cases.filter(isHeldOut).map(({ kind, supports }) => {
      const best = likeliest(supports, models);
      return { kind, probability: best?.probability ?? 0, isRight: best?.support.isRight ?? false };
    });
  });
}

/** How many of the cases of a kind are cited at all, and cited rightly, from a probability on. */
export function citedFrom(threshold: number, kind: CaseKind, verdicts: readonly Verdict[]) {
  const own = verdicts.filter((each) => each.kind === kind);
  const cited = own.filter(({ probability }) => probability >= threshold);
  return { cases: own.length, cited: cited.length, right: cited.filter(({ isRight }) => isRight).length };
}
