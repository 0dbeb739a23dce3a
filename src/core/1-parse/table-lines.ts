/** A cell of a table that is not written out yet. */
export interface Cell {
  readonly text: string;
  readonly isHeader: boolean;
  readonly columns: number;
  readonly rows: number;
}

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const NUMBER = /^[\s$€£¥+-]*[\d.,:/-]*\d[\d.,:/-]*\s*%?$/;
/** Column names are short; a first row with a longer cell is data. */
const MAX_NAME_LENGTH = 80;

export const isNumber = (text: string): boolean => NUMBER.test(text);

/** Names, each given once, none a number: what a first row of data hardly ever looks like. */
export function mayBeHeader(row: readonly string[]): boolean {
  const names = row.map((cell) => cell.trim()).filter((cell) => cell !== '');
  return (
    names.length > 0 &&
    names.length >= row.length / 2 &&
    new Set(names).size === names.length &&
    names.every((name) => name.length <= MAX_NAME_LENGTH && !isNumber(name))
  );
}

/**
 * A row as a line that is understood alone: `Name: Ada; Born: 1815`. A question is compared with single rows,
 * and a row without its column names says little.
 * @param header column names; an empty one leaves its value bare.
 */
export function namedRow(header: readonly string[], values: readonly string[]): string {
  const parts: string[] = [];
  let previous: string | undefined;
  for (const [column, value] of values.entries()) {
    const text = oneLine(value);
    // A cell that spans columns stands in each of them; it is said once.
    if (text === '' || (value === previous && header[column] === header[column - 1])) continue;
    previous = value;
    const name = oneLine(header[column] ?? '');
    parts.push(name === '' || name === text ? text : `${name}: ${text}`);
  }
  return parts.join('; ');
}

interface GridCell {
  readonly text: string;
  readonly isHeader: boolean;
}

/** Cells with their spans written out, so that a value stands under its column's name. */
function toGrid(rows: readonly (readonly Cell[])[]): GridCell[][] {
  const carried: { cell: GridCell; rowsLeft: number }[] = [];
  return rows.map((row) => {
    const line: GridCell[] = [];
    const takeCarried = (): void => {
      for (let above = carried[line.length]; above && above.rowsLeft > 0; above = carried[line.length]) {
        above.rowsLeft -= 1;
        line.push(above.cell);
      }
    };
    for (const cell of row) {
      takeCarried();
      for (let n = 0; n < cell.columns; n++) {
        carried[line.length] = { cell, rowsLeft: cell.rows - 1 };
        line.push(cell);
      }
    }
    takeCarried();
    return line;
  });
}

function unnamedRow(line: readonly GridCell[]): string {
  const cells = line.filter((cell, column) => cell !== line[column - 1]);
  const [label = '', ...others] = cells.map((cell) => oneLine(cell.text)).filter((text) => text !== '');
  // A row that names itself in its first cell, as infoboxes do.
  if (line[0]?.isHeader && others.length > 0) return `${label}: ${others.join('; ')}`;
  return [label, ...others].join(' | ');
}

/** Word writes a first row of names as plain cells; numbers below them give it away. */
function isHeaderRow(first: readonly GridCell[], rest: readonly (readonly GridCell[])[]): boolean {
  // A title that spans the whole table is one cell.
  if (rest.length === 0 || new Set(first).size < 2) return false;
  if (first.every((cell) => cell.isHeader)) return true;
  if (!mayBeHeader(first.map((cell) => cell.text))) return false;
  return first.some(
    (_, column) => 2 * rest.filter((row) => isNumber(row[column]?.text ?? '')).length >= rest.length,
  );
}

/** One line for each row; with column names where the first row gives them. */
export function tableLines(rows: readonly (readonly Cell[])[]): {
  readonly text: string;
  /** In each line that has a value there; none where the table names none. */
  readonly columns?: readonly string[];
} {
  const grid = toGrid(rows.filter((row) => row.length > 0));
  const [first = [], ...rest] = grid;
  const names = first.map((cell) => cell.text);
  const hasHeader = isHeaderRow(first, rest);
  const lines = hasHeader
    ? rest.map((line) =>
        namedRow(
          names,
          line.map((cell) => cell.text),
        ),
      )
    : grid.map(unnamedRow);
  const text = lines.filter((line) => line !== '').join('\n');
  return hasHeader ? { text, columns: names.map(oneLine) } : { text };
}
