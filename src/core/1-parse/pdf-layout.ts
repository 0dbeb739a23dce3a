import { BULLET, joinLines } from './pdf-joins.ts';
import { byDirection, type PdfItem } from './pdf-items.ts';
import { readSegment, toSegments, type Segment } from './pdf-segments.ts';

/** A line as it is read: of running text, or a row of a table with its cells parted by tabs. */
export interface Line {
  readonly text: string;
  /** Positions in the list of items, as they are read. */
  readonly items: readonly number[];
  /** Along the writing direction, in points. */
  readonly left: number;
  readonly right: number;
  /** Of the first baseline; grows towards the line before. */
  readonly across: number;
  /** Of the last baseline: a row of a table may have several. */
  readonly lastAcross: number;
  readonly size: number;
  readonly kind: 'text' | 'row' | 'note';
}

/** In units of the size of the text. */
const MIN_GUTTER = 0.7;
/** Lines that overlap in height stand beside each other. */
const BESIDE = 0.75;
const PROSE_WIDTH = 10;
/** White over the whole width, such as a picture: what is below it is read after all that is above. */
const COMMON_BLANK = 3.5;
/** What parts the entry of a list of contents from its page, and no two words. */
const MIN_TAB = 2.5;
const MAX_DEPTH = 8;

type Rows = readonly (readonly Segment[])[];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Segments that stand on one line over the whole width, from the top. */
function toRows(segments: readonly Segment[]): Segment[][] {
  const rows: Segment[][] = [];
  let top: Segment | undefined;
  for (const segment of [...segments].sort((a, b) => b.across - a.across)) {
    if (top && top.across - segment.across < 0.5 * Math.min(top.size, segment.size))
      rows.at(-1)?.push(segment);
    else {
      rows.push([segment]);
      top = segment;
    }
  }
  for (const row of rows) row.sort((a, b) => a.left - b.left);
  return rows;
}

/** The nearest segment to the right that stands beside this one, be it half a line lower. */
function rightNeighbour(sorted: readonly Segment[], at: number): Segment | undefined {
  const segment = sorted[at] as Segment;
  let nearest: Segment | undefined;
  for (const step of [-1, 1]) {
    for (let i = at + step; ; i += step) {
      const other = sorted[i];
      if (!other || Math.abs(other.across - segment.across) > BESIDE * segment.size) break;
      if (other.left >= segment.right && other.left < (nearest?.left ?? Infinity)) nearest = other;
    }
  }
  return nearest;
}

/**
 * Where most lines of a page have a gap at the same place.
 * @returns undefined where no two lines agree.
 */
function findGutter(segments: readonly Segment[]): number | undefined {
  const sorted = [...segments].sort((a, b) => b.across - a.across);
  const edges: { at: number; step: 1 | -1 }[] = [];
  for (const [i, segment] of sorted.entries()) {
    const next = rightNeighbour(sorted, i);
    if (!next || next.left - segment.right < MIN_GUTTER * Math.min(segment.size, next.size)) continue;
    edges.push({ at: segment.right, step: 1 }, { at: next.left, step: -1 });
  }
  edges.sort((a, b) => a.at - b.at || a.step - b.step);
  let depth = 0;
  let most = 1;
  let gutter: number | undefined;
  for (const [i, { at, step }] of edges.entries()) {
    depth += step;
    if (depth <= most) continue;
    most = depth;
    gutter = (at + (edges[i + 1]?.at ?? at)) / 2;
  }
  return gutter;
}

const isBefore = ({ right }: Segment, gutter: number): boolean => right <= gutter;

const crosses = ({ left, right }: Segment, x: number): boolean => left < x && right > x;

/** Lines that fill their column. */
const isProse = (side: readonly Segment[]): boolean =>
  side.length >= 3 && median(side.map(({ left, right, size }) => (right - left) / size)) >= PROSE_WIDTH;

/** Whether the page draws one side as a whole and then the other. */
function isDrawnBySide(sides: readonly (readonly Segment[])[]): boolean {
  const drawn = sides.flatMap((side, i) => side.map(({ order }) => ({ order, side: i })));
  drawn.sort((a, b) => a.order - b.order);
  const changes = drawn.filter(({ side }, i) => i > 0 && side !== drawn[i - 1]?.side).length;
  return changes <= Math.max(1, 0.15 * Math.min(...sides.map((side) => side.length)));
}

const rowsOnBothSides = (rows: Rows, gutter: number): Rows =>
  rows.filter(
    (row) => row.some((part) => isBefore(part, gutter)) && !row.every((part) => isBefore(part, gutter)),
  );

