import { dotRow } from '../4-index/dot-row.ts';

/** Centres of groups, and what a look at them needs. */
export interface Centres {
  readonly rows: readonly Float32Array[];
  /** Half the square of each length: the nearest centre is the one with the highest `dot - half`. */
  readonly halves: Float64Array;
}

const MAX_ROUNDS = 12;
/** Fewer rows than this part change their group: the rest would change nothing that a person sees. */
const SETTLED = 0.002;

export const centresOf = (rows: readonly Float32Array[]): Centres => ({
  rows,
  halves: Float64Array.from(rows, (row) => dotRow(row, row) / 2),
});

/** @returns the number of the nearest centre. */
export function nearestCentre(row: Float32Array, { rows, halves }: Centres): number {
  let best = 0;
  let highest = -Infinity;
  for (const [i, centre] of rows.entries()) {
    const score = dotRow(row, centre) - (halves[i] ?? 0);
    if (score > highest) [best, highest] = [i, score];
  }
  return best;
}

/**
 * Groups rows by k-means (Lloyd 1982), seeded by k-means++ (Arthur & Vassilvitskii 2007) from fixed numbers: the same
 * rows give the same groups. Yields how far it is after each round; groups that end up empty are left out.
 */
export function* kMeans(rows: readonly Float32Array[], k: number): Generator<number, Centres> {
  let centres = centresOf(seeds(rows, Math.min(k, rows.length)));
  const group = new Int32Array(rows.length).fill(-1);
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    let moved = 0;
    for (const [i, row] of rows.entries()) {
      const nearest = nearestCentre(row, centres);
      if (group[i] !== nearest) moved++;
      group[i] = nearest;
    }
    centres = centresOf(meansOf(rows, group, centres.rows.length));
    yield round / MAX_ROUNDS;
    if (moved <= SETTLED * rows.length) break;
  }
  return centres;
}

function meansOf(rows: readonly Float32Array[], group: Int32Array, k: number): Float32Array[] {
  const dimensions = rows[0]?.length ?? 0;
  const sums = Array.from({ length: k }, () => new Float32Array(dimensions));
  const counts = new Uint32Array(k);
  for (const [i, row] of rows.entries()) {
    const own = group[i] ?? 0;
    counts[own] = (counts[own] ?? 0) + 1;
    const sum = sums[own];
    if (sum) for (let d = 0; d < dimensions; d++) sum[d] = (sum[d] ?? 0) + (row[d] ?? 0);
  }
  return sums
    .map((sum, own) => sum.map((value) => value / Math.max(counts[own] ?? 0, 1)))
    .filter((_, own) => (counts[own] ?? 0) > 0);
}

function seeds(rows: readonly Float32Array[], k: number): Float32Array[] {
  const random = seeded(1);
  const chosen: Float32Array[] = [];
  const squared = new Float64Array(rows.length).fill(Infinity);
  let next = rows[Math.floor(random() * rows.length)];
  while (next && chosen.length < k) {
    chosen.push(next);
    const own = next;
    const length = dotRow(own, own);
    let total = 0;
    rows.forEach((row, i) => {
      const distance = Math.max(0, dotRow(row, row) + length - 2 * dotRow(row, own));
      squared[i] = Math.min(squared[i] ?? 0, distance);
      total += squared[i] ?? 0;
    });
    if (total === 0) break;
    let at = random() * total;
    next = rows.find((_, i) => (at -= squared[i] ?? 0) <= 0);
  }
  return chosen;
}

/** Lehmer's generator with the factor of Park & Miller (1988): 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
