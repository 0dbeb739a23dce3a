/* eslint-disable @typescript-eslint/no-non-null-assertion -- every place read is within the arrays, by the arithmetic */

export interface BatchLimits {
  /** A batch is padded to its longest text; this bounds texts × longest. One text alone may exceed it. */
  readonly paddedTokens: number;
  readonly texts: number;
}

/**
 * Groups texts of like length, so that little of a batch is padding: on texts of mixed length, batches in the
 * given order spend half of their time on it (`README.md` has the figures).
 *
 * @param lengths tokens of each text.
 * @returns indices into `lengths`, batch by batch, each index once. Longest first: time left, once it is
 * estimated from the first batches, only gets better, and memory grows once, at the start.
 */
export function makeBatches(lengths: readonly number[], limits: BatchLimits): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  let longest = 0;
  for (const index of order) {
    const fits = batch.length < limits.texts && (batch.length + 1) * longest <= limits.paddedTokens;
    if (batch.length > 0 && !fits) {
      batches.push(batch);
      batch = [];
    }
    if (batch.length === 0) longest = lengths[index]!;
    batch.push(index);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
