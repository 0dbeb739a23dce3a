/**
 * Parses every file of a folder that its `index.json` describes (`described-file.ts`), and looks for the strings
 * that their texts must hold.
 *
 *     npx tsx scripts/documents.ts DIR [PART OF A NAME] [--text]
 *
 * `--text` prints what was read. Exit code 1 when a file ends otherwise, or lacks a string.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { toErrorData } from '../src/core/errors.ts';
import { parseFile } from '../src/core/1-parse/parse-file.ts';
import type { ParsedDocument } from '../src/core/types.ts';
import {
  hopesUnmet,
  isAcceptedOutcome,
  missesOf,
  readDescribed,
  type DescribedFile,
} from './described-file.ts';
import { preparePdfInNode } from './pdf-in-node.ts';

interface Result {
  readonly isAccepted: boolean;
  readonly outcome: string;
  readonly notes: readonly string[];
  readonly text: string;
}

async function read(path: string, described: DescribedFile): Promise<Result> {
  const { expect } = described;
  let document: ParsedDocument;
  try {
    const file = new Blob([await readFile(path)]);
    document = await parseFile(file, basename(path), new AbortController().signal);
  } catch (error) {
    const { code, details } = toErrorData(error);
    const outcome = `error:${code}`;
    const isAccepted = isAcceptedOutcome(expect, outcome, false, []);
    return { isAccepted, outcome, notes: isAccepted ? [] : [JSON.stringify(details)], text: '' };
  }
  const { text } = document;
  const warnings = document.warnings.map(({ code }) => code);
  const misses = missesOf(text, described);
  const hopes = hopesUnmet(text, described).map((wanted) => `(would be better with "${wanted}")`);
  return {
    isAccepted: isAcceptedOutcome(expect, 'text', misses.length === 0, warnings),
    outcome: 'text',
    notes: [...misses, ...hopes, ...warnings],
    text,
  };
}

const { values, positionals } = parseArgs({
  options: { text: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder, part = ''] = positionals;
if (folder === undefined) throw new Error('usage: tsx scripts/documents.ts DIR [PART OF A NAME] [--text]');

preparePdfInNode();
const described = (await readDescribed(folder)).filter(({ file }) => file.includes(part));
let accepted = 0;
for (const file of described) {
  const startedAt = performance.now();
  const { isAccepted, outcome, notes, text } = await read(join(dirname(folder), file.file), file);
  if (isAccepted) accepted += 1;
  const elapsed = `${Math.round(performance.now() - startedAt)} ms`;
  console.log(
    isAccepted ? 'ok  ' : 'FAIL',
    basename(file.file).padEnd(52),
    elapsed.padStart(8),
    ` ${outcome}${isAccepted ? '' : ` (accepted: ${file.expect})`} ${notes.join('; ')}`,
  );
  if (values.text && text !== '') console.log(`\n${text}\n`);
}
console.log(`${accepted} of ${described.length} as described`);
process.exitCode = accepted === described.length ? 0 : 1;
