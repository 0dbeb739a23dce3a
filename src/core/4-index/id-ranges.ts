import type { IdRanges } from '../types.ts';

export const countIds = (ranges: IdRanges): number =>
  ranges.reduce((sum, [start, end]) => sum + end - start, 0);

export const isInRanges = (ranges: IdRanges, id: number): boolean => id < spanOf(ranges, id).keptBelow;

/**
 * A byte for each id, 1 where a range has it. Ids are mostly ascending, so the span that one lies in, a range or a gap,
 * nearly always has the next one too.
 */
export function maskOf(ids: Uint32Array, ranges: IdRanges): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(ids.length);
  let span = spanOf(ranges, 0);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    if (id < span.start || id >= span.end) span = spanOf(ranges, id);
    mask[i] = id < span.keptBelow ? 1 : 0;
  }
  return mask;
}

/** Ids from `start` to `end` are all in a range or all in none. */
interface Span {
  readonly start: number;
  readonly end: number;
  /** `end` when they are in a range, else `start`. */
  readonly keptBelow: number;
}

function spanOf(ranges: IdRanges, id: number): Span {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.[0] ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  const [start, end] = ranges[low - 1] ?? [0, 0];
  return id < end
    ? { start, end, keptBelow: end }
    : { start: end, end: ranges[low]?.[0] ?? Infinity, keptBelow: end };
}
