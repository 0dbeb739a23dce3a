import { Parser } from 'htmlparser2';
import { joinSoftLines } from './clean-text.ts';
import type { DocumentBuilder } from './document-builder.ts';
import { tableLines, type Cell } from './table-lines.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Elements whose content is no text for a reader. `head` is not among them: its end tag is often left out. */
const SKIPPED = words(
  'script style template title noscript svg iframe object embed audio video canvas select datalist rt rp rtc annotation dialog',
);
const BLOCKS = words(
  'address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form header hgroup hr html legend main nav p section summary tbody tfoot thead',
);
const HEADING = /^h[1-6]$/;
const NOTE = /\b(?:foot|end|rear)notes?\b/;
const HIDDEN_STYLE = /display\s*:\s*none|visibility\s*:\s*hidden/i;
/** A table with spans beyond these is a mistake or an attack: each spanned cell is written out. */
const MAX_COLUMN_SPAN = 50;
const MAX_ROW_SPAN = 1000;

interface Table {
  readonly rows: Cell[][];
  cell: { parts: string[]; isHeader: boolean; columns: number; rows: number } | undefined;
  isInHead: boolean;
  /** A table that arranges a page rather than data: its cells are read one after the other as they come. */
  isLayout: boolean;
}

interface List {
  readonly isOrdered: boolean;
  next: number;
}

export interface HtmlOptions {
  /** Links that lead round a site are left out. */
  readonly skipsNavigation?: boolean;
  /** The title in the head becomes the outermost heading, for pages whose body has none. */
  readonly titleIsHeading?: boolean;
  /** XHTML, in which `<title/>` is complete. */
  readonly isXml?: boolean;
  /** Titles by the id of the element that a chapter starts at. */
  readonly chapters?: ReadonlyMap<string, readonly string[]>;
}

const span = (value: string | undefined, limit: number): number =>
  Math.min(limit, Math.max(1, Number.parseInt(value ?? '', 10) || 1));

/** Books hide their notes until a reader asks for them. */
const isNote = (attributes: Readonly<Record<string, string>>): boolean =>
  NOTE.test(`${attributes['epub:type'] ?? ''} ${attributes['role'] ?? ''}`);

const isHidden = (attributes: Readonly<Record<string, string>>): boolean =>
  !isNote(attributes) &&
  ('hidden' in attributes ||
    attributes['aria-hidden'] === 'true' ||
    HIDDEN_STYLE.test(attributes['style'] ?? ''));

/**
 * Reads HTML as a stream of tags: fifty thousand nested elements cost a counter, where a tree of them
 * overflows the stack of whatever walks it.
 */
class HtmlReader {
  readonly #builder: DocumentBuilder;
  readonly #options: HtmlOptions;
  #depth = 0;
  /** Depth of the element that is being skipped with all it holds; 0 when none is. */
  #skippedAt = 0;
  #title: string | undefined;
  #isInTitle = false;
  #isInHeading = false;
  #inline: string[] = [];
  #preformatted = 0;
  readonly #lists: List[] = [];
  /** Lines of the outermost list so far: a list is one block, so that its items stay together. */
  #listLines: string[] = [];
  #marker = '';
  readonly #tables: Table[] = [];

