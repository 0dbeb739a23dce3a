import type { Line } from './pdf-layout.ts';

/** Lines at the top and at the bottom of a page that may be headers and footers. */
const EDGE_LINES = 3;
/** In points: it is set by a style, not by hand. */
const SAME_HEIGHT = 3;
/** Headers of left and right pages may differ. */
const MAX_DISTANCE = 2;
const MIN_PAGES = 3;

const ROMAN = /^[\s\p{P}]*[ivxlc]{1,7}[\s\p{P}]*$/iu;
const PAGE_NUMBER =
  /^[\s\p{P}\p{S}]*(?:page|p|pp|seite|página|第)?[\s\p{P}]*#[\s\p{P}]*(?:(?:of|von|de|sur|页|頁|ページ|共)?[\s\p{P}]*(?:共[\s\p{P}]*)?#)?[\s\p{P}]*(?:页|頁|ページ)?[\s\p{P}\p{S}]*$/iu;

interface Place {
  /** Index of the page. */
  readonly page: number;
  readonly line: Line;
}

const ROMAN_KEY = 'roman #';
const mask = (text: string): string => text.replace(/\d+/g, '#').replace(/\s+/g, ' ');

/** What lines of a run have in common: their text, or all of it but a number that counts with the pages. */
function keysOf({ text }: Line, page: number): string[] {
  if (ROMAN.test(text)) return [ROMAN_KEY];
  const numbers = (text.match(/\d+/g) ?? []).slice(0, 4);
  return [text, ...numbers.map((number, i) => `${mask(text)}\n${i} ${Number(number) - page}`)];
}

const isPageNumber = (key: string): boolean =>
  key === ROMAN_KEY || PAGE_NUMBER.test(key.split('\n')[0] ?? '');

function edgeLines(lines: readonly Line[]): Line[] {
  const sorted = [...lines].sort((a, b) => b.across - a.across);
  return sorted.length <= 2 * EDGE_LINES
    ? sorted
    : [...sorted.slice(0, EDGE_LINES), ...sorted.slice(-EDGE_LINES)];
}

/** Two pages are enough for numbers that count with them; words must come again and again. */
function isRunning(key: string, places: readonly Place[], usualSize: number): boolean {
  if (key !== ROMAN_KEY && isPageNumber(key)) return places.length >= 2;
  // A heading may count with the pages, too: Question 3.
  const isHeading = key.includes('\n') && (places[0]?.line.size ?? 0) > usualSize;
  return places.length >= MIN_PAGES && !isHeading;
}

function goesOn(places: readonly Place[], page: number, line: Line): boolean {
  const last = places.at(-1);
  return (
    last !== undefined &&
    page > last.page &&
    page - last.page <= MAX_DISTANCE &&
    Math.abs(last.line.across - line.across) <= SAME_HEIGHT
  );
}

function usualSizeOf(pages: readonly (readonly Line[])[]): number {
  const sizes = pages.flatMap((lines) => lines.map(({ size }) => size)).sort((a, b) => a - b);
  return 1.05 * (sizes[(sizes.length - 1) >> 1] ?? 0);
}

/**
 * Headers, footers and page numbers: lines at the edge of a page that stand at the same height on pages close
 * by, but for their numbers. What a header says is kept where it stands first; page numbers go everywhere.
 */
export function runningLines(pages: readonly (readonly Line[])[]): ReadonlySet<Line> {
  const runs = new Map<string, Place[][]>();
  for (const [page, lines] of pages.entries()) {
    for (const line of edgeLines(lines)) {
      for (const key of keysOf(line, page)) {
        const known = runs.get(key) ?? [];
        runs.set(key, known);
        const run = known.find((places) => goesOn(places, page, line));
        if (run) run.push({ page, line });
        else known.push([{ page, line }]);
      }
    }
  }
  const usualSize = usualSizeOf(pages);
  const running = new Set<Line>();
  for (const [key, known] of runs) {
    let isFirst = !isPageNumber(key);
    for (const places of known.filter((run) => isRunning(key, run, usualSize))) {
      for (const { line } of places) {
        if (!isFirst) running.add(line);
        isFirst = false;
      }
    }
  }
  return running;
}
