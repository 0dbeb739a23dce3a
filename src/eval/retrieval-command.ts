import { writeFileSync } from 'node:fs';
import { openHeadlessApp } from '../../scripts/headless.ts';
import type { Headless } from '../headless/main.ts';
import type { EvalEvent, EvalRequest, RetrieverName } from './eval-service.ts';
import { score, type Scores } from './metrics.ts';
import { readRetrievalSet, type RetrievalSet } from './retrieval-set.ts';

declare const window: { satchel: Headless };

export interface RetrievalCommand {
  readonly folders: readonly string[];
  /** File to write a ranking to. */
  readonly run: string | undefined;
  /** Whose ranking is written. */
  readonly retriever: string;
  readonly embedder: string;
  readonly index: string;
  readonly json: boolean;
}

type Ranking = Extract<EvalEvent, { type: 'run' }>;

const figure = (value: number): string => value.toFixed(4).padStart(8);

function print({ name }: RetrievalSet, scores: ReadonlyMap<RetrieverName, Scores>): void {
  for (const [retriever, { queries, ndcg10, recall10, recall100 }] of scores) {
    console.log(
      `${name.padEnd(18)} ${retriever.padEnd(8)} ${String(queries).padStart(6)}${figure(ndcg10)}${figure(recall10)}${figure(recall100)}`,
    );
  }
}

const toRun = (set: RetrievalSet, { hits }: Ranking): Map<string, readonly string[]> =>
  new Map(set.queries.map(({ id }, i) => [id, hits[i] ?? []]));

/** Ranks the queries of retrieval sets by keyword, dense and hybrid retrieval and prints the scores. */
export async function evaluateRetrieval(values: RetrievalCommand): Promise<void> {
  // The profile keeps vectors between runs; its port is fixed because storage belongs to an origin.
  const app = await openHeadlessApp({
    profile: 'node_modules/.cache/satchel-eval',
    port: 4179,
    onMessage: (message) => process.stderr.write(`\r${message.padEnd(70)}`),
  });
  const report: Record<string, Record<string, Scores>> = {};
  try {
    if (!values.json)
      console.log(`${'set'.padEnd(18)} ${'ranking'.padEnd(8)} queries nDCG@10    R@10   R@100`);
    for (const folder of values.folders) {
      const set = readRetrievalSet(folder);
      const request = { corpusKey: set.corpusPath, corpus: set.corpus, queries: set.queries };
      const choice = { embedder: values.embedder, index: values.index };
      const rankings = await app.page.evaluate(([rest, changes]) => window.satchel.evaluate(rest, changes), [
        request satisfies Omit<EvalRequest, 'settings'>,
        choice,
      ] as const);
      process.stderr.write('\r');
      const scores = new Map(
        rankings.map((ranking) => [ranking.retriever, score(toRun(set, ranking), set.qrels)]),
      );
      report[set.name] = Object.fromEntries(scores);
      if (!values.json) print(set, scores);
      const chosen = rankings.find(({ retriever }) => retriever === values.retriever);
      if (values.run !== undefined && chosen) {
        const lines = [...toRun(set, chosen)].map(([id, hits]) => JSON.stringify({ id, hits }));
        writeFileSync(values.run, `${lines.join('\n')}\n`);
      }
    }
    if (values.json) console.log(JSON.stringify(report, null, 2));
  } finally {
    await app.close();
  }
}