  constructor(builder: DocumentBuilder, options: HtmlOptions) {
    this.#builder = builder;
    this.#options = options;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#depth += 1;
    // The first title alone: one inside an SVG picture names the picture.
    if (name === 'title' && this.#title === undefined) {
      this.#isInTitle = true;
      this.#title = '';
    }
    if (this.#skippedAt > 0) return;
    if (SKIPPED.has(name) || isHidden(attributes) || (this.#options.skipsNavigation && name === 'nav')) {
      this.#skippedAt = this.#depth;
      return;
    }
    this.#openChapter(attributes['id'] ?? attributes['name'] ?? '');
    if (name === 'br') this.#inline.push('\n');
    else if (name === 'img') this.#inline.push(attributes['alt'] ?? '');
    else if (name === 'pre' || name === 'textarea') {
      this.#flush();
      this.#preformatted += 1;
    } else if (name === 'ul' || name === 'ol' || name === 'menu') {
      this.#flush();
      this.#lists.push({ isOrdered: name === 'ol', next: span(attributes['start'], 1e6) });
    } else if (name === 'li') this.#openItem();
    else if (name === 'table') this.#openTable();
    else if (name === 'tr' || name === 'td' || name === 'th') this.#openInTable(name, attributes);
    else if (HEADING.test(name)) this.#openHeading();
    else if (BLOCKS.has(name)) {
      this.#flush();
      const table = this.#tables.at(-1);
      if (name === 'thead' && table) table.isInHead = true;
    }
  }

  text(text: string): void {
    if (this.#isInTitle) this.#title += text;
    else if (this.#skippedAt === 0)
      this.#inline.push(this.#preformatted > 0 ? text : text.replace(/\s+/g, softSpace));
  }

  close(name: string): void {
    this.#depth -= 1;
    if (name === 'title' && this.#isInTitle) {
      this.#isInTitle = false;
      if (this.#options.titleIsHeading) this.#builder.heading(1, this.#title ?? '');
    }
    if (this.#skippedAt > 0) {
      if (this.#depth < this.#skippedAt) this.#skippedAt = 0;
      return;
    }
    if (name === 'pre' || name === 'textarea') {
      this.#flush();
      this.#preformatted = Math.max(0, this.#preformatted - 1);
    } else if (name === 'ul' || name === 'ol' || name === 'menu') this.#closeList();
    else if (name === 'li') {
      this.#flush();
      this.#marker = '';
    } else if (name === 'table') this.#closeTable();
    else if (name === 'td' || name === 'th') this.#closeCell();
    else if (HEADING.test(name)) this.#closeHeading(Number(name.slice(1)));
    else if (BLOCKS.has(name)) {
      this.#flush();
      const table = this.#tables.at(-1);
      if (name === 'thead' && table) table.isInHead = false;
    }
  }

  get title(): string {
    return joinSoftLines(this.#title ?? '');
  }

  end(): void {
    this.#flush();
    while (this.#tables.length > 0) this.#closeTable();
    this.#emitList();
  }

  /** What was read since the last block began. */
  #takeInline(): string {
    const raw = this.#inline.join('');
    this.#inline = [];
    if (this.#preformatted > 0) return raw;
    return raw
      .split('\n')
      .map(joinMarked)
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }

  #flush(): void {
    const text = this.#takeInline();
    if (text.trim() === '') return;
    const cell = this.#tables.at(-1)?.cell;
    if (cell) cell.parts.push(text);
    else if (this.#lists.length > 0) {
      const indent = '  '.repeat(this.#lists.length - 1);
      const marker = this.#marker === '' ? '  ' : this.#marker;
      this.#listLines.push(indent + marker + text.replaceAll('\n', `\n${indent}  `));
      this.#marker = '';
    } else if (this.#preformatted > 0) this.#builder.block(text, { kind: 'code' });
    else this.#builder.block(text);
  }

  #openItem(): void {
    this.#flush();
    const list = this.#lists.at(-1);
    this.#marker = list?.isOrdered ? `${list.next++}. ` : '- ';
  }

  #closeList(): void {
    this.#flush();
    this.#lists.pop();
    this.#marker = '';
    if (this.#lists.length === 0) this.#emitList();
  }

  #emitList(): void {
    const text = this.#listLines.join('\n');
    this.#listLines = [];
    const cell = this.#tables.at(-1)?.cell;
    if (cell && text !== '') cell.parts.push(text);
    else this.#builder.block(text);
  }

  #openChapter(id: string): void {
    const titles = this.#options.chapters?.get(id);
    if (!titles || id === '') return;
    // The mark may stand inside the heading that it marks.
    if (!this.#isInHeading) this.end();
    this.#builder.chapter(titles);
  }

  #openHeading(): void {
    this.#flush();
    this.#isInHeading = true;
    const table = this.#tables.at(-1);
    if (table) this.#dissolve(table);
  }

  #closeHeading(level: number): void {
    const text = this.#takeInline();
    this.#isInHeading = false;
    this.#emitList();
    this.#builder.heading(level, text);
  }

  #openTable(): void {
    this.#flush();
    const outer = this.#tables.at(-1);
    if (outer) this.#dissolve(outer);
    else this.#emitList();
    this.#tables.push({ rows: [], cell: undefined, isInHead: false, isLayout: false });
  }

  #openInTable(name: string, attributes: Readonly<Record<string, string>>): void {
    const table = this.#tables.at(-1);
    if (!table || table.isLayout) return this.#flush();
    this.#closeCell();
    if (name === 'tr') table.rows.push([]);
    else
      table.cell = {
        parts: [],
        isHeader: name === 'th' || table.isInHead,
        columns: span(attributes['colspan'], MAX_COLUMN_SPAN),
        rows: span(attributes['rowspan'], MAX_ROW_SPAN),
      };
  }

  #closeCell(): void {
    this.#flush();
    const table = this.#tables.at(-1);
    if (!table?.cell) return;
    const { parts, ...cell } = table.cell;
    table.cell = undefined;
    if (table.rows.length === 0) table.rows.push([]);
    table.rows.at(-1)?.push({ ...cell, text: parts.join(' ') });
  }

  /** Writes out what a table held so far, which turned out to arrange the page and not data. */
  #dissolve(table: Table): void {
    if (table.isLayout) return;
    table.isLayout = true;
    const texts = [...table.rows.flat().map((cell) => cell.text), ...(table.cell?.parts ?? [])];
    table.rows.length = 0;
    table.cell = undefined;
    for (const text of texts) this.#builder.block(text);
  }

  #closeTable(): void {
    this.#closeCell();
    const table = this.#tables.pop();
    if (!table || table.isLayout) return;
    const { text, ...named } = tableLines(table.rows);
    this.#builder.block(text, { kind: 'table', ...named });
  }
}

/** Stands for a line break of the source, which is not one of the text; U+2028 cannot come from the file. */
const SOFT_BREAK = '\u2028';

const softSpace = (space: string): string => (space.includes('\n') ? SOFT_BREAK : ' ');

const joinMarked = (line: string): string => joinSoftLines(line.replaceAll(SOFT_BREAK, '\n'));

/**
 * Adds the readable text of HTML to `builder`: paragraphs, headings, lists, tables and code. Nothing of the
 * HTML is kept as HTML, and nothing in it is run or fetched.
 * @returns the title in its head, '' where it has none.
 */
export function addHtml(html: string, builder: DocumentBuilder, options: HtmlOptions = {}): string {
  const reader = new HtmlReader(builder, options);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (text) => reader.text(text),
      onclosetag: (name) => reader.close(name),
    },
    { recognizeSelfClosing: options.isXml ?? false },
  );
  parser.end(html);
  reader.end();
  return reader.title;
}
