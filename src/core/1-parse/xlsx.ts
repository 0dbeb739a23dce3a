import { SatchelError } from '../errors.ts';
import { turnsFor } from '../next-turn.ts';
import type { ParseWarning } from '../types.ts';
import { ChartReader } from './chart.ts';
import { DocumentBuilder } from './document-builder.ts';
import { DrawingReader } from './drawing.ts';
import { addHtml } from './html-blocks.ts';
import { htmlOf } from './html-text.ts';
import { LIMITS } from './limits.ts';
import { builtInFormat } from './number-format.ts';
import { mainPartOf, relationshipsOf, unescapeOffice, type Relationship } from './ooxml-package.ts';
import type { DocumentParser } from './parser.ts';
import { addSheet } from './sheet-lines.ts';
import { parseCellName, parseRange, SheetReader, type Workbook } from './xlsx-sheet.ts';
import { attributeOf, prefixedAttribute, type XmlHandler } from './xml.ts';
import { ZipParts } from './zip-parts.ts';

interface SheetLine {
  readonly name: string;
  readonly part: string;
  readonly isHidden: boolean;
}

interface Contents {
  readonly sheets: readonly SheetLine[];
  readonly is1904: boolean;
  readonly related: readonly Relationship[];
}

const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true';

function readContents(parts: ZipParts): Contents {
  if (parts.has('xl/workbook.bin')) throw new SatchelError('unsupported-type', { type: 'xlsb' });
  const main = mainPartOf(parts, 'xl/workbook.xml');
  const related = relationshipsOf(parts, main);
  const targets = new Map(related.map(({ id, target }) => [id, target]));
  const sheets: SheetLine[] = [];
  let is1904 = false;
  parts.requireXml(main, {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = isTrue(attributeOf(attributes, 'date1904'));
      if (name !== 'sheet') return;
      const part = targets.get(prefixedAttribute(attributes, 'id') ?? '');
      const state = attributeOf(attributes, 'state') ?? 'visible';
      if (part === undefined) return;
      sheets.push({ name: attributeOf(attributes, 'name') ?? '', part, isHidden: state !== 'visible' });
    },
  });
  return { sheets, is1904, related };
}

/** Strings that cells point to; how Japanese and Chinese ones are spoken is left out. */
class StringReader implements XmlHandler {
  readonly strings: string[] = [];
  #text = '';
  #isInText = false;

  open(name: string): boolean | void {
    if (name === 'rPh') return false;
    if (name === 'si') this.#text = '';
    else if (name === 't') this.#isInText = true;
  }