/** Words of two lines may have a gap at the same place; of three, or a wide one, hardly. */
function isGutter(rows: Rows, gutter: number): boolean {
  const inside = rows.flat();
  const before = inside.filter((part) => isBefore(part, gutter));
  const after = inside.filter((part) => !isBefore(part, gutter));
  if (before.length === 0 || after.length === 0) return false;
  const beside = before.filter(({ across, size }) =>
    after.some((part) => Math.abs(part.across - across) < BESIDE * size),
  );
  const ends = Math.max(...before.map(({ right }) => right));
  const begins = Math.min(...after.map(({ left }) => left));
  const isWide = begins - ends > MIN_TAB * median(inside.map(({ size }) => size));
  return beside.length >= (isWide ? 2 : 3);
}

interface Band {
  readonly isParted: boolean;
  readonly rows: Segment[][];
}

/** Runs of rows that the gutter parts, and runs that reach over it, from the top. */
function toBands(rows: Rows, gutter: number): Band[] {
  const bands: Band[] = [];
  const size = median(rows.flat().map((segment) => segment.size));
  let above: readonly Segment[] = [];
  for (const row of rows) {
    const isParted = !row.some((segment) => crosses(segment, gutter));
    const blank = (above[0]?.across ?? Infinity) - (row[0]?.across ?? 0);
    const last = bands.at(-1);
    if (last?.isParted === isParted && !(isParted && blank > COMMON_BLANK * size)) last.rows.push([...row]);
    else bands.push({ isParted, rows: [[...row]] });
    above = row;
  }
  // A last line may just be too short to reach over the gap.
  const joined: Band[] = [];
  for (const band of bands) {
    const isParted = band.isParted && isGutter(band.rows, gutter);
    const last = joined.at(-1);
    if (last && !isParted && !last.isParted) last.rows.push(...band.rows);
    else joined.push({ isParted, rows: band.rows });
  }
  return joined;
}

/** Whether most lines stand beside one of the other side, as cells of a table do. */
const isAligned = (rows: Rows, gutter: number): boolean => {
  const both = rowsOnBothSides(rows, gutter);
  const isEven = ([first, ...rest]: readonly Segment[]): boolean =>
    first !== undefined && rest.every(({ across }) => Math.abs(across - first.across) < 0.1 * first.size);
  return both.length >= 2 && both.filter(isEven).length >= 0.7 * both.length;
};

function toLine(segment: Segment, kind: Line['kind']): Line {
  const { left, right, across, size } = segment;
  return { ...readSegment(segment), left, right, across, lastAcross: across, size, kind };
}

interface Cell {
  left: number;
  right: number;
  readonly segments: Segment[];
}

/**
 * Parts of a row that stand over each other belong to one cell; cells from the left.
 * @param minGap between cells, in units of the size: what is nearer to each other is one cell.
 */
function toCells(segments: readonly Segment[], minGap: number): Cell[] {
  const cells: Cell[] = [];
  for (const segment of [...segments].sort((a, b) => a.left - b.left)) {
    const cell = cells.at(-1);
    if (cell && segment.left - cell.right < minGap * segment.size) {
      cell.segments.push(segment);
      cell.right = Math.max(cell.right, segment.right);
    } else cells.push({ left: segment.left, right: segment.right, segments: [segment] });
  }
  return cells;
}

function readCell({ segments }: Cell, isRightToLeft: boolean): { text: string; items: number[] } {
  const lines = toRows(segments).flatMap((row) => (isRightToLeft ? row.reverse() : row));
  const read = lines.map(readSegment);
  return {
    text: read.map(({ text }) => text).reduce((text, next) => joinLines(text, next)),
    items: read.flatMap(({ items }) => items),
  };
}

function toRow(segments: readonly Segment[], isRightToLeft: boolean, minGap: number): Line {
  const cells = toCells(segments, minGap);
  if (isRightToLeft) cells.reverse();
  const read = cells.map((cell) => readCell(cell, isRightToLeft));
  const [first] = read;
  const isListItem = read.length === 2 && first !== undefined && BULLET.test(`${first.text} `);
  return {
    text: read.map(({ text }) => text).join(isListItem ? ' ' : '\t'),
    items: read.flatMap(({ items }) => items),
    left: Math.min(...segments.map(({ left }) => left)),
    right: Math.max(...segments.map(({ right }) => right)),
    across: Math.max(...segments.map(({ across }) => across)),
    lastAcross: Math.min(...segments.map(({ across }) => across)),
    size: Math.max(...segments.map(({ size }) => size)),
    kind: cells.length > 1 && !isListItem ? 'row' : 'text',
  };
}

/** A cell may have several lines: rows are told by the white between them, where there is more than in a cell. */
function tableRows(rows: Rows, isRightToLeft: boolean): Line[] {
  const pitches = rows.slice(1).map((row, i) => (rows[i]?.[0]?.across ?? 0) - (row[0]?.across ?? 0));
  const inCell = 1.25 * Math.min(...pitches);
  const most = Math.max(...rows.map(({ length }) => length));
  const groups: Segment[][][] = [];
  for (const [i, row] of rows.entries()) {
    const group = groups.at(-1);
    if (group && (pitches[i - 1] ?? 0) <= inCell) group.push([...row]);
    else groups.push([[...row]]);
  }
  return groups
    .flatMap((group) => {
      const full = group.filter(({ length }) => length === most).length;
      return full > 1 && full >= 0.6 * group.length ? group : [group.flat()];
    })
    .map((row) => toRow(row, isRightToLeft, 0));
}

