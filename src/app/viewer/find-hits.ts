import { foldText } from './fold-text.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Beyond these nobody pages through them, and each is marked. */
export const MAX_HITS = 5000;

/**
 * @param folded the document's text by `foldText`.
 * @param from offset that is being read: of more than `MAX_HITS` those from there are kept.
 * @returns hits in order, apart, `MAX_HITS` at most.
 */
export function findHits(folded: string, query: string, from = 0): readonly Range[] {
  const wanted = foldText(query.trim()).replace(/ +/g, ' ');
  if (wanted === '') return [];
  const after = hitsBetween(folded, wanted, from, folded.length, MAX_HITS);
  const before = hitsBetween(folded, wanted, 0, after[0]?.start ?? folded.length, MAX_HITS - after.length);
  return [...before, ...after];
}

function hitsBetween(folded: string, wanted: string, from: number, to: number, limit: number): Range[] {
  const hits: Range[] = [];
  for (let at = from; hits.length < limit; at += wanted.length) {
    at = folded.indexOf(wanted, at);
    if (at === -1 || at + wanted.length > to) break;
    hits.push({ start: at, end: at + wanted.length });
  }
  return hits;
}

/** Those that touch `start` to `end`. */
export function rangesWithin<T extends Range>(
  ranges: readonly T[],
  start: number,
  end: number,
): readonly T[] {
  const from = firstAfter(ranges, start);
  let to = from;
  while ((ranges[to]?.start ?? end) < end) to++;
  return ranges.slice(from, to);
}

/** Index of the first range that ends after `offset`. */
export function firstAfter(ranges: readonly Range[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? Infinity) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