  text(text: string): void {
    if (this.#isInText) this.#text += text;
  }

  close(name: string): void {
    if (name === 't') this.#isInText = false;
    if (name !== 'si') return;
    if (this.strings.length >= LIMITS.cells)
      throw new SatchelError('too-large', { limitCells: LIMITS.cells });
    this.strings.push(unescapeOffice(this.#text));
  }
}

/** Number formats by the index of a cell's style. */
class FormatReader implements XmlHandler {
  readonly #own = new Map<number, string>();
  readonly #ids: number[] = [];
  #isInCells = false;

  open(name: string, attributes: Readonly<Record<string, string>>): boolean | void {
    if (name === 'dxfs' || name === 'extLst') return false;
    const id = Number(attributeOf(attributes, 'numFmtId')) || 0;
    if (name === 'numFmt') this.#own.set(id, attributeOf(attributes, 'formatCode') ?? 'General');
    else if (name === 'cellXfs') this.#isInCells = true;
    else if (name === 'xf' && this.#isInCells) this.#ids.push(id);
  }

  close(name: string): void {
    if (name === 'cellXfs') this.#isInCells = false;
  }

  get formats(): string[] {
    return this.#ids.map((id) => this.#own.get(id) ?? builtInFormat(id));
  }
}

interface Note {
  readonly cell: string;
  readonly author: string;
  text: string;
}

/** Notes of old, whose text begins with their author, and comments that answer one another. */
class NoteReader implements XmlHandler {
  readonly notes: Note[] = [];
  #isInText = false;

  open(name: string, attributes: Readonly<Record<string, string>>): boolean | void {
    if (name === 'rPh') return false;
    if (name === 'comment' || name === 'threadedComment') {
      const author = attributeOf(attributes, 'personId') ?? '';
      this.notes.push({ cell: attributeOf(attributes, 'ref') ?? '', author, text: '' });
    }
    // Old ones hold `text` with `t` in it, new ones text in `text` itself.
    this.#isInText ||= name === 't' || name === 'text';
  }

  text(text: string): void {
    const last = this.notes.at(-1);
    if (last && this.#isInText) last.text += text;
  }

  close(name: string): void {
    if (name === 'text') this.#isInText = false;
  }
}

function readNotes(parts: ZipParts, related: readonly Relationship[]): readonly Note[] {
  const read = (kind: string): readonly Note[] => {
    const reader = new NoteReader();
    for (const one of related) if (one.kind === kind) parts.readXml(one.target, reader);
    return reader.notes;
  };
  const threads = read('threadedComment');
  const threaded = new Set(threads.map(({ cell }) => cell));
  // A cell's thread has an old note beside it for old programs, which says that they can't show it.
  return [...threads, ...read('comments').filter(({ cell }) => !threaded.has(cell))];
}

function readPersons(parts: ZipParts, related: readonly Relationship[]): ReadonlyMap<string, string> {
  const persons = new Map<string, string>();
  for (const { kind, target } of related) {
    if (kind !== 'person') continue;
    parts.readXml(target, {
      open(name, attributes) {
        if (name !== 'person') return;
        persons.set(attributeOf(attributes, 'id') ?? '', attributeOf(attributes, 'displayName') ?? '');
      },
    });
  }
  return persons;
}

/** The first row of each table on a sheet that has names. */
function readTables(parts: ZipParts, related: readonly Relationship[], headerRows: Set<number>): void {
  for (const { kind, target } of related) {
    if (kind !== 'table') continue;
    parts.readXml(target, {
      open(name, attributes) {
        if (name !== 'table' || attributeOf(attributes, 'headerRowCount') === '0') return;
        const range = parseRange(attributeOf(attributes, 'ref') ?? '');
        if (range) headerRows.add(range.top);
      },
    });
  }
}

/** Text boxes on a sheet, and what its charts are called: their numbers are in cells. */
function drawnHtml(parts: ZipParts, part: string): string {
  const reader = new DrawingReader();
  parts.readXml(part, reader);
  const related = relationshipsOf(parts, part);
  const html = reader.shapes.map((shape) => {
    const titles = shape.shown.map(({ id }) => {
      const chart = new ChartReader();
      parts.readXml(related.find((one) => one.id === id)?.target ?? '', chart);
      return chart.title === '' ? '' : `<p>${htmlOf(chart.title)}</p>`;
    });
    return shape.html + titles.join('');
  });
  return html.join('');
}

function readWorkbook(parts: ZipParts, { is1904, related }: Contents): Workbook {
  const strings = new StringReader();
  const formats = new FormatReader();
  for (const { kind, target } of related) {
    if (kind === 'sharedStrings') parts.readXml(target, strings);
    else if (kind === 'styles') parts.readXml(target, formats);
  }
  return { strings: strings.strings, formats: formats.formats, is1904, cellsLeft: LIMITS.cells };
}

/**
 * Excel: a section for each sheet, cells as they are shown, rows with the names of their columns. Hidden
 * sheets hold lists and sums for the others; they are left out and named.
 */
export const xlsxParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const parts = new ZipParts(bytes);
    const contents = readContents(parts);
    const workbook = readWorkbook(parts, contents);
    const persons = readPersons(parts, contents.related);
    const builder = new DocumentBuilder(LIMITS.officeCharacters);
    const turn = turnsFor(signal);
    let emptyFormulas = 0;
    const hidden = contents.sheets.filter(({ isHidden }) => isHidden).map(({ name }) => name);
    for (const { name, part, isHidden } of contents.sheets) {
      if (isHidden) continue;
      await turn();
      const reader = new SheetReader(workbook);
      parts.requireXml(part, reader);
      const related = relationshipsOf(parts, part);
      readTables(parts, related, reader.headerRows);
      const sheet = reader.settle();
      const rows = new Map(sheet.rows.map((row) => [row.number, row]));
      for (const { cell, author, text } of readNotes(parts, related)) {
        const by = persons.get(author);
        const note = unescapeOffice(text).replace(/\s+/g, ' ').trim();
        rows.get(parseCellName(cell)?.row ?? 0)?.notes.push(by ? `${by}: ${note}` : note);
      }
      const drawn = related
        .filter(({ id, kind }) => kind === 'drawing' && reader.drawings.includes(id))
        .map(({ target }) => drawnHtml(parts, target));
      emptyFormulas += reader.emptyFormulas;
      if (sheet.rows.length === 0 && drawn.join('') === '') continue;
      builder.heading(1, name);
      addSheet(sheet, builder);
      addHtml(drawn.join(''), builder);
    }
    const warnings: ParseWarning[] = [];
    if (hidden.length > 0) {
      warnings.push({ code: 'hidden-sheets', details: { sheets: hidden.join(', '), count: hidden.length } });
    }
    if (emptyFormulas > 0) {
      warnings.push({ code: 'formulas-without-values', details: { count: emptyFormulas } });
    }
    return builder.build({ format: 'xlsx', warnings });
  },
};
