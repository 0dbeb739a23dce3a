import type { DocumentBuilder } from './document-builder.ts';
import { isNumber, mayBeHeader, namedRow, oneLine } from './table-lines.ts';

export interface SheetCell {
  /** 1-based. */
  readonly column: number;
  readonly text: string;
  /** How it looks, by whatever name the file gives that: a header hardly ever looks like the rows below it. */
  readonly style: string;
  /** The merged cell that this one is a part of. */
  readonly origin?: SheetCell;
}

export interface SheetRow {
  /** 1-based. */
  readonly number: number;
  /** Those with text, by ascending column. */
  cells: readonly SheetCell[];
  /** What people noted at its cells. */
  readonly notes: string[];
}

/** 1-based, the last row and column included. */
export interface CellRange {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface Sheet {
  /** By ascending number, those alone that have cells. */
  readonly rows: readonly SheetRow[];
  readonly merges: readonly CellRange[];
  /** Numbers of rows that the file itself takes for column names: of a table, above a filter, held in view. */
  readonly headerRows: ReadonlySet<number>;
}

type Header = ReadonlyMap<number, string>;

/** As in a page's tables: what spans more is a mistake or an attack. */
const MAX_SPANNED_COLUMNS = 50;
const MAX_SPANNED_ROWS = 1000;
/** Cells that the merges of a sheet may write out. */
const MAX_SPANNED_CELLS = 200_000;
/** Rows of column names above one another. */
const MAX_HEADER_ROWS = 4;
const MAX_TITLE_LENGTH = 80;
const YEAR = /^(?:19|20)\d\d年?$/;
/** A table is added in pieces of this size, so that the builder's limit is met before memory is. */
const PIECE_CHARACTERS = 2 ** 18;

const originOf = (cell: SheetCell): SheetCell => cell.origin ?? cell;

/** Merged cells written out: a value stands in each row and under each name that it spans. */
function spreadMerges({ rows, merges }: Sheet): void {
  const indexOf = new Map(rows.map(({ number }, index) => [number, index]));
  let left = MAX_SPANNED_CELLS;
  for (const range of merges) {
    const start = indexOf.get(range.top) ?? -1;
    const anchor = rows[start]?.cells.find(({ column }) => column === range.left);
    if (!anchor) continue;
    const lastRow = Math.min(range.bottom, range.top + MAX_SPANNED_ROWS - 1);
    const lastColumn = Math.min(range.right, range.left + MAX_SPANNED_COLUMNS - 1);
    for (let i = start; left > 0; i++) {
      const row = rows[i];
      if (!row || row.number > lastRow) break;
      const cells = row.cells.filter(({ column }) => column < range.left || column > lastColumn);
      for (let column = range.left; column <= lastColumn; column++, left--) {
        cells.push(column === range.left && i === start ? anchor : { ...anchor, column, origin: anchor });
      }
      row.cells = cells.sort((a, b) => a.column - b.column);
    }
  }
}

/** Rows without an empty one between them. */
function groupRows(rows: readonly SheetRow[]): SheetRow[][] {
  const groups: SheetRow[][] = [];
  let last = -1;
  for (const row of rows) {
    if (row.cells.length === 0) continue;
    if (row.number !== last + 1) groups.push([]);
    groups.at(-1)?.push(row);
    last = row.number;
  }
  return groups;
}

/** A title or a remark: one cell, however many it was merged with. */
const isAlone = ({ cells }: SheetRow): boolean => new Set(cells.map(originOf)).size === 1;

const withNotes = (line: string, { notes }: SheetRow): string =>
  [line, ...notes.map((note) => `[${note}]`)].filter((part) => part !== '').join(' ');

const bareLine = (row: SheetRow): string =>
  [...new Set(row.cells.map(originOf))].map(({ text }) => text.replace(/\s+/g, ' ').trim()).join(' | ');

const namedLine = ({ cells }: SheetRow, header: Header): string =>
  namedRow(
    cells.map(({ column }) => header.get(column) ?? ''),
    cells.map(({ text }) => text),
  );

/** What a name row looks like, column by column, differs from the row below it. */
function looksDifferent(row: SheetRow, next: SheetRow): boolean {
  const below = new Map(next.cells.map(({ column, style }) => [column, style]));
  const common = row.cells.filter(({ column }) => below.has(column));
  return common.length > 0 && common.every(({ column, style }) => below.get(column) !== style);
}

/** Numbers under at least one of the names, in most rows. */
function hasNumbersBelow(row: SheetRow, rest: readonly SheetRow[]): boolean {
  const counts = new Map<number, number>();
  for (const { cells } of rest) {
    for (const { column, text } of cells) {
      if (isNumber(text)) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
  }
  return row.cells.some(({ column }) => 2 * (counts.get(column) ?? 0) >= rest.length);
}

/** Writes the rows of a sheet: titles as headings, the rows of each table with the names of its columns. */
class SheetWriter {
  readonly #builder: DocumentBuilder;
  readonly #headerRows: ReadonlySet<number>;
  #header: Header | undefined;
  #lines: string[] = [];
  #characters = 0;

  constructor(builder: DocumentBuilder, headerRows: ReadonlySet<number>) {
    this.#builder = builder;
    this.#headerRows = headerRows;
  }

  write(group: readonly SheetRow[]): void {
    const first = group.findIndex((row) => !isAlone(row));
    const lone = group.slice(0, first < 0 ? group.length : first);
    const rows = group.slice(lone.length);
    this.#writeLone(lone, rows.length > 1);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as SheetRow;
      const names = this.#headerAt(rows, i);
      if (names > 0) {
        this.#flush(true);
        this.#header = headerOf(rows.slice(i, i + names));
        i += names - 1;
      } else
        this.#add(
          withNotes(this.#header && !isMerged(row) ? namedLine(row, this.#header) : bareLine(row), row),
          true,
        );
    }
    this.#flush(true);
  }

  #writeLone(lone: readonly SheetRow[], isAboveTable: boolean): void {
    let from = 0;
    const [title] = lone;
    const text = title ? bareLine(title) : '';
    if (title && isAboveTable && text.length <= MAX_TITLE_LENGTH && !isNumber(text)) {
      this.#builder.heading(2, text);
      this.#add(title.notes.map((note) => `[${note}]`).join(' '));
      from = 1;
    }
    for (const row of lone.slice(from)) this.#add(withNotes(originOf(row.cells[0] as SheetCell).text, row));
    this.#flush();
  }

