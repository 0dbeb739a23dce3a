import { mean } from '../bench/statistics.ts';

/** Relevance judgements of one query: document id to grade; 0 or absent is not relevant. */
export type Judgements = ReadonlyMap<string, number>;

/** qrels: query id to judgements. */
export type Qrels = ReadonlyMap<string, Judgements>;

/** A run: query id to document ids, best first. */
export type Run = ReadonlyMap<string, readonly string[]>;

/** Gain of a grade and discount of a 0-based rank, as in Burges et al. 2005 and trec_eval's ndcg with 2^rel - 1. */
const gain = (grade: number): number => 2 ** grade - 1;
const discount = (rank: number): number => 1 / Math.log2(rank + 2);

/** Normalised discounted cumulative gain of the first `k` hits, 0 to 1; a repeated hit counts once. */
export function ndcg(hits: readonly string[], judgements: Judgements, k: number): number {
  const sum = (grades: readonly number[]): number =>
    grades.slice(0, k).reduce((total, grade, rank) => total + gain(grade) * discount(rank), 0);
  const ideal = sum([...judgements.values()].sort((a, b) => b - a));
  return ideal > 0 ? sum([...new Set(hits)].map((id) => judgements.get(id) ?? 0)) / ideal : 0;
}

/** The document with the best grade, of equal ones the first; undefined where none is relevant. */
export function mostRelevant(judgements: Judgements): string | undefined {
  const relevant = [...judgements].filter(([, grade]) => grade > 0);
  return relevant.sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Share of the relevant documents among the first `k` hits, 0 to 1. */
export function recall(hits: readonly string[], judgements: Judgements, k: number): number {
  const relevant = [...judgements].filter(([, grade]) => grade > 0).map(([id]) => id);
  const found = new Set([...new Set(hits)].slice(0, k));
  return relevant.length > 0 ? relevant.filter((id) => found.has(id)).length / relevant.length : 0;
}

export interface Scores {
  readonly queries: number;
  readonly ndcg10: number;
  readonly recall10: number;
  readonly recall100: number;
}

/** Of each query that has a relevant document; one that the run lacks scores 0. */
export function scoreEach(run: Run, qrels: Qrels): Omit<Scores, 'queries'>[] {
  return [...qrels]
    .filter(([, judgements]) => [...judgements.values()].some((grade) => grade > 0))
    .map(([id, judgements]) => {
      const hits = run.get(id) ?? [];
      return {
        ndcg10: ndcg(hits, judgements, 10),
        recall10: recall(hits, judgements, 10),
        recall100: recall(hits, judgements, 100),
      };
    });
}

/** Means of `scoreEach`. */
export function score(run: Run, qrels: Qrels): Scores {
  const each = scoreEach(run, qrels);
  return {
    queries: each.length,
    ndcg10: mean(each.map(({ ndcg10 }) => ndcg10)),
    recall10: mean(each.map(({ recall10 }) => recall10)),
    recall100: mean(each.map(({ recall100 }) => recall100)),
  };
}
