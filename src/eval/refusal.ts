import { answerProbability, type Calibration } from '../core/7-answer/answerable.ts';
import type { QuestionEvidence } from '../core/7-answer/extractive.ts';
import type { Language } from '../core/types.ts';
import { fitLogistic } from './logistic.ts';

/** What the sentences show for a question, and whether the documents do answer it. */
export interface JudgedQuestion {
  readonly evidence: QuestionEvidence;
  readonly isAnswerable: boolean;
}

/** A question with the probability that a model fitted without it gives. */
export interface HeldOut extends JudgedQuestion {
  readonly probability: number;
}

export type CalibrationsByLanguage = Readonly<Record<Language, Calibration>>;

/** Models of one language each; evidence across languages is too rare in the sets to fit a third. */
export function fitCalibrations(questions: readonly JudgedQuestion[]): CalibrationsByLanguage {
  const fit = (language: Language): Calibration => {
    const own = questions.filter(({ evidence }) => evidence.question === language);
    const { bias, weights } = fitLogistic(
      own.map(({ evidence, isAnswerable }) => ({
        features: [evidence.cosine ?? 0, evidence.overlap],
        isCase: isAnswerable,
      })),
    );
    const [cosine = 0, overlap = 0] = weights;
    return { bias, cosine, overlap };
  };
  return { en: fit('en'), zh: fit('zh') };
}

/** Leaves out one question after the other: each is judged by models fitted on all the others. */
export function leaveOneOut(questions: readonly JudgedQuestion[]): HeldOut[] {
  return questions.map((each) => {
    const calibrations = fitCalibrations(questions.filter((other) => other !== each));
    return { ...each, probability: answerProbability(each.evidence, calibrations[each.evidence.question]) };
  });
}

/** Questions refused below a probability. */
export function refusedBelow(threshold: number, questions: readonly HeldOut[]) {
  const refused = questions.filter(({ probability }) => probability < threshold);
  return {
    unanswerable: refused.filter(({ isAnswerable }) => !isAnswerable).length,
    answerable: refused.filter(({ isAnswerable }) => isAnswerable).length,
  };
}
