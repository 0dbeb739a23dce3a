/** Part of one text item of a page: `start` and `end` are offsets in the item's own string. */
export interface ItemRange {
  readonly item: number;
  readonly start: number;
  readonly end: number;
}

// Dropped on both sides. The parser joins words that a line end has cut, and decides anew where spaces are;
// soft hyphens and zero-width characters are drawn by no font. Accents: TeX draws them before their letters.
const IGNORED = /[\s\p{Cf}\p{Cc}\p{Mn}\u002d\u2010\u2011`ˆˇ]/u;

// Chinese fonts map the six dots to either character, and NFKD knows only one of them.
const ALIKE: Readonly<Record<string, string>> = { '\u22ef': '\u2026', ı: 'i' };

/**
 * Finds a quote in the text items of a rendered page. Only what people read counts: white space, hyphens
 * and compatibility forms (ligatures, full-width letters) may differ.
 *
 * @param items strings in the order in which the page draws them.
 * @param expected where in the page the quote should begin, 0 to 1: decides between equal occurrences.
 * @returns the parts of items that the quote covers, in order, or null when it is not on the page.
 */
export function matchQuote(
  items: readonly string[],
  quote: string,
  expected = 0,
): readonly ItemRange[] | null {
  return matchFolded(fold(items), quote, expected);
}

function matchFolded(page: Folded, quote: string, expected: number): readonly ItemRange[] | null {
  const wanted = fold([quote]).text;
  if (wanted === '') return null;
  const target = expected * page.text.length;
  let best = -1;
  for (let at = page.text.indexOf(wanted); at !== -1; at = page.text.indexOf(wanted, at + 1)) {
    if (best === -1 || Math.abs(at - target) < Math.abs(best - target)) best = at;
  }
  if (best === -1) return null;
  return rangesOf(page.origins.slice(best, best + wanted.length));
}

/**
 * Finds a quote in the items as they are drawn, else as they are read: a page may draw its columns line by line.
 *
 * @param readingOrder positions in `items`.
 * @returns as `matchQuote` does, with positions in `items`.
 */
export function placeQuote(
  items: readonly string[],
  readingOrder: () => readonly number[],
  quote: string,
  expected = 0,
): readonly ItemRange[] | null {
  return quotePlacer(items, readingOrder)(quote, expected);
}

/** `placeQuote` for many quotes of one page, which is read once. */
export function quotePlacer(
  items: readonly string[],
  readingOrder: () => readonly number[],
): (quote: string, expected: number) => readonly ItemRange[] | null {
  const drawn = fold(items);
  let order: readonly number[] | undefined;
  let read: Folded | undefined;
  return (quote, expected) => {
    const ranges = matchFolded(drawn, quote, expected);
    if (ranges) return ranges;
    const positions = (order ??= readingOrder());
    read ??= fold(positions.map((item) => items[item] ?? ''));
    const found = matchFolded(read, quote, expected);
    return found?.map((range) => ({ ...range, item: positions[range.item] ?? 0 })) ?? null;
  };
}

interface Origin {
  readonly item: number;
  readonly start: number;
  readonly end: number;
}

interface Folded {
  readonly text: string;
  readonly origins: readonly Origin[];
}

/**
 * Folded text, and for each of its UTF-16 units the character it came from. NFKD, character by character:
 * unlike NFKC it never joins two characters into one, so that every unit has one origin.
 */
function fold(items: readonly string[]): Folded {
  let text = '';
  const origins: Origin[] = [];
  for (const [item, value] of items.entries()) {
    let start = 0;
    for (const character of value) {
      const end = start + character.length;
      for (const part of (ALIKE[character] ?? character).normalize('NFKD')) {
        if (IGNORED.test(part)) continue;
        text += part;
        origins.push(...Array.from({ length: part.length }, () => ({ item, start, end })));
      }
      start = end;
    }
  }
  return { text, origins };
}

/** One range per item, from the first to the last character that belongs to it. */
function rangesOf(origins: readonly Origin[]): readonly ItemRange[] {
  const ranges: ItemRange[] = [];
  for (const { item, start, end } of origins) {
    const last = ranges.at(-1);
    if (last?.item === item) ranges[ranges.length - 1] = { item, start: last.start, end };
    else ranges.push({ item, start, end });
  }
  return ranges;
}
