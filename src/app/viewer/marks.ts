import { rangesWithin, type Range } from './find-hits.ts';

/** What is marked in a document's text, each list in order. */
export interface Marks {
  /** The cited sentence, or the passage. */
  readonly place: readonly Range[];
  readonly found: readonly Range[];
  /** The hit that is shown, one of `found`. */
  readonly current: Range | undefined;
}

export const marksWithin = ({ place, found, current }: Marks, start: number, end: number): Marks => ({
  place: rangesWithin(place, start, end),
  found: rangesWithin(found, start, end),
  current,
});
