export interface MarkedPart {
  readonly text: string;
  readonly marked: boolean;
  /** Offset of the first character, in the same units as the ranges. */
  readonly start: number;
}

/**
 * Cuts a text at the ranges to be marked. Ranges may overlap, touch, or reach beyond the text.
 *
 * @param offset where `text` begins in the document that the ranges count in.
 * @returns parts that put together are `text`; none is empty.
 */
export function markedParts(
  text: string,
  offset: number,
  ranges: readonly { readonly start: number; readonly end: number }[],
): readonly MarkedPart[] {
  const within = ranges
    .map(({ start, end }) => ({
      start: Math.max(0, start - offset),
      end: Math.min(text.length, end - offset),
    }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start);
  const parts: MarkedPart[] = [];
  const add = (start: number, end: number, marked: boolean): void => {
    if (start < end) parts.push({ text: text.slice(start, end), marked, start: offset + start });
  };
  let at = 0;
  for (const { start, end } of within) {
    add(at, start, false);
    add(Math.max(at, start), end, true);
    at = Math.max(at, end);
  }
  add(at, text.length, false);
  return parts;
}
