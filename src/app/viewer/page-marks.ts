import type { Section } from '../../core/types.ts';
import type { Range } from './find-hits.ts';

/** A quote to be marked on a page of a PDF. */
export interface PageMark {
  readonly kind: 'place' | 'found' | 'current';
  readonly quote: string;
  /** Where on its page the quote should begin, 0 to 1. */
  readonly expected: number;
}

export interface FoundOnPage extends Omit<PageMark, 'kind'> {
  readonly page: number;
  /** Offset in the text. */
  readonly start: number;
}

/** Where on its page something begins, 0 to 1: sections of a PDF are its pages. */
export const placeOnPage = (section: Section, start: number): number =>
  (start - section.start) / (section.end - section.start);

/** Hits by the page that they are on, both in order. */
export function hitsByPage(
  text: string,
  sections: readonly Section[],
  hits: readonly Range[],
): ReadonlyMap<number, readonly FoundOnPage[]> {
  const byPage = new Map<number, FoundOnPage[]>();
  let at = 0;
  for (const { start, end } of hits) {
    while ((sections[at]?.end ?? Infinity) <= start) at++;
    const section = sections[at];
    if (section?.page === undefined) continue;
    const { page } = section;
    const onPage = byPage.get(page) ?? [];
    if (onPage.length === 0) byPage.set(page, onPage);
    onPage.push({ page, start, quote: text.slice(start, end), expected: placeOnPage(section, start) });
  }
  return byPage;
}
