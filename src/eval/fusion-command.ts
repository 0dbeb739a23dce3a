import { mean } from '../bench/statistics.ts';
import { formatTable } from '../bench/table.ts';
import { fuse, KEYWORD_WEIGHT } from '../core/5-retrieve/fuse.ts';
import { scoreEach } from './metrics.ts';
import { openNativeEmbedder } from './native-embedder.ts';
import { rankNatively, runOf, type Sides } from './native-ranking.ts';
import { pairedDifference } from './paired-difference.ts';
import { readRetrievalSet, type RetrievalSet } from './retrieval-set.ts';

/** In steps of √2: the sets can't tell finer ones apart. */
const WEIGHTS = [0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4];

/** nDCG@10 of each question. */
type Gains = readonly number[];

interface Fused {
  readonly set: RetrievalSet;
  /** Of the better half. */
  readonly better: Gains;
  readonly byWeight: ReadonlyMap<number, Gains>;
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;

function fuseAll(set: RetrievalSet, { keyword, dense }: Sides): Fused {
  const gains = (ranked: Sides['dense']): Gains =>
    scoreEach(runOf(set, ranked), set.qrels).map(({ ndcg10 }) => ndcg10);
  const halves = [gains(keyword), gains(dense)].sort((a, b) => mean(b) - mean(a));
  const fused = (weight: number): Gains =>
    gains(dense.map((hits, i) => fuse(hits, keyword[i] ?? [], weight)));
  return {
    set,
    better: halves[0] ?? [],
    byWeight: new Map(WEIGHTS.map((weight) => [weight, fused(weight)])),
  };
}

const gainOf = ({ better, byWeight }: Fused, weight: number): number =>
  mean(byWeight.get(weight) ?? []) - mean(better);

/** The weight that gains most on the set where it gains least; of equal ones the one that gains most on all. */
export function chooseWeight(gains: (weight: number) => readonly number[]): number {
  const worth = (weight: number): number => Math.min(...gains(weight)) + mean(gains(weight)) / 1000;
  return WEIGHTS.reduce((best, weight) => (worth(weight) > worth(best) ? weight : best));
}

/**
 * What hybrid retrieval gains over the better of its halves, by the weight of keywords; and with the weight that the
 * other sets would choose, which is what a set that is not there can count on.
 */
export async function evaluateFusion(folders: readonly string[]): Promise<void> {
  const embedder = await openNativeEmbedder('multilingual-e5-small');
  const all: Fused[] = [];
  try {
    for (const folder of folders) {
      const set = readRetrievalSet(folder);
      all.push(fuseAll(set, await rankNatively(set, embedder)));
    }
  } finally {
    await embedder.dispose();
  }
  const rows = all.map((one) => {
    const others = all.filter((other) => other !== one);
    const chosen = chooseWeight((weight) => others.map((other) => gainOf(other, weight)));
    const now = (one.byWeight.get(KEYWORD_WEIGHT) ?? []).map((gain, i) => gain - (one.better[i] ?? 0));
    const { low, high } = pairedDifference(now);
    return [
      one.set.name,
      mean(one.better).toFixed(4),
      ...WEIGHTS.map((weight) => signed(gainOf(one, weight))),
      `${signed(low)} … ${signed(high)}`,
      others.length > 0 ? `${chosen}: ${signed(gainOf(one, chosen))}` : '',
    ];
  });
  const heading = [
    'nDCG@10',
    'better half',
    ...WEIGHTS.map(String),
    `${KEYWORD_WEIGHT}, 95 %`,
    'by the others',
  ];
  process.stderr.write('\r');
  console.log(formatTable([heading, ...rows]));
  const chosen = chooseWeight((weight) => all.map((one) => gainOf(one, weight)));
  console.log(`\nAll sets choose ${chosen}; the app takes ${KEYWORD_WEIGHT}.`);
}
