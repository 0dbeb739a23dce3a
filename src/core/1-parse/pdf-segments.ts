import { UNSPACED } from './clean-text.ts';
import type { Glyphs } from './pdf-items.ts';

/** Text on one baseline without a wide gap in it: a line of a column, a cell of a table. */
export interface Segment {
  readonly glyphs: Glyphs[];
  left: number;
  right: number;
  readonly across: number;
  size: number;
  /** Position among the segments as the page draws them. */
  order: number;
}

/** In units of the size of the text. The gutter between columns is 1 to 2; a space of justified text rarely 1. */
const WIDE_GAP = 1.1;
/** Two runs that the page draws at different times and that are one line all the same. */
const WORD_GAP = 0.6;
const OVERLAP = 0.5;

/** From one line of a paragraph to the next, at most. */
const LINE_PITCH = 2.2;

const unspaced = new RegExp(`[${UNSPACED}]`);
const LETTER_SPACED = new RegExp(`(?:[${UNSPACED}] ){3,}[${UNSPACED}]`, 'g');
/** TeX sets an accent of its own before its letter: na¨ıve. */
const LONE_ACCENT = /([¨´`ˆ˜ˇ˚])\s?([aceinouszyıAEIOUCNSZY])/g;
const COMBINING: Readonly<Record<string, string>> = {
  '¨': '\u0308',
  '´': '\u0301',
  '`': '\u0300',
  ˆ: '\u0302',
  '˜': '\u0303',
  ˇ: '\u030c',
  '˚': '\u030a',
};
/** Letters as they stand beside each other, which is how some files name Arabic ones. */
const ARABIC_FORMS = /[\ufb50-\ufdff\ufe70-\ufefc]+/g;

const tidy = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    // Adobe's character maps give the Chinese ellipsis as the mathematical one.
    .replaceAll('⋯⋯', '……')
    .replace(LETTER_SPACED, (run) => run.replaceAll(' ', ''))
    .replace(LONE_ACCENT, (_, accent: string, letter: string) =>
      `${letter === 'ı' ? 'i' : letter}${COMBINING[accent] ?? ''}`.normalize('NFC'),
    )
    .replace(ARABIC_FORMS, (forms) => forms.normalize('NFKC'))
    .trim();

const isBeside = (glyphs: Glyphs, segment: Segment, gap: number): boolean => {
  const size = Math.max(glyphs.size, segment.size);
  const after = glyphs.left - segment.right;
  const before = segment.left - glyphs.right;
  return (
    (after > -OVERLAP * size && after < gap * size) ||
    (glyphs.isRightToLeft && before > -OVERLAP * size && before < gap * size)
  );
};

/** Segments as the page draws them. */
export function toSegments(glyphs: readonly Glyphs[]): Segment[] {
  const segments: Segment[] = [];
  let segment: Segment | undefined;
  for (const next of glyphs) {
    if (next.isBlank) {
      segment?.glyphs.push(next);
      continue;
    }
    const { left, right, across, size } = next;
    const onLine = segment && Math.abs(across - segment.across) <= 0.6 * Math.max(size, segment.size);
    if (segment && onLine && isBeside(next, segment, WIDE_GAP)) {
      segment.glyphs.push(next);
      segment.left = Math.min(segment.left, left);
      segment.right = Math.max(segment.right, right);
      segment.size = Math.max(segment.size, size);
    } else {
      segment = { glyphs: [next], left, right, across, size, order: segments.length };
      segments.push(segment);
    }
  }
  return joinNeighbours(joinJustified(segments));
}

const isSameLine = (a: Segment, b: Segment): boolean =>
  Math.abs(a.across - b.across) <= 0.6 * Math.max(a.size, b.size) && b.left > a.right;

function add(segment: Segment, next: Segment): void {
  segment.glyphs.push(...next.glyphs);
  segment.left = Math.min(segment.left, next.left);
  segment.right = Math.max(segment.right, next.right);
  segment.size = Math.max(segment.size, next.size);
  segment.order = Math.min(segment.order, next.order);
}

/** Whether a line begins and ends where a line of running text just above or below it does. */
const fills = (line: readonly Segment[], other: readonly Segment[] | undefined): boolean => {
  const [first, last, text] = [line[0], line.at(-1), other?.[0]];
  if (!first || !last || !text || other?.length !== 1) return false;
  return (
    Math.abs(first.left - text.left) < 0.3 * first.size &&
    Math.abs(last.right - text.right) < 0.3 * first.size &&
    Math.abs(first.across - text.across) < LINE_PITCH * first.size
  );
};

/** A justified line of few words has wide gaps, and is one line for all that. */
function joinJustified(segments: readonly Segment[]): Segment[] {
  const lines: Segment[][] = [];
  for (const segment of segments) {
    const line = lines.at(-1);
    const last = line?.at(-1);
    if (last && isSameLine(last, segment)) line?.push(segment);
    else lines.push([segment]);
  }
  for (const [i, line] of lines.entries()) {
    if (line.length === 1 || !(fills(line, lines[i - 1]) || fills(line, lines[i + 1]))) continue;
    const [first, ...others] = line as [Segment, ...Segment[]];
    for (const next of others) add(first, next);
    line.length = 1;
  }
  return lines.flat();
}

function neighbourOf({ across, left, size }: Segment, above: readonly Segment[]): Segment | undefined {
  for (let i = above.length - 1; i >= 0; i--) {
    const other = above[i] as Segment;
    if (other.across - across > 0.25 * size) return undefined;
    const gap = left - other.right;
    const isNear = Math.abs(other.across - across) < 0.25 * Math.min(other.size, size);
    if (isNear && gap < WORD_GAP * size && gap > -OVERLAP * size) return other;
  }
  return undefined;
}

/** Joins what stands side by side as one line but is drawn at different times, such as words in bold. */
function joinNeighbours(segments: readonly Segment[]): Segment[] {
  const sorted = [...segments].sort((a, b) => b.across - a.across || a.left - b.left);
  const joined: Segment[] = [];
  for (const segment of sorted) {
    const neighbour = neighbourOf(segment, joined);
    if (neighbour) add(neighbour, segment);
    else joined.push(segment);
  }
  return joined.sort((a, b) => a.order - b.order);
}

/** Glyphs as they are read. */
function inOrder({ glyphs }: Segment): readonly Glyphs[] {
  const toRight = glyphs.filter(({ isRightToLeft }) => isRightToLeft).length;
  if (toRight === 0) return glyphs;
  const letters = glyphs.filter(({ isBlank }) => !isBlank).length;
  // A Hebrew word in an English line is in its place already.
  if (2 * toRight < letters) return glyphs;
  const fromRight = [...glyphs].sort((a, b) => b.left - a.left);
  const read: Glyphs[] = [];
  let run: Glyphs[] = [];
  const endRun = (): void => {
    // What stands between two words of a left-to-right run belongs to it, what stands at its end does not.
    const end = run.findLastIndex(({ text }) => LEFT_TO_RIGHT.test(text)) + 1;
    read.push(...run.slice(0, end).reverse(), ...run.slice(end));
    run = [];
  };
  for (const next of fromRight) {
    if (!next.isRightToLeft && (run.length > 0 || LEFT_TO_RIGHT.test(next.text))) run.push(next);
    else {
      endRun();
      read.push(next);
    }
  }
  endRun();
  return read;
}

const LEFT_TO_RIGHT = /[\p{L}\p{N}]/u;

/** The text of a segment and the items that it comes from, both as they are read. */
export function readSegment(segment: Segment): { readonly text: string; readonly items: readonly number[] } {
  let text = '';
  let last: Glyphs | undefined;
  const read = inOrder(segment);
  for (const next of read) {
    const endsUnspaced = unspaced.test(text.at(-1) ?? '');
    if (next.isBlank) {
      // A space narrower than half a character only sets Chinese or Japanese text apart evenly.
      if (!endsUnspaced || next.right - next.left >= 0.5 * next.size) text += next.text;
    } else {
      const gap = last ? Math.max(next.left - last.right, last.left - next.right) : 0;
      const isWord = gap > (endsUnspaced ? 0.5 : 0.2) * next.size;
      text += isWord && !/\s$/.test(text) ? ` ${next.text}` : next.text;
    }
    last = next.isBlank ? last : next;
  }
  return { text: tidy(text), items: read.map(({ item }) => item) };
}
