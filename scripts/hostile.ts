/**
 * Parses every file of a folder that its `index.json` describes, and compares with the outcomes accepted there.
 *
 *     npx tsx scripts/hostile.ts DIR [NAME] [--heaviest N]
 *
 * Each file is read as the parse worker reads it, as a Blob that is looked into for an archive and then parsed, in
 * a process of its own, so that time and memory are its own; the parser's code counts. `--heaviest` lists those
 * that took most of each. Exit code 1 when a file ends otherwise, takes more than 10 s or more than 512 MB.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toErrorData } from '../src/core/errors.ts';
import { parseFile } from '../src/core/1-parse/parse-file.ts';
import { unpackFile } from '../src/core/1-parse/unpack-file.ts';
import { isAcceptedOutcome, missesOf, readDescribed, type DescribedFile } from './described-file.ts';
import { preparePdfInNode } from './pdf-in-node.ts';

const LIMIT_MS = 10_000;
const LIMIT_MIB = 512;

interface Outcome {
  readonly outcome: string;
  readonly found: boolean;
  readonly warnings: readonly string[];
  readonly elapsedMs: number;
  readonly memoryMib: number;
}

async function parseOne(path: string, described: DescribedFile): Promise<Outcome> {
  preparePdfInNode();
  const file = new Blob([await readFile(path)]);
  const startedAt = performance.now();
  const before = process.memoryUsage().rss;
  let outcome: string;
  let found = true;
  let warnings: readonly string[];
  try {
    const name = basename(path);
    const { signal } = new AbortController();
    if (await unpackFile(file, name, signal)) {
      outcome = 'archive';
      warnings = [];
    } else {
      const document = await parseFile(file, name, signal);
      outcome = 'text';
      warnings = document.warnings.map(({ code }) => code);
      found = missesOf(document.text, described).length === 0;
    }
  } catch (error) {
    const { code, details } = toErrorData(error);
    outcome = `error:${code}`;
    warnings = [JSON.stringify(details)];
  }
  const elapsedMs = Math.round(performance.now() - startedAt);
  const memoryMib = Math.round(process.resourceUsage().maxRSS / 1024 - before / 2 ** 20);
  return { outcome, found, warnings, elapsedMs, memoryMib };
}

function isAccepted(
  { expect }: DescribedFile,
  { outcome, found, warnings, elapsedMs, memoryMib }: Outcome,
): boolean {
  if (elapsedMs > LIMIT_MS || memoryMib > LIMIT_MIB) return false;
  return isAcceptedOutcome(expect, outcome, found, warnings);
}

/** A hanging file must not hang the command. */
function inOwnProcess(folder: string, file: string): Promise<Outcome> {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), folder, file];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 2 * LIMIT_MS }, (error, stdout, stderr) => {
      const last = stdout.trim().split('\n').at(-1) ?? '';
      if (!error && last.startsWith('{')) return resolve(JSON.parse(last) as Outcome);
      const reason = (stderr.trim().split('\n').at(-1) ?? '') || String(error);
      resolve({ outcome: 'crash', found: false, warnings: [reason], elapsedMs: Infinity, memoryMib: 0 });
    });
  });
}

const measure = ({ elapsedMs, memoryMib }: Outcome): string =>
  `${`${elapsedMs} ms`.padStart(9)} ${`${memoryMib} MiB`.padStart(9)}`;

function listHeaviest(results: ReadonlyMap<string, Outcome>, count: number): void {
  if (count === 0) return;
  for (const [word, key] of [
    ['memory', 'memoryMib'],
    ['time', 'elapsedMs'],
  ] as const) {
    console.log(`Most ${word}:`);
    const sorted = [...results].sort(([, a], [, b]) => b[key] - a[key]);
    for (const [name, result] of sorted.slice(0, count)) console.log(' ', measure(result), name);
  }
}

async function main(folder: string, only: string | undefined, heaviest: number): Promise<void> {
  const index = await readDescribed(folder);
  if (only !== undefined) {
    const described = index.find(({ file }) => file === only);
    if (!described) throw new Error(`${only} is not in the index`);
    console.log(JSON.stringify(await parseOne(join(dirname(folder), only), described)));
    return;
  }
  const results = new Map<string, Outcome>();
  let accepted = 0;
  for (const described of index) {
    const result = await inOwnProcess(folder, described.file);
    const isFine = isAccepted(described, result);
    if (isFine) accepted += 1;
    results.set(basename(described.file), result);
    console.log(
      isFine ? 'ok  ' : 'FAIL',
      basename(described.file).padEnd(44),
      measure(result),
      ` ${result.outcome} (accepted: ${described.expect}) ${result.warnings.join(' ')}`,
    );
  }
  listHeaviest(results, heaviest);
  console.log(`${accepted} of ${index.length} within the accepted outcomes`);
  process.exitCode = accepted === index.length ? 0 : 1;
}

const { values, positionals } = parseArgs({
  options: { heaviest: { type: 'string', default: '0' } },
  allowPositionals: true,
});
const [folder, only] = positionals;
if (folder === undefined) throw new Error('usage: tsx scripts/hostile.ts DIR [NAME] [--heaviest N]');
await main(folder.replace(/\/+$/, ''), only, Number(values.heaviest));
