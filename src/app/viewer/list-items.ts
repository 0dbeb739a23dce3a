import { linesIn } from './text-lines.ts';

export interface ListItem {
  readonly start: number;
  readonly end: number;
  /** Where its text begins, after the marker. */
  readonly textStart: number;
  /** 0 for the outermost. */
  readonly depth: number;
}

const MARKER = /^(\s*)(?:[-•] |\d{1,4}\. )/;

/** Items of a list as parsers write one: `- ` or `1. ` before an item, two spaces before each further line. */
export function listItems(text: string, start: number, end: number): readonly ListItem[] {
  const items: ListItem[] = [];
  for (const line of linesIn(text, start, end)) {
    const marker = MARKER.exec(text.slice(line.start, line.end));
    const last = items.at(-1);
    if (marker || !last) {
      const depth = Math.floor((marker?.[1]?.length ?? 0) / 2);
      items.push({ ...line, textStart: line.start + (marker?.[0].length ?? 0), depth });
    } else items[items.length - 1] = { ...last, end: line.end };
  }
  return items;
}
