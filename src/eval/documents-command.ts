import { median } from '../bench/statistics.ts';
import type { AskEvent, RetrievalSettings } from '../core/service.ts';
import { isGoldPassage } from './gold-passage.ts';
import { openQuestionLibrary, percent } from './question-library.ts';
import { squash, type GoldQuestion } from './question-set.ts';

const PASSAGES = 10;

interface Outcome {
  readonly lang: string;
  /** 1-based rank of the first passage with the gold paragraph; 0 when there is none. */
  readonly rank: number;
  readonly answered: boolean;
  /** The extractive answer holds the gold answer. */
  readonly right: boolean;
  readonly passagesMs: number;
  /** From the passages to the first sentence, where it is clear before the others; the answer holds it. */
  readonly sentenceMs: number | undefined;
  readonly isSentenceKept: boolean;
  readonly answerMs: number;
}

function outcome(gold: GoldQuestion, events: readonly AskEvent[]): Outcome {
  const found = events.find(({ type }) => type === 'passages');
  const answered = events.find(({ type }) => type === 'answer');
  const first = events.find(({ type }) => type === 'sentence');
  const passages = found?.type === 'passages' ? found.passages : [];
  const answer = answered?.type === 'answer' ? answered.answer : undefined;
  const said =
    answer?.type === 'extractive' ? squash(answer.sentences.map(({ text }) => text).join('\n')) : '';
  return {
    lang: gold.lang,
    rank: passages.findIndex((passage) => isGoldPassage(gold, passage)) + 1,
    answered: said !== '',
    right: gold.answers.some((each) => said.includes(squash(each))),
    passagesMs: found?.elapsedMs ?? 0,
    sentenceMs: first && first.elapsedMs - (found?.elapsedMs ?? 0),
    isSentenceKept:
      first?.type === 'sentence' &&
      first.answer.type === 'extractive' &&
      first.answer.sentences.every(({ text }) => said.includes(squash(text))),
    answerMs: answered?.elapsedMs ?? 0,
  };
}

function report(label: string, outcomes: readonly Outcome[]): void {
  const count = (wanted: (each: Outcome) => boolean): string =>
    percent(outcomes.filter(wanted).length, outcomes.length);
  console.log(
    `${label}: gold paragraph first ${count(({ rank }) => rank === 1)}, in the first five ${count(({ rank }) => rank >= 1 && rank <= 5)}`,
  );
  console.log(
    `${label}: answered ${count(({ answered }) => answered)}, gold answer in the sentences ${count(({ right }) => right)}`,
  );
}

/**
 * Adds the files of a question set to the app and asks its questions: is the right paragraph found, do the
 * sentences hold the answer, are questions without an answer refused?
 */
export async function evaluateDocuments(folder: string, settings: Partial<RetrievalSettings>): Promise<void> {
  const library = await openQuestionLibrary(folder, settings);
  const { answerable, unanswerable } = library.set;
  try {
    const outcomes: Outcome[] = [];
    for (const gold of answerable) outcomes.push(outcome(gold, await library.ask(gold.question, PASSAGES)));
    for (const lang of new Set(outcomes.map((each) => each.lang)))
      report(
        lang,
        outcomes.filter((each) => each.lang === lang),
      );
    report('all', outcomes);
    let refused = 0;
    for (const { question } of unanswerable) {
      const events = await library.ask(question, PASSAGES);
      if (events.some((event) => event.type === 'answer' && event.answer.type === 'not-found')) refused++;
    }
    console.log(`questions without an answer refused: ${percent(refused, unanswerable.length)}`);
    const early = outcomes.filter(({ sentenceMs }) => sentenceMs !== undefined);
    const kept = early.filter(({ isSentenceKept }) => isSentenceKept).length;
    const latest = Math.max(...early.map(({ sentenceMs }) => sentenceMs ?? 0));
    console.log(
      `a first sentence with the passages: ${percent(early.length, outcomes.length)}, at most ${latest.toFixed(1)} ms after them; kept in the answer: ${percent(kept, early.length)}`,
    );
    const times = (pick: (each: Outcome) => number): string => `${Math.round(median(outcomes.map(pick)))} ms`;
    console.log(
      `median time to passages ${times((each) => each.passagesMs)}, to the answer ${times((each) => each.answerMs)}`,
    );
  } finally {
    await library.close();
  }
}
