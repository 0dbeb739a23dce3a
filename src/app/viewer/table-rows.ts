import type { Block } from '../../core/types.ts';
import { linesIn, type TextLine } from './text-lines.ts';

export interface Table {
  /** Empty where the table names none. */
  readonly columns: readonly string[];
  /** In characters of the document's text, for each column. */
  readonly widths: readonly number[];
  /** What stands between cells where no names part them. */
  readonly separator: string;
}

/** A cell is a stretch of the text: what is highlighted in it is counted there. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  readonly column: number;
  /** Columns it covers: 1, but for a line that fits no columns. */
  readonly span: number;
}

const SAMPLED_ROWS = 40;
const SAMPLED_CHARACTERS = 20_000;
const MIN_WIDTH = 5;
const MAX_WIDTH = 36;
const SEPARATORS = [' | ', '; ', ': '];
/** Chinese characters are twice as wide as Latin letters. */
const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/g;

const widthOf = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

/** What holds for all rows of a table, from its first ones. */
export function tableOf(text: string, { start, end, columns = [] }: Block): Table {
  const lines = linesIn(text, start, Math.min(end, start + SAMPLED_CHARACTERS)).slice(0, SAMPLED_ROWS);
  const { separator, count } =
    columns.length > 0
      ? { separator: '', count: columns.length }
      : partsOf(lines.map((line) => text.slice(line.start, line.end)));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, widthOf(columns[i] ?? ''))),
  );
  for (const line of lines) {
    for (const { start, end, column, span } of rowCells(text, line, { columns, widths, separator })) {
      const width = widthOf(text.slice(start, end));
      if (span === 1) widths[column] = Math.min(MAX_WIDTH, Math.max(widths[column] ?? MIN_WIDTH, width));
    }
  }
  return { columns, widths, separator };
}

/**
 * What parts most lines into equally many cells; a label and its value are parted by a colon. Lines with fewer
 * cells have lost some, and nobody can tell which: they stand as they are.
 */
function partsOf(lines: readonly string[]): { readonly separator: string; readonly count: number } {
  for (const separator of SEPARATORS) {
    const counts = lines.map((line) => cellsBetween(line, separator).length);
    const count = Math.max(1, ...counts);
    if (count > 1 && 2 * counts.filter((one) => one === count).length >= lines.length) {
      return { separator, count };
    }
  }
  return { separator: '', count: 1 };
}

function cellsBetween(line: string, separator: string): readonly string[] {
  if (separator === '') return [line];
  if (separator !== ': ') return line.split(separator);
  const colon = line.indexOf(': ');
  return colon === -1 ? [line] : [line.slice(0, colon), line.slice(colon + 2)];
}

/** Cells of a row as `namedRow` of the parsers writes it: `Name: Ada; Born: 1815`, empty ones left out. */
export function rowCells(
  text: string,
  line: TextLine,
  { columns, widths, separator }: Table,
): readonly Cell[] {
  if (columns.length === 0) {
    const cells: Cell[] = [];
    let start = line.start;
    for (const value of cellsBetween(text.slice(line.start, line.end), separator)) {
      cells.push({ start, end: start + value.length, column: cells.length, span: 1 });
      start += value.length + separator.length;
    }
    return cells.length === widths.length ? cells : [{ ...line, column: 0, span: widths.length }];
  }
  const cells: Cell[] = [];
  for (let at = line.start; at < line.end;) {
    const split = text.indexOf('; ', at);
    const stop = split === -1 || split >= line.end ? line.end : split;
    const cell = namedCell(text, at, stop, line.end, columns, (cells.at(-1)?.column ?? -1) + 1);
    const last = cells.at(-1);
    if (cell) {
      cells.push(cell);
      at = cell.end;
    } else {
      if (!last) return [{ ...line, column: 0, span: columns.length }];
      // A value may hold what parts the others.
      cells[cells.length - 1] = { ...last, end: stop };
      at = stop;
    }
    at += 2;
  }
  return cells;
}

function namedCell(
  text: string,
  at: number,
  stop: number,
  lineEnd: number,
  columns: readonly string[],
  from: number,
): Cell | undefined {
  let unnamed: number | undefined;
  for (let column = from; column < columns.length; column++) {
    const name = columns[column] ?? '';
    if (name === '') unnamed ??= column;
    else if (text.startsWith(`${name}: `, at)) {
      const start = at + name.length + 2;
      const split = text.indexOf('; ', start);
      return { start, end: split === -1 || split > lineEnd ? lineEnd : split, column, span: 1 };
    } else if (text.slice(at, stop) === name) return { start: at, end: stop, column, span: 1 };
  }
  return unnamed === undefined ? undefined : { start: at, end: stop, column: unnamed, span: 1 };
}
