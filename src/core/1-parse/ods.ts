import { SatchelError } from '../errors.ts';
import type { ParseWarning } from '../types.ts';
import { DocumentBuilder } from './document-builder.ts';
import { LIMITS } from './limits.ts';
import { PASSED, refuseEncrypted } from './odf.ts';
import type { DocumentParser } from './parser.ts';
import { addSheet, type CellRange, type SheetCell, type SheetRow } from './sheet-lines.ts';
import { attributeOf, type XmlAttributes, type XmlHandler } from './xml.ts';
import { ZipParts } from './zip-parts.ts';

/** Empty rows and columns are repeated up to the end of the sheet; filled ones beyond this are a mistake. */
const MAX_REPEATED_COLUMNS = 50;
const MAX_REPEATED_ROWS = 1000;

interface SheetOfOds {
  readonly name: string;
  readonly isHidden: boolean;
  readonly rows: SheetRow[];
  readonly merges: CellRange[];
  readonly headerRows: Set<number>;
}

interface OpenCell {
  readonly repeated: number;
  readonly columns: number;
  readonly rows: number;
  readonly style: string;
  text: string;
}

const countOf = (attributes: XmlAttributes, name: string): number =>
  Math.max(1, Math.floor(Number(attributeOf(attributes, name))) || 1);

/** Reads the sheets of a spreadsheet. Cells hold what is shown beside what it was worked out from. */
class SheetsReader implements XmlHandler {
  readonly sheets: SheetOfOds[] = [];
  readonly #hiddenStyles = new Set<string>();
  #style = '';
  #rowNumber = 0;
  #rowRepeated = 1;
  #column = 1;
  #cells: SheetCell[] = [];
  #notes: string[] = [];
  #cell: OpenCell | undefined;
  #isInHeader = false;
  #isInNote = false;
  #paragraphs = 0;
  #cellsLeft: number = LIMITS.cells;

  open(name: string, attributes: XmlAttributes): boolean | void {
    if (PASSED.has(name) || name === 'shapes' || name === 'date') return false;
    const sheet = this.sheets.at(-1);
    if (name === 'style') this.#style = attributeOf(attributes, 'name') ?? '';
    else if (name === 'table-properties' && attributeOf(attributes, 'display') === 'false') {
      this.#hiddenStyles.add(this.#style);
    } else if (name === 'table') {
      // A sheet within a cell is the source of a linked one.
      if (this.#cell) return false;
      const isHidden = this.#hiddenStyles.has(attributeOf(attributes, 'style-name') ?? '');
      const title = attributeOf(attributes, 'name') ?? '';
      this.sheets.push({ name: title, isHidden, rows: [], merges: [], headerRows: new Set() });
      this.#rowNumber = 0;
    } else if (!sheet) return;
    else if (name === 'table-header-rows') this.#isInHeader = true;
    else if (name === 'table-row') {
      this.#rowNumber += 1;
      this.#rowRepeated = countOf(attributes, 'number-rows-repeated');
      this.#column = 1;
      this.#cells = [];
      this.#notes = [];
    } else if (name === 'covered-table-cell') {
      this.#column += countOf(attributes, 'number-columns-repeated');
      return false;
    } else if (name === 'table-cell') {
      this.#cell = {
        repeated: countOf(attributes, 'number-columns-repeated'),
        columns: countOf(attributes, 'number-columns-spanned'),
        rows: countOf(attributes, 'number-rows-spanned'),
        style: attributeOf(attributes, 'style-name') ?? '',
        text: '',
      };
    } else if (name === 'annotation') {
      this.#isInNote = true;
      this.#notes.push('');
    } else if (name === 'p' || name === 'creator') this.#paragraphs += 1;
    else if (name === 's' || name === 'tab') this.#add(' ');
    else if (name === 'line-break') this.#add('\n');
  }

  text(text: string): void {
    if (this.#paragraphs > 0) this.#add(text.replace(/\s+/g, ' '));
  }

  close(name: string): void {
    if (name === 'p') {
      this.#add('\n');
      this.#paragraphs -= 1;
    } else if (name === 'creator' && this.#paragraphs > 0) {
      this.#add(': ');
      this.#paragraphs -= 1;
    } else if (name === 'annotation') this.#isInNote = false;
    else if (name === 'table-header-rows') this.#isInHeader = false;
    else if (name === 'table-cell') this.#closeCell();
    else if (name === 'table-row') this.#closeRow();
  }

  #add(text: string): void {
    if (this.#isInNote) this.#notes.push((this.#notes.pop() ?? '') + text);
    else if (this.#cell) this.#cell.text += text;
  }

  #closeCell(): void {
    const cell = this.#cell;
    this.#cell = undefined;
    if (!cell) return;
    const text = cell.text.trim();
    if (text !== '') {
      const last = this.#column + Math.min(cell.repeated, MAX_REPEATED_COLUMNS) - 1;
      for (let column = this.#column; column <= last; column++) {
        this.#cells.push({ column, text, style: cell.style });
      }
      if (cell.columns > 1 || cell.rows > 1) {
        this.sheets.at(-1)?.merges.push({
          top: this.#rowNumber,
          left: this.#column,
          bottom: this.#rowNumber + cell.rows - 1,
          right: this.#column + cell.columns - 1,
        });
      }
    }
    this.#column += cell.repeated;
  }

  #closeRow(): void {
    const sheet = this.sheets.at(-1);
    const cells = this.#cells;
    if (sheet && cells.length > 0) {
      const notes = this.#notes.map((note) => note.replace(/\s+/g, ' ').trim());
      const last = this.#rowNumber + Math.min(this.#rowRepeated, MAX_REPEATED_ROWS) - 1;
      for (let number = this.#rowNumber; number <= last; number++) {
        this.#cellsLeft -= cells.length;
        if (this.#cellsLeft < 0) throw new SatchelError('too-large', { limitCells: LIMITS.cells });
        sheet.rows.push({ number, cells, notes });
        if (this.#isInHeader) sheet.headerRows.add(number);
      }
    }
    this.#rowNumber += this.#rowRepeated - 1;
  }
}

/** OpenDocument spreadsheet: a section for each sheet; hidden ones are left out and named. */
export const odsParser: DocumentParser = {
  parse({ bytes }, signal) {
    const parts = new ZipParts(bytes);
    refuseEncrypted(parts);
    const reader = new SheetsReader();
    parts.requireXml('content.xml', reader);
    signal.throwIfAborted();
    const builder = new DocumentBuilder(LIMITS.officeCharacters);
    for (const sheet of reader.sheets) {
      if (sheet.isHidden || sheet.rows.length === 0) continue;
      builder.heading(1, sheet.name);
      addSheet(sheet, builder);
    }
    const hidden = reader.sheets.filter(({ isHidden }) => isHidden).map(({ name }) => name);
    const warnings: ParseWarning[] = [];
    if (hidden.length > 0) {
      warnings.push({ code: 'hidden-sheets', details: { sheets: hidden.join(', '), count: hidden.length } });
    }
    return Promise.resolve(builder.build({ format: 'ods', warnings }));
  },
};
