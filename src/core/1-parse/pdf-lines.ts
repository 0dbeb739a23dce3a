import { UNSPACED } from './clean-text.ts';

/** A run of text on a page, as pdf.js gives it. Lengths are in points (1/72 inch). */
export interface PdfItem {
  readonly str: string;
  /** a, b, c, d, x, y: (a, b) is the direction of the baseline. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
  readonly isVertical: boolean;
}

/** Positions along and across the writing direction; `across` grows towards the top of the page. */
interface Line {
  text: string;
  readonly left: number;
  right: number;
  readonly across: number;
  size: number;
}

interface Placed {
  readonly along: number;
  readonly across: number;
  readonly extent: number;
  readonly size: number;
}

const unspaced = new RegExp(`[${UNSPACED}]`);
const LETTER_SPACED = new RegExp(`(?:[${UNSPACED}] ){3,}[${UNSPACED}]`, 'g');
const BULLET = /^(?:[•●▪◦‣∙·○■□➢✓–—-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s/i;
const SENTENCE_END = /[.!?:;。！？：；…][)"'\u201d\u2019」』）]*$/;

/** Text may run in any direction: a landscape page is drawn turned, Chinese and Japanese may run downwards. */
function place({ transform, width, height, isVertical }: PdfItem): Placed {
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = transform;
  const size = Math.hypot(c, d) || height || 1;
  if (isVertical) return { along: -y, across: x, extent: height, size };
  const length = Math.hypot(a, b) || 1;
  const cos = a / length;
  const sin = b / length;
  return { along: x * cos + y * sin, across: y * cos - x * sin, extent: width, size };
}

/** Lines in the order in which the page draws them, which keeps columns apart. */
export function toLines(items: readonly PdfItem[]): Line[] {
  const lines: Line[] = [];
  let line: Line | undefined;
  const end = (): void => {
    if (line && line.text.trim() !== '') lines.push({ ...line, text: tidy(line.text) });
    line = undefined;
  };
  for (const item of items) {
    if (item.str !== '') {
      const { along, across, extent, size } = place(item);
      const isBlank = item.str.trim() === '';
      if (line && !isBlank && Math.abs(across - line.across) > 0.6 * Math.max(size, line.size)) end();
      if (!line) line = { text: '', left: along, right: along, across, size };
      // A space narrower than half a character only sets Chinese or Japanese text apart evenly.
      const isFalse = isBlank && extent < 0.5 * size && unspaced.test(line.text.at(-1) ?? '');
      line.text += isFalse ? '' : item.str;
      if (!isBlank) {
        line.right = Math.max(line.right, along + extent);
        line.size = Math.max(line.size, size);
      }
    }
    if (item.hasEOL) end();
  }
  end();
  return lines;
}

const tidy = (text: string): string =>
  text
    .replace(/[\s\u00a0]+/g, ' ')
    // Adobe's character maps give the Chinese ellipsis as the mathematical one.
    .replaceAll('⋯⋯', '……')
    .replace(LETTER_SPACED, (run) => run.replaceAll(' ', ''))
    .trim();

/** The usual distance from one line of running text to the next, in units of its size. */
function usualPitch(lines: readonly Line[]): number {
  const pitches: number[] = [];
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1];
    if (!next) continue;
    const pitch = (line.across - next.across) / Math.max(line.size, next.size);
    if (pitch > 0.6 && pitch < 3) pitches.push(pitch);
  }
  pitches.sort((a, b) => a - b);
  // A low quantile: on a page of short paragraphs, or a table, the gaps between them are in the majority.
  return pitches[Math.floor(pitches.length * 0.3)] ?? 1.2;
}

/**
 * Where the column of each line ends, seen from the lines that begin near it. Not the furthest end: a title
 * across both columns begins near the left one, too.
 */
function columnEnds(lines: readonly Line[]): (line: Line) => number {
  const BUCKET = 24;
  const ends = new Map<number, number[]>();
  const bucketOf = (line: Line): number => Math.round(line.left / BUCKET);
  for (const line of lines) {
    const bucket = bucketOf(line);
    for (const near of [bucket - 1, bucket, bucket + 1]) {
      const rights = ends.get(near);
      if (rights) rights.push(line.right);
      else ends.set(near, [line.right]);
    }
  }
  const usual = new Map<number, number>();
  for (const [bucket, rights] of ends) {
    rights.sort((a, b) => a - b);
    usual.set(bucket, rights[Math.floor(0.8 * (rights.length - 1))] ?? 0);
  }
  return (line) => usual.get(bucketOf(line)) ?? line.right;
}

const isHyphenated = (text: string, next: string): boolean =>
  /\p{L}[-\u00ad\u2010]$/u.test(text) && /^\p{Ll}/u.test(next);

/** Joins the end of a line to the next one as one reads it. */
function join(text: string, next: string): string {
  if (isHyphenated(text, next)) return text.slice(0, -1) + next;
  if (unspaced.test(text.at(-1) ?? '') && unspaced.test(next[0] ?? '')) return text + next;
  return `${text} ${next}`;
}

type Break = 'paragraph' | 'line' | 'none';

function breakBetween(line: Line, next: Line, pitch: number, columnEnd: number): Break {
  const size = Math.max(line.size, next.size);
  const gap = (line.across - next.across) / size;
  const endsSentence = SENTENCE_END.test(line.text);
  // A heading, a caption, a footnote.
  if (Math.min(line.size, next.size) < 0.87 * size) return 'paragraph';
  // Upwards: the next column, or a box drawn later. A sentence may go on there.
  if (gap < -0.5) return endsSentence || BULLET.test(next.text) ? 'paragraph' : 'none';
  if (gap > 1.35 * pitch && gap > pitch + 0.25) return 'paragraph';
  if (BULLET.test(next.text)) return 'line';
  const isShort = columnEnd - line.right > Math.max(4 * size, 0.15 * (columnEnd - line.left));
  const isIndented = next.left - line.left > 0.8 * size && next.left - line.left < 5 * size;
  if (endsSentence && (isShort || isIndented)) return 'paragraph';
  // A line that stops early without ending a sentence: an address, a table, a poem, code.
  return isShort && !isHyphenated(line.text, next.text) ? 'line' : 'none';
}

/** Paragraphs of a page; lines that are meant as lines (lists, tables, addresses) stay lines. */
export function toParagraphs(lines: readonly Line[]): string[] {
  const pitch = usualPitch(lines);
  const columnEnd = columnEnds(lines);
  const paragraphs: string[] = [];
  let text = '';
  for (const [i, line] of lines.entries()) {
    text = text === '' ? line.text : text;
    const next = lines[i + 1];
    const kind = next ? breakBetween(line, next, pitch, columnEnd(line)) : 'paragraph';
    if (kind === 'paragraph' || !next) {
      paragraphs.push(text);
      text = '';
    } else text = kind === 'line' ? `${text}\n${next.text}` : join(text, next.text);
  }
  return paragraphs;
}
