import { BULLET, isCutWord, joinLines, type Hyphens } from './pdf-joins.ts';
import type { Line } from './pdf-layout.ts';

const SENTENCE_END = /[.!?:;。！？：；…][)"'\u201d\u2019」』）]*$/;

/** Rows further apart than that, in units of their size, are two tables. */
const ROW_PITCH = 5;

/** The usual distance from one line of running text to the next, in units of its size. */
function usualPitch(lines: readonly Line[]): number {
  const pitches: number[] = [];
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1];
    if (!next) continue;
    const pitch = (line.lastAcross - next.across) / Math.max(line.size, next.size);
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

type Break = 'paragraph' | 'line' | 'none';

function breakBetween(line: Line, next: Line, pitch: number, columnEnd: number): Break {
  if (line.kind !== next.kind && (line.kind === 'note' || next.kind === 'note')) return 'paragraph';
  const size = Math.max(line.size, next.size);
  const gap = (line.lastAcross - next.across) / size;
  if (line.kind === 'row' && next.kind === 'row' && gap > -0.5) return gap < ROW_PITCH ? 'line' : 'paragraph';
  const endsSentence = SENTENCE_END.test(line.text);
  // A heading, a caption, a footnote.
  if (Math.min(line.size, next.size) < 0.87 * size) return 'paragraph';
  // Upwards: the next column, or a box drawn later. A sentence may go on there.
  if (gap < -0.5) return endsSentence || BULLET.test(next.text) ? 'paragraph' : 'none';
  if (gap > 1.35 * pitch && gap > pitch + 0.25) return 'paragraph';
  if (BULLET.test(next.text) || line.kind === 'row' || next.kind === 'row') return 'line';
  const isShort = columnEnd - line.right > Math.max(4 * size, 0.15 * (columnEnd - line.left));
  const isIndented = next.left - line.left > 0.8 * size && next.left - line.left < 5 * size;
  if (endsSentence && (isShort || isIndented)) return 'paragraph';
  // A line that stops early without ending a sentence: an address, a table, a poem, code.
  return isShort && !isCutWord(line.text, next.text) ? 'line' : 'none';
}

/** Paragraphs of a page; lines that are meant as lines (lists, tables, addresses) stay lines. */
export function toParagraphs(lines: readonly Line[], hyphens?: Hyphens): string[] {
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
    } else text = kind === 'line' ? `${text}\n${next.text}` : joinLines(text, next.text, hyphens);
  }
  return paragraphs;
}