const isMark = (segment: Segment): boolean => BULLET.test(`${readSegment(segment).text} `);

/** Items of a list whose marks stand apart from their texts. */
function listItems(rows: Rows, isRightToLeft: boolean): Line[] {
  const items: Segment[][] = [];
  for (const row of rows) {
    const item = items.at(-1);
    if (item && !row.some(isMark)) item.push(...row);
    else items.push([...row]);
  }
  return items.map((item) => toRow(item, isRightToLeft, 0));
}

const areApart = (a: Segment, b: Segment): boolean => a.right <= b.left || b.right <= a.left;

/** Without columns: from the top. Where lines stand beside each other without a pattern the page's order is best. */
function plainLines(rows: Rows, isRightToLeft: boolean): Line[] {
  const isDrawnByRow = rows.every((row) => {
    const orders = row.map(({ order }) => order);
    return Math.max(...orders) - Math.min(...orders) < row.length;
  });
  const drawn = rows.flat().sort((a, b) => a.order - b.order);
  const goesUp = drawn.some((segment, i) => {
    const last = drawn[i - 1];
    return last && segment.across > last.across + segment.size && areApart(last, segment);
  });
  if (isDrawnByRow && !goesUp) return rows.map((row) => toRow(row, isRightToLeft, MIN_TAB));
  return drawn.map((segment) => toLine(segment, 'text'));
}

interface Page {
  readonly isRightToLeft: boolean;
}

function arrange(segments: readonly Segment[], page: Page, depth = 0): Line[] {
  const rows = toRows(segments);
  const gutter = depth < MAX_DEPTH ? findGutter(segments) : undefined;
  if (gutter === undefined) return plainLines(rows, page.isRightToLeft);
  return toBands(rows, gutter).flatMap((band) => {
    const inside = band.rows.flat();
    if (!band.isParted) {
      return inside.length < segments.length
        ? arrange(inside, page, depth + 1)
        : plainLines(band.rows, page.isRightToLeft);
    }
    const sides = [
      inside.filter(({ right }) => right <= gutter),
      inside.filter(({ right }) => right > gutter),
    ];
    const isText = sides.every(isProse);
    const isColumns = isText || (isDrawnBySide(sides) && !isAligned(band.rows, gutter));
    if (sides[0]?.every(isMark)) return listItems(band.rows, page.isRightToLeft);
    if (!isColumns) return tableRows(band.rows, page.isRightToLeft);
    if (page.isRightToLeft) sides.reverse();
    return sides.flatMap((side) => arrange(side, page, depth + 1));
  });
}

/** Small print at the foot of a column comes after the text that goes on in the next one. */
function notesLast(lines: readonly Line[]): Line[] {
  const sizes = lines.flatMap(({ text, size }) => Array<number>(Math.ceil(text.length / 20)).fill(size));
  const small = 0.93 * median(sizes);
  const middle = sum(lines.map(({ across }) => across)) / lines.length;
  const isNote = lines.map(() => false);
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i] as Line;
    const next = lines[i + 1];
    const endsColumn = !next || next.across > line.across;
    const isLow = line.size < small && line.across < middle && line.kind === 'text';
    isNote[i] = isLow && (endsColumn || isNote[i + 1] === true);
  }
  const notes = lines.filter((_, i) => isNote[i]).map((line): Line => ({ ...line, kind: 'note' }));
  return [...lines.filter((_, i) => !isNote[i]), ...notes];
}

function countRightToLeft(items: readonly PdfItem[]): number {
  let difference = 0;
  for (const { str, isRightToLeft } of items) {
    if (isRightToLeft) difference += str.length;
    else if (/\p{L}/u.test(str)) difference -= str.length;
  }
  return difference;
}

/** The lines of a page as they are read: columns one after the other, tables by rows, footnotes last. */
export function toLines(items: readonly PdfItem[]): Line[] {
  const page: Page = { isRightToLeft: countRightToLeft(items) > 0 };
  return byDirection(items).flatMap((glyphs) => {
    const lines = arrange(toSegments(glyphs), page).filter(({ text }) => text !== '');
    // Mirrored, so that a line ends at its right end, whatever the language.
    const mirrored = lines.map((line) => ({ ...line, left: -line.right, right: -line.left }));
    return notesLast(page.isRightToLeft ? mirrored : lines);
  });
}

/** Positions of the items of a page as they are read, which need not be the order in which it draws them. */
export const readingOrder = (items: readonly PdfItem[]): number[] =>
  toLines(items).flatMap((line) => line.items);
