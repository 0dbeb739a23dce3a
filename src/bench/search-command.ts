import { openHeadlessApp } from '../../scripts/headless.ts';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import { EMBEDDING_MODELS } from '../core/3-embed/models.ts';
import type { Headless } from '../headless/main.ts';
import { SEARCH_METHODS, type SearchMethod } from './bench-service.ts';
import { describeMachine, machineLine } from './machine.ts';
import { recallOf } from './recall.ts';
import { median, pairedRatio, quantile, summarize, type Summary } from './statistics.ts';
import { formatTable } from './table.ts';

declare const window: { satchel: Headless };

export interface SearchCommand {
  readonly chunks: number;
  readonly rounds: number;
}

const QUESTIONS = 50;
const K = 10;

const LABELS: Readonly<Record<SearchMethod, string>> = {
  flat: 'flat (default index)',
  voy: 'voy',
  plain: 'plain JS loop (reference)',
  keyword: 'keyword (BM25)',
  hybrid: 'hybrid (flat + keyword)',
};

interface MethodReport {
  readonly method: SearchMethod;
  readonly p50: number;
  readonly p95: number;
  /** Medians of the rounds. */
  readonly rounds: Summary;
  /** Time of this method over that of the reference, round by round. */
  readonly ratio: Summary;
  /** Share of the reference's best 10 that it finds; only where both rank by vectors alone. */
  readonly recall?: number;
}

/** Search in the worker without embedding the question. Returns the figures. */
export async function benchSearch({ chunks, rounds }: SearchCommand): Promise<object> {
  const settings = DEFAULT_PREFERENCES.retrieval;
  const dimensions = EMBEDDING_MODELS.find(({ id }) => id === settings.embedder)?.dimensions ?? 384;
  const app = await openHeadlessApp({ onMessage: (message) => process.stderr.write(`${message}\n`) });
  try {
    const machine = await describeMachine(app.page);
    process.stderr.write('building the indexes …\n');
    const size = { chunks, dimensions, questions: QUESTIONS };
    const build = await app.page.evaluate((wanted) => window.satchel.bench.buildIndexes(wanted), size);
    const methods = SEARCH_METHODS.filter((method) => method !== 'voy' || build.voy !== undefined);
    const search = (method: SearchMethod) =>
      app.page.evaluate(([by, k]) => window.satchel.bench.search(by, k), [method, K] as const);

    const times = new Map(methods.map((method) => [method, [] as number[][]]));
    const hits = new Map<SearchMethod, readonly (readonly number[])[]>();
    // Round 0 warms up.
    for (let round = 0; round <= rounds; round++) {
      if (round > 0) process.stderr.write(`search: round ${round} of ${rounds}\n`);
      for (const method of methods) {
        const result = await search(method);
        hits.set(method, result.hits);
        if (round > 0) times.get(method)?.push([...result.milliseconds]);
      }
    }
    const medians = (method: SearchMethod): number[] => (times.get(method) ?? []).map(median);
    const reports = methods.map((method): MethodReport => {
      const all = (times.get(method) ?? []).flat();
      const ranksByVector = method === 'flat' || method === 'voy';
      return {
        method,
        p50: median(all),
        p95: quantile(all, 0.95),
        rounds: summarize(medians(method)),
        ratio: pairedRatio(medians(method), medians('plain')),
        ...(ranksByVector && { recall: recallOf(hits.get(method) ?? [], hits.get('plain') ?? []) }),
      };
    });

    console.log(machineLine(machine));
    console.log(
      `${chunks} chunks, ${dimensions} dimensions, best ${K}, ${QUESTIONS} questions x ${rounds} rounds\n`,
    );
    console.log(
      formatTable([
        ['search, ms', 'p50', 'p95', 'round medians', 'x reference', 'recall@10', 'build'],
        ...reports.map(({ method, p50, p95, rounds: each, ratio, recall }) => [
          LABELS[method],
          p50.toFixed(2),
          p95.toFixed(2),
          `${each.lowest.toFixed(2)} to ${each.highest.toFixed(2)}`,
          ratio.median.toFixed(2),
          recall?.toFixed(4) ?? '',
          method === 'plain' || method === 'hybrid' ? '' : (build[method]?.toFixed(0) ?? ''),
        ]),
      ]),
    );
    return {
      machine,
      chunks,
      dimensions,
      k: K,
      questions: QUESTIONS,
      buildMs: build,
      search: reports,
    };
  } finally {
    await app.close();
  }
}