  /** How many rows from here are column names; 0 where these are values. */
  #headerAt(rows: readonly SheetRow[], at: number): number {
    const ahead = rows.slice(at, at + MAX_HEADER_ROWS);
    const stated = ahead.findIndex(({ number }) => this.#headerRows.has(number));
    const above = ahead.slice(0, Math.max(0, stated));
    if (
      stated === 0 ||
      (at === 0 && above.length > 0 && above.every((row, i) => isSpanning(row, ahead[i + 1])))
    ) {
      return stated + 1;
    }
    // A table names its columns at its top.
    if (at > 0 || stated > 0) return 0;
    const row = rows[0] as SheetRow;
    const rest = rows.slice(1);
    const [next] = rest;
    if (!next || !this.#mayName(row, rows)) return 0;
    const isStyled = looksDifferent(row, next);
    // Under a header, rows of words alone are more of the same table.
    if (this.#header && !isStyled) return 0;
    // Two columns of words are labels and what they say.
    const isWide = row.cells.length > 2 && rest.length > 1;
    if (!isStyled && !isWide && !hasNumbersBelow(row, rest)) return 0;
    let count = 1;
    for (let below = rows[at + 1]; below && count < MAX_HEADER_ROWS; below = rows[at + count]) {
      if (!isWords(below) || !isSpanning(rows[at + count - 1] as SheetRow, below)) break;
      count += 1;
    }
    return at + count < rows.length ? count : 1;
  }

  #mayName(row: SheetRow, rows: readonly SheetRow[]): boolean {
    const names = [...new Set(row.cells.map(originOf))].map(({ text }) => text);
    const columns = new Set(
      rows.slice(0, MAX_SPANNED_ROWS).flatMap(({ cells }) => cells.map((cell) => cell.column)),
    );
    // Two years or more are names, a single one is somebody's.
    const years = names.filter((name) => YEAR.test(name)).length;
    const words = years > 1 ? names.map((name) => name.replace(YEAR, 'year $&')) : names;
    return mayBeHeader(words) && 2 * row.cells.length >= columns.size;
  }

  #add(line: string, isTable = false): void {
    if (line === '') return;
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters > PIECE_CHARACTERS) this.#flush(isTable);
  }

  #flush(isTable = false): void {
    const columns = [...(this.#header?.values() ?? [])].map(oneLine);
    const shown = { kind: 'table', ...(columns.length > 0 && { columns }) } as const;
    this.#builder.block(this.#lines.join('\n'), isTable ? shown : undefined);
    this.#lines = [];
    this.#characters = 0;
  }
}

/** A cell over the whole width of its table is said once and without a name. */
const isMerged = (row: SheetRow): boolean => row.cells.length > 2 && isAlone(row);

/** Names that span columns, or rows down to the next, are told apart by the row below them. */
function isSpanning(row: SheetRow, next: SheetRow | undefined): boolean {
  const origins = row.cells.map(originOf);
  const above = new Set(origins);
  return above.size < origins.length || next?.cells.some((cell) => above.has(originOf(cell))) === true;
}

const isWords = ({ cells }: SheetRow): boolean => cells.every(({ text }) => !isNumber(text));

/** Names in several rows are joined downwards: `2024 Q1`. */
function headerOf(rows: readonly SheetRow[]): Header {
  const names = new Map<number, SheetCell[]>();
  for (const { cells } of rows) {
    for (const cell of cells) {
      const above = names.get(cell.column) ?? [];
      if (!above.includes(originOf(cell))) above.push(originOf(cell));
      names.set(cell.column, above);
    }
  }
  return new Map([...names].map(([column, cells]) => [column, cells.map(({ text }) => text).join(' ')]));
}

/** Adds what a sheet holds. Its rows are changed on the way: merged cells are written out. */
export function addSheet(sheet: Sheet, builder: DocumentBuilder): void {
  spreadMerges(sheet);
  const writer = new SheetWriter(builder, sheet.headerRows);
  for (const group of groupRows(sheet.rows)) writer.write(group);
}
