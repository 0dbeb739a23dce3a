import type { Page } from 'playwright';
import { attempt } from './attempt.ts';
import type { SearchTimes } from './bench-service.ts';
import type { Answerer } from './index-bench-service.ts';
import type { Given, Result, StepName } from './index-page.ts';
import type { IndexReport, Step } from './index-report.ts';
import type { PeerLine } from './peers/peer.ts';
import { recallOf } from './recall.ts';
import { median, pairedRatio, quantile } from './statistics.ts';

export interface VectorPath {
  readonly path: string;
  readonly chunks: number;
  readonly dimensions: number;
}

export interface Measuring {
  readonly rounds: number;
  readonly k: number;
  /** For each step. */
  readonly limitMs: number;
}

export interface MeasuredIndex {
  readonly report: IndexReport;
  /** Of the two references, in their turns beside it; milliseconds of each question. */
  readonly plainMs: readonly number[];
  readonly oursMs: readonly number[];
}

/** A 32-bit WebAssembly ends at 4 GB, and so does what a tab of a small machine gets. */
const MOST_BYTES = 3e9;

/** Why this size is not worth trying, from what the size before took; building grows at least with the chunks. */
export function foreseenReason(
  before: IndexReport | undefined,
  growth: number,
  { limitMs }: Measuring,
): string | undefined {
  if (!before) return undefined;
  const failed = before.failures.find(({ step }) => step === 'build' || step === 'search');
  if (before.skipped !== undefined || failed) return 'failed with fewer';
  if ((before.search?.recall ?? 1) < 0.5) return 'finds the wrong ones with fewer';
  const buildMs = (before.buildMs ?? 0) * growth;
  if (buildMs > limitMs) return `would build for ${(buildMs / 1000).toFixed(0)} s or more`;
  const bytes = (before.memoryBytes ?? 0) * growth;
  return bytes > MOST_BYTES ? `would take ${(bytes / 1e9).toFixed(0)} GB` : undefined;
}

/** One library in a page of its own. What fails is told, with what could be measured before and after. */
export async function measureIndex(
  page: Page,
  { id, label }: PeerLine,
  { path, chunks, dimensions }: VectorPath,
  { rounds, k, limitMs }: Measuring,
): Promise<MeasuredIndex> {
  const failures: { step: Step; reason: string }[] = [];
  let isOver = false;
  const run = async <Name extends StepName>(
    step: Step,
    name: Name,
    ...given: Given<Name>
  ): Promise<Result<Name> | undefined> => {
    if (isOver) return undefined;
    const outcome = await attempt(page, limitMs, name, ...given);
    if ('value' in outcome) return outcome.value;
    failures.push({ step, reason: outcome.failed });
    isOver = outcome.ended;
    return undefined;
  };
  const memory = (): Promise<number> => page.evaluate(() => window.indexPage.memory());
  const times: Record<Answerer, number[][]> = { peer: [], flat: [], plain: [] };
  const hits: Partial<Record<Answerer, SearchTimes['hits']>> = {};
  const ours = id === 'flat' ? 'peer' : 'flat';
  const finish = (measured: Partial<IndexReport> = {}): MeasuredIndex => ({
    report: { id, label, failures, ...measured },
    plainMs: times.plain.flat(),
    oursMs: times[ours].flat(),
  });

  await page.setInputFiles('#vectors', path);
  await page.evaluate((shape) => window.indexPage.open(shape), { chunks, dimensions });
  const emptyBytes = await memory();
  const buildMs = await run('build', 'build', id);
  if (buildMs === undefined) return finish();
  const built = { buildMs, memoryBytes: (await memory()) - emptyBytes };

  await run('search', 'buildReferences');
  // Round 0 warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const by of ['peer', 'flat', 'plain'] as const) {
      if (by === 'flat' && by !== ours) continue;
      const found = await run('search', 'search', by, k);
      if (!found) return finish(built);
      hits[by] = found.hits;
      if (round > 0) times[by].push([...found.milliseconds]);
    }
  }
  const medians = (by: Answerer): number[] => times[by].map(median);
  const all = times.peer.flat();

  const changed = await run('change', 'change');
  if (changed && changed.found < changed.add.length) {
    const missed = changed.add.length - changed.found;
    failures.push({ step: 'change', reason: `${missed} of ${changed.add.length} added are not found first` });
  }
  if (changed && changed.ghosts > 0) {
    failures.push({ step: 'change', reason: `${changed.ghosts} that were removed are still found` });
  }
  const saved = await run('save', 'save');
  if (saved && !saved.same) failures.push({ step: 'save', reason: 'finds other ones once opened again' });

  return finish({
    ...built,
    search: {
      p50: median(all),
      p95: quantile(all, 0.95),
      timesOurs: pairedRatio(medians('peer'), medians(ours)),
      timesPlain: pairedRatio(medians('peer'), medians('plain')),
      recall: recallOf(hits.peer ?? [], hits.plain ?? []),
    },
    ...(changed && { addMs: median(changed.add), removeMs: median(changed.remove) }),
    ...(saved && { saveMs: saved.save, openMs: saved.open, savedBytes: saved.bytes }),
  });
}
