import { mean } from '../bench/statistics.ts';
import { formatTable } from '../bench/table.ts';
import type { RetrieverName } from './eval-service.ts';
import { scoreEach, type Run } from './metrics.ts';
import { pairedDifference } from './paired-difference.ts';
import type { RetrievalSet } from './retrieval-set.ts';

export type Runs = Readonly<Record<RetrieverName, Run>>;

export interface RankedSet {
  readonly set: RetrievalSet;
  readonly runs: Runs;
}

const figure = (value: number): string => value.toFixed(3);
const signed = (value: number): string => `${value < 0 ? '' : '+'}${figure(value)}`;

function interval(values: readonly number[], format: (value: number) => string): string {
  const { mean: middle, low, high } = pairedDifference(values);
  return `${format(middle)} [${format(low)} ${format(high)}]`;
}

const byName = (a: RankedSet, b: RankedSet): number =>
  a.set.language.localeCompare(b.set.language) || a.set.name.localeCompare(b.set.name);

/** nDCG@10 of each question, by each ranking. */
const gains = ({ set, runs }: RankedSet, name: RetrieverName): number[] =>
  scoreEach(runs[name], set.qrels).map(({ ndcg10 }) => ndcg10);

function rowOf(ranked: RankedSet): string[] {
  const { set, runs } = ranked;
  const [keyword, dense, hybrid] = [
    gains(ranked, 'keyword'),
    gains(ranked, 'dense'),
    gains(ranked, 'hybrid'),
  ];
  const better = mean(keyword) > mean(dense) ? keyword : dense;
  const recalls = scoreEach(runs.hybrid, set.qrels).map(({ recall100 }) => recall100);
  return [
    set.name,
    set.language,
    String(hybrid.length),
    ...[keyword, dense, hybrid].map((values) => interval(values, figure)),
    interval(
      hybrid.map((value, i) => value - (better[i] ?? 0)),
      signed,
    ),
    figure(mean(recalls)),
  ];
}

/** The mean of the sets in a language, each counting as one. */
function meanRow(language: string, sets: readonly RankedSet[]): string[] {
  const means = (['keyword', 'dense', 'hybrid'] as const).map((name) =>
    figure(mean(sets.map((ranked) => mean(gains(ranked, name))))),
  );
  return [`mean of ${sets.length}`, language, '', ...means];
}

/**
 * nDCG@10 of each set and ranking with its 95 % interval, by bootstrap over the questions; what hybrid retrieval gains
 * over the better of its halves, question by question; its recall@100.
 */
export function formatRetrieval(sets: readonly RankedSet[]): string {
  const heading = ['nDCG@10', '', 'questions', 'keyword', 'dense', 'hybrid', 'over the better', 'R@100'];
  const languages = [...new Set(sets.toSorted(byName).map(({ set }) => set.language))];
  const rows = languages.flatMap((language) => {
    const own = sets.filter(({ set }) => set.language === language).sort(byName);
    return [...own.map(rowOf), ...(own.length > 1 ? [meanRow(language, own)] : [])];
  });
  return formatTable([heading, ...rows]);
}
