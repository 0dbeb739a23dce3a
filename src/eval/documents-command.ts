import { openHeadlessApp } from '../../scripts/headless.ts';
import { parsers } from '../core/1-parse/registry.ts';
import type { AskEvent, RetrievalSettings } from '../core/service.ts';
import type { Headless } from '../headless/main.ts';
import { covered, readQuestionSet, squash, type GoldQuestion } from './question-set.ts';

declare const window: { satchel: Headless };

/** A passage holds this part of the gold paragraph, or is itself, to this part, out of a longer one. */
const SAME_PARAGRAPH = 0.5;

interface Outcome {
  readonly lang: string;
  /** 1-based rank of the first passage with the gold paragraph; 0 when there is none. */
  readonly rank: number;
  readonly answered: boolean;
  /** The extractive answer holds the gold answer. */
  readonly right: boolean;
  readonly passagesMs: number;
  readonly answerMs: number;
}

function outcome(
  { lang, gold_file, gold_text, answers }: GoldQuestion,
  events: readonly AskEvent[],
): Outcome {
  const found = events.find(({ type }) => type === 'passages');
  const answered = events.find(({ type }) => type === 'answer');
  const passages = found?.type === 'passages' ? found.passages : [];
  const answer = answered?.type === 'answer' ? answered.answer : undefined;
  const isGold = ({ documentName, text }: (typeof passages)[number]): boolean =>
    documentName === gold_file &&
    Math.max(covered(text, gold_text), covered(gold_text, text)) >= SAME_PARAGRAPH;
  const said =
    answer?.type === 'extractive' ? squash(answer.sentences.map(({ text }) => text).join('\n')) : '';
  return {
    lang,
    rank: passages.findIndex(isGold) + 1,
    answered: said !== '',
    right: answers.some((gold) => said.includes(squash(gold))),
    passagesMs: found?.elapsedMs ?? 0,
    answerMs: answered?.elapsedMs ?? 0,
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const percent = (part: number, whole: number): string =>
  `${part}/${whole} (${((100 * part) / Math.max(1, whole)).toFixed(1)} %)`;

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
  const extensions = new Set(parsers.lines.flatMap((line) => line.extensions));
  const { files, answerable, unanswerable } = readQuestionSet(folder, extensions);
  const app = await openHeadlessApp({
    onMessage: (message) => process.stderr.write(`\r${message.padEnd(70)}`),
  });
  try {
    await app.page.evaluate((changes) => window.satchel.open(changes), settings);
    await app.page.setInputFiles('#files', [...files]);
    const added = await app.page.evaluate(() => window.satchel.addFiles());
    process.stderr.write('\r');
    console.log(`files ready: ${percent(added.filter(({ type }) => type === 'ready').length, files.length)}`);
    const asked = (question: string): Promise<AskEvent[]> =>
      app.page.evaluate((text) => window.satchel.ask(text, 10), question);
    const outcomes: Outcome[] = [];
    for (const gold of answerable) outcomes.push(outcome(gold, await asked(gold.question)));
    for (const lang of new Set(outcomes.map((each) => each.lang)))
      report(
        lang,
        outcomes.filter((each) => each.lang === lang),
      );
    report('all', outcomes);
    let refused = 0;
    for (const { question } of unanswerable) {
      const events = await asked(question);
      if (events.some((event) => event.type === 'answer' && event.answer.type === 'not-found')) refused++;
    }
    console.log(`questions without an answer refused: ${percent(refused, unanswerable.length)}`);
    const times = (pick: (each: Outcome) => number): string => `${Math.round(median(outcomes.map(pick)))} ms`;
    console.log(
      `median time to passages ${times((each) => each.passagesMs)}, to the answer ${times((each) => each.answerMs)}`,
    );
  } finally {
    await app.close();
  }
}
