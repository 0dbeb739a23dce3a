import { openHeadlessApp } from '../../scripts/headless.ts';
import { fuse } from '../core/5-retrieve/fuse.ts';
import type { Headless } from '../headless/main.ts';
import type { EvalRequest } from './eval-service.ts';
import { score } from './metrics.ts';
import { openNativeEmbedder } from './native-embedder.ts';
import { rankNatively, runOf } from './native-ranking.ts';
import { readRetrievalSet, type RetrievalSet } from './retrieval-set.ts';
import { formatRetrieval, type RankedSet, type Runs } from './retrieval-table.ts';
import { checkRun, writeRuns } from './run-files.ts';

declare const window: { satchel: Headless };

export interface RetrievalCommand {
  readonly folders: readonly string[];
  /** Folder to write rankings to. */
  readonly runs: string;
  /** A Python script that scores them too. */
  readonly scorer: string | undefined;
  readonly embedder: string;
  readonly index: string;
  /** Whether vectors are made in Node, by the native runtime, and scanned there. */
  readonly native: boolean;
  readonly json: boolean;
}

interface Ranker {
  rank(set: RetrievalSet): Promise<Runs>;
  close(): Promise<unknown>;
}

/** By the app's own worker and index. */
async function browserRanker({ embedder, index }: RetrievalCommand): Promise<Ranker> {
  // The profile keeps vectors between runs; its port is fixed because storage belongs to an origin.
  const app = await openHeadlessApp({
    profile: 'node_modules/.cache/satchel-eval',
    port: 4179,
    onMessage: (message) => process.stderr.write(`\r${message.padEnd(70)}`),
  });
  return {
    close: () => app.close(),
    async rank(set): Promise<Runs> {
      const request = { corpusKey: set.corpusPath, corpus: set.corpus, queries: set.queries };
      const rankings = await app.page.evaluate(([rest, changes]) => window.satchel.evaluate(rest, changes), [
        request satisfies Omit<EvalRequest, 'settings'>,
        { embedder, index },
      ] as const);
      const run = (name: keyof Runs): Runs[typeof name] => {
        const hits = rankings.find(({ retriever }) => retriever === name)?.hits ?? [];
        return new Map(set.queries.map(({ id }, i) => [id, hits[i] ?? []]));
      };
      return { keyword: run('keyword'), dense: run('dense'), hybrid: run('hybrid') };
    },
  };
}

async function nativeRanker({ embedder }: RetrievalCommand): Promise<Ranker> {
  const native = await openNativeEmbedder(embedder);
  return {
    close: () => native.dispose(),
    async rank(set): Promise<Runs> {
      const { keyword, dense } = await rankNatively(set, native);
      const hybrid = dense.map((hits, i) => fuse(hits, keyword[i] ?? []));
      return {
        keyword: runOf(set, keyword),
        dense: runOf(set, dense),
        hybrid: runOf(set, hybrid),
      };
    },
  };
}

const RANKINGS = ['keyword', 'dense', 'hybrid'] as const;

const scoresOf = ({ set, runs }: RankedSet): object =>
  Object.fromEntries(RANKINGS.map((name) => [name, score(runs[name], set.qrels)]));

/** Ranks the queries of retrieval sets by keyword, dense and hybrid retrieval, prints the scores and writes the runs. */
export async function evaluateRetrieval(command: RetrievalCommand): Promise<void> {
  const { scorer } = command;
  const ranker = await (command.native ? nativeRanker(command) : browserRanker(command));
  const ranked: RankedSet[] = [];
  let furthest = 0;
  try {
    for (const folder of command.folders) {
      const set = readRetrievalSet(folder);
      const one = { set, runs: await ranker.rank(set) };
      ranked.push(one);
      const files = writeRuns(command.runs, one);
      if (scorer === undefined) continue;
      for (const name of RANKINGS) furthest = Math.max(furthest, checkRun(scorer, one, name, files[name]));
    }
  } finally {
    await ranker.close();
  }
  process.stderr.write('\r');
  if (command.json) {
    console.log(
      JSON.stringify(Object.fromEntries(ranked.map((one) => [one.set.name, scoresOf(one)])), null, 2),
    );
    return;
  }
  console.log(formatRetrieval(ranked));
  console.log(`\nRankings are in ${command.runs}.`);
  if (scorer !== undefined) console.log(`${scorer} says the same, to ${furthest.toExponential(0)}.`);
}
