import { SatchelError } from '../errors.ts';
import { LIMITS } from './limits.ts';
import { formatNumber } from './number-format.ts';
import { unescapeOffice } from './ooxml-package.ts';
import type { CellRange, Sheet, SheetCell, SheetRow } from './sheet-lines.ts';
import { attributeOf, prefixedAttribute, type XmlAttributes, type XmlHandler } from './xml.ts';

const MAX_ROW = 1_048_576;
const MAX_COLUMN = 16_384;
/** Rows held in view above this are a whole form and no column names. */
const MAX_FROZEN_ROWS = 10;

/** What the cells of all sheets point to. */
export interface Workbook {
  readonly strings: readonly string[];
  /** Number formats by the index that cells give as their style. */
  readonly formats: readonly string[];
  /** Days are counted from 1904. */
  readonly is1904: boolean;
  /** Cells that may still be read, for all sheets together. */
  cellsLeft: number;
}

export interface CellName {
  readonly column: number;
  readonly row: number;
}

/** `B3` is column 2, row 3; undefined for what no sheet has. */
export function parseCellName(name: string): CellName | undefined {
  const [, letters = '', digits = ''] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(name) ?? [];
  const column = [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
  const row = Number(digits);
  return column > 0 && column <= MAX_COLUMN && row > 0 && row <= MAX_ROW ? { column, row } : undefined;
}

/** `A1:C3`, or a single cell. */
export function parseRange(range: string): CellRange | undefined {
  const [from = '', to = from] = range.split(':');
  const first = parseCellName(from);
  const last = parseCellName(to);
  if (!first || !last || last.row < first.row || last.column < first.column) return undefined;
  return { top: first.row, left: first.column, bottom: last.row, right: last.column };
}

const PASSED = new Set(
  'rPh extLst conditionalFormatting dataValidations cols pageSetup headerFooter colBreaks rowBreaks'.split(
    ' ',
  ),
);

interface OpenCell {
  readonly column: number;
  readonly type: string;
  readonly style: string;
  text: string;
  hasFormula: boolean;
}

/** Reads a worksheet: its cells as they are shown. */
export class SheetReader implements XmlHandler, Sheet {
  readonly rows: SheetRow[] = [];
  readonly merges: CellRange[] = [];
  readonly headerRows = new Set<number>();
  /** Relationships to what is drawn on it. */
  readonly drawings: string[] = [];
  /** Formulas whose result the file does not hold: no program has worked them out yet. */
  emptyFormulas = 0;
  readonly #workbook: Workbook;
  #rowNumber = 0;
  #column = 0;
  #cells: SheetCell[] = [];
  #cell: OpenCell | undefined;
  #isInText = false;

  constructor(workbook: Workbook) {
    this.#workbook = workbook;
  }

  open(name: string, attributes: XmlAttributes): boolean | void {
    if (PASSED.has(name)) return false;
    switch (name) {
      case 'row':
        this.#rowNumber = Number(attributeOf(attributes, 'r')) || this.#rowNumber + 1;
        this.#column = 0;
        this.#cells = [];
        return this.#rowNumber > 0 && this.#rowNumber <= MAX_ROW ? undefined : false;
      case 'c':
        return this.#openCell(attributes);
      case 'f':
        if (this.#cell) this.#cell.hasFormula = true;
        break;
      case 'v':
      case 't':
        this.#isInText = true;
        break;
      case 'mergeCell':
        this.#take(attributeOf(attributes, 'ref'), (range) => this.merges.push(range));
        break;
      case 'autoFilter':
        this.#take(attributeOf(attributes, 'ref'), ({ top }) => this.headerRows.add(top));
        break;
      case 'pane':
        this.#freeze(attributes);
        break;
      case 'drawing':
        this.drawings.push(prefixedAttribute(attributes, 'id') ?? '');
    }
  }

  text(text: string): void {
    if (this.#isInText && this.#cell) this.#cell.text += text;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#isInText = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row' && this.#cells.length > 0) {
      this.rows.push({ number: this.#rowNumber, cells: this.#cells, notes: [] });
    }
  }

  /** Rows in order and each once, which a damaged file need not keep to; to be called when all is read. */
  settle(): this {
    const isOrdered = this.rows.every(({ number }, i) => i === 0 || number > (this.rows[i - 1]?.number ?? 0));
    if (!isOrdered) {
      const byNumber = new Map(this.rows.map((row) => [row.number, row]));
      this.rows.splice(0, this.rows.length, ...[...byNumber.values()].sort((a, b) => a.number - b.number));
    }
    return this;
  }

  #take(ref: string | undefined, use: (range: CellRange) => void): void {
    const range = parseRange(ref ?? '');
    if (range) use(range);
  }

  #freeze(attributes: XmlAttributes): void {
    const rows = Number(attributeOf(attributes, 'ySplit'));
    const isFrozen = attributeOf(attributes, 'state')?.startsWith('frozen') === true;
    if (isFrozen && rows >= 1 && rows <= MAX_FROZEN_ROWS) this.headerRows.add(rows);
  }

  #openCell(attributes: XmlAttributes): boolean | void {
    const name = attributeOf(attributes, 'r');
    const column = name === undefined ? this.#column + 1 : (parseCellName(name)?.column ?? 0);
    // Columns go up; what goes back or beyond the last one is no cell of a sheet.
    if (column <= this.#column || column > MAX_COLUMN) return false;
    this.#column = column;
    this.#cell = {
      column,
      type: attributeOf(attributes, 't') ?? 'n',
      style: attributeOf(attributes, 's') ?? '',
      text: '',
      hasFormula: false,
    };
  }

  #closeCell(): void {
    const cell = this.#cell;
    this.#cell = undefined;
    this.#isInText = false;
    if (!cell) return;
    if (cell.hasFormula && cell.text === '' && cell.type !== 'str') this.emptyFormulas += 1;
    const text = this.#shown(cell);
    if (text.trim() === '') return;
    if (--this.#workbook.cellsLeft < 0) throw new SatchelError('too-large', { limitCells: LIMITS.cells });
    this.#cells.push({ column: cell.column, text, style: cell.style });
  }

  #shown({ type, style, text }: OpenCell): string {
    const { strings, formats, is1904 } = this.#workbook;
    switch (type) {
      case 's':
        return strings[Number(text)] ?? '';
      case 'b':
        return text === '1' ? 'TRUE' : text === '0' ? 'FALSE' : '';
      case 'e':
        // `#N/A` says nothing to a reader.
        return '';
      case 'n':
        return text.trim() === ''
          ? ''
          : formatNumber(formats[Number(style) || 0] ?? 'General', Number(text), is1904);
      default:
        return unescapeOffice(text);
    }
  }
}
