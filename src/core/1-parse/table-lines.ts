/** A cell of a table that is not written out yet. */
export interface Cell {
  readonly text: string;
  readonly isHeader: boolean;
  readonly columns: number;
  readonly rows: number;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

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

/** One line for each row; with column names where the first row is made of header cells. */
export function tableLines(rows: readonly (readonly Cell[])[]): string {
  const grid = toGrid(rows.filter((row) => row.length > 0));
  const [first = [], ...rest] = grid;
  const hasHeader = rest.length > 0 && first.length > 1 && first.every((cell) => cell.isHeader);
  const names = first.map((cell) => cell.text);
  const lines = hasHeader
    ? rest.map((line) =>
        namedRow(
          names,
          line.map((cell) => cell.text),
        ),
      )
    : grid.map(unnamedRow);
  return lines.filter((line) => line !== '').join('\n');
}
