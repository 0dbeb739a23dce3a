import type { Section } from '../../core/types.ts';

/** A place to jump to: a heading, or a page that has none. */
export interface OutlineEntry {
  /** '' for a page without a heading. */
  readonly title: string;
  /** 1 is outermost. */
  readonly level: number;
  readonly start: number;
  readonly page?: number;
}

/** Headings in order, and pages where nothing else names what is on them. One entry alone leads nowhere. */
export function outlineOf(sections: readonly Section[]): readonly OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  let previous: readonly string[] = [];
  let page: number | undefined;
  for (const section of sections) {
    const { headings, start } = section;
    const onPage = section.page === undefined ? {} : { page: section.page };
    const changed = headings.findIndex((title, i) => title !== previous[i]);
    const from = changed === -1 && headings.length < previous.length ? headings.length - 1 : changed;
    if (headings.length === 0) {
      if (section.page !== page) entries.push({ title: '', level: 1, start, ...onPage });
    } else if (from !== -1) {
      for (const [i, title] of headings.entries()) {
        if (i >= from && title !== '') entries.push({ title, level: i + 1, start, ...onPage });
      }
    }
    previous = headings;
    page = section.page;
  }
  return entries.length > 1 ? entries : [];
}
