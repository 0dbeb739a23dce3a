import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { score } from './metrics.ts';
import type { RankedSet } from './retrieval-table.ts';

/** What two programs that round to four digits may differ by. */
const TOLERANCE = 1e-4;

/** Writes each ranking as `SET.RANKING.jsonl`, `{"id","hits"}` a line. @returns the files. */
export function writeRuns(folder: string, { set, runs }: RankedSet): Record<keyof typeof runs, string> {
  mkdirSync(folder, { recursive: true });
  const write = (name: keyof typeof runs): string => {
    const path = join(folder, `${set.name}.${name}.jsonl`);
    const lines = [...runs[name]].map(([id, hits]) => JSON.stringify({ id, hits }));
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };
  return { keyword: write('keyword'), dense: write('dense'), hybrid: write('hybrid') };
}

/**
 * Has another program score a run, `python3 SCORER SET RUN`, which prints JSON with ndcg10, r10 and r100.
 * @returns how far it is from our own scores at most.
 * @throws Error when it is further than rounding explains, or the program fails.
 */
export function checkRun(
  scorer: string,
  { set, runs }: RankedSet,
  name: keyof typeof runs,
  path: string,
): number {
  const { status, stdout, stderr } = spawnSync('python3', [scorer, set.folder, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${scorer}: ${stderr}`);
  const theirs = JSON.parse(stdout) as { ndcg10: number; r10: number; r100: number };
  const ours = score(runs[name], set.qrels);
  const difference = Math.max(
    Math.abs(theirs.ndcg10 - ours.ndcg10),
    Math.abs(theirs.r10 - ours.recall10),
    Math.abs(theirs.r100 - ours.recall100),
  );
  if (!(difference <= TOLERANCE))
    throw new Error(`${path}: ${stdout.trim()} by ${scorer}, by us ${JSON.stringify(ours)}`);
  return difference;
}
