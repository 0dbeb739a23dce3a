import { formatTable } from '../bench/table.ts';
import { CHUNK_TOKENS } from '../core/cut.ts';
import { runTrial, type ChunkTrial, type TrialOutcome, type TrialResult } from './chunk-trial.ts';
import { openNativeEmbedder } from './native-embedder.ts';
import { pairedDifference } from './paired-difference.ts';
import { readTrialSet, withCopies, type TrialSet } from './trial-set.ts';

const APP: ChunkTrial = {
  maxTokens: CHUNK_TOKENS,
  overlap: 1,
  hasTrail: true,
  vectorsOf: 'chunks',
  order: 'telling',
};

interface NamedTrial {
  readonly name: string;
  readonly trial: ChunkTrial;
}

/** The first one of each list is what the others are compared with. */
const CUTS: readonly NamedTrial[] = [
  { name: 'as the app', trial: APP },
  ...[96, 128, 192, 384].map((maxTokens) => ({
    name: `${maxTokens} tokens`,
    trial: { ...APP, maxTokens },
  })),
  { name: 'no overlap', trial: { ...APP, overlap: 0 } },
  { name: 'overlap of 2', trial: { ...APP, overlap: 2 } },
  { name: 'no headings', trial: { ...APP, hasTrail: false } },
  { name: 'small to big', trial: { ...APP, vectorsOf: 'sentences' } },
  { name: 'small to big, headings', trial: { ...APP, vectorsOf: 'sentences with headings' } },
];
const ORDERS: readonly NamedTrial[] = [
  { name: 'as found', trial: { ...APP, order: 'found' } },
  { name: 'telling first', trial: APP },
  ...[0.9, 0.7, 0.5].map((order) => ({ name: `MMR ${order}`, trial: { ...APP, order } })),
];

/** True, false, or undefined where the set does not tell. */
type Holds = (each: TrialOutcome) => boolean | undefined;

const MEASURES: readonly (readonly [name: string, holds: Holds])[] = [
  ['paragraph first', ({ paragraph }) => paragraph === 1],
  ['in 5 passages', ({ paragraph }) => paragraph <= 5],
  ['in 512 tokens', ({ tokens }) => (tokens === undefined ? undefined : tokens <= 512)],
  ['in 10 sentences', ({ sentence }) => (sentence === undefined ? undefined : sentence <= 10)],
];

const percent = (share: number): string => (100 * share).toFixed(1);
const signed = (share: number): string => `${share > 0 ? '+' : ''}${percent(share)}`;

/** A share, and how far it lies from that of the first trial. */
function cell(holds: Holds, { outcomes }: TrialResult, first: TrialResult): string {
  const known = outcomes.flatMap((each, i) => {
    const now = holds(each);
    const before = first.outcomes[i] && holds(first.outcomes[i]);
    return now === undefined || before === undefined ? [] : [{ now: Number(now), before: Number(before) }];
  });
  if (known.length === 0) return '';
  const share = percent(known.reduce((sum, { now }) => sum + now, 0) / known.length);
  if (first.outcomes === outcomes) return share;
  const { mean, low, high } = pairedDifference(known.map(({ now, before }) => now - before));
  return mean === 0 && low === 0 && high === 0
    ? `${share} (=)`
    : `${share} (${signed(low)} … ${signed(high)})`;
}

async function compare(
  set: TrialSet,
  trials: readonly NamedTrial[],
  run: (set: TrialSet, trial: ChunkTrial) => Promise<TrialResult>,
): Promise<void> {
  const rows: string[][] = [];
  let first: TrialResult | undefined;
  for (const { name, trial } of trials) {
    const result = await run(set, trial);
    first ??= result;
    const cells = MEASURES.map(([, holds]) => cell(holds, result, first ?? result));
    rows.push([name, String(result.vectors), result.meanTokens.toFixed(0), ...cells]);
  }
  process.stderr.write('\r');
  const heading = [
    `${set.questions.length} questions`,
    'vectors',
    'tokens',
    ...MEASURES.map(([name]) => name),
  ];
  console.log(`\n${set.name}: ${set.documents.length} documents\n${formatTable([heading, ...rows])}`);
}

/**
 * Cuts the documents of each set in several ways and asks their questions: by hybrid retrieval, with the default
 * embedder on a native runtime. Shares in per cent; in brackets the 95 % interval of the difference from the first row.
 */
export async function evaluateChunking(folders: readonly string[]): Promise<void> {
  const embedder = await openNativeEmbedder('multilingual-e5-small');
  const run = (set: TrialSet, trial: ChunkTrial): Promise<TrialResult> => runTrial(set, trial, embedder);
  try {
    for (const folder of folders) {
      const set = await readTrialSet(folder);
      await compare(set, CUTS, run);
      await compare(set, ORDERS, run);
      await compare(withCopies(set), ORDERS, run);
    }
  } finally {
    await embedder.dispose();
  }
}
