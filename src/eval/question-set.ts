import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, resolve } from 'node:path';

/** A question with a known answer in a known paragraph of a known file. */
export interface GoldQuestion {
  readonly id: string;
  readonly lang: string;
  readonly question: string;
  readonly answers: readonly string[];
  readonly gold_file: string;
  readonly gold_text: string;
}

export interface QuestionSet {
  /** Paths of all files. */
  readonly files: readonly string[];
  readonly answerable: readonly GoldQuestion[];
  readonly unanswerable: readonly { readonly id: string; readonly question: string }[];
}

function readJsonLines<Row>(path: string): Row[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Row);
}

/**
 * Reads `files/`, `qa-*.jsonl` and `unanswerable.jsonl` of a folder.
 * @param extensions files of other types are left out, and the questions about them.
 */
export function readQuestionSet(folder: string, extensions: ReadonlySet<string>): QuestionSet {
  const readable = (name: string): boolean => extensions.has(extname(name).slice(1).toLowerCase());
  const questions = readdirSync(folder)
    .filter((name) => /^qa-.*\.jsonl$/.test(name))
    .flatMap((name) => readJsonLines<GoldQuestion>(resolve(folder, name)));
  return {
    files: readdirSync(resolve(folder, 'files'))
      .filter(readable)
      .map((name) => resolve(folder, 'files', name)),
    answerable: questions.filter(({ gold_file }) => readable(gold_file)),
    unanswerable: readJsonLines(resolve(folder, 'unanswerable.jsonl')),
  };
}

/** Text without white space and width differences, for comparing what parsers lay out differently. */
export const squash = (text: string): string =>
  text.normalize('NFKC').replace(/[\s\u00ad\u200b-\u200d\ufeff]/g, '');

const SHINGLE = 8;

/** Share of the 8-character shingles of `gold` that stand in `text`, 0 to 1. */
export function covered(text: string, gold: string): number {
  const squashed = squash(text);
  const wanted = squash(gold);
  if (wanted.length <= SHINGLE) return squashed.includes(wanted) ? 1 : 0;
  const count = wanted.length - SHINGLE + 1;
  let found = 0;
  for (let i = 0; i < count; i++) if (squashed.includes(wanted.slice(i, i + SHINGLE))) found++;
  return found / count;
}
