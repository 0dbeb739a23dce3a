import { SatchelError } from '../errors.ts';
import { htmlOf } from './html-text.ts';
import { attributeOf, type XmlAttributes, type XmlHandler } from './xml.ts';
import type { ZipParts } from './zip-parts.ts';

/** Deleted text, forms, generated lists of headings, and how characters are spoken. */
export const PASSED: ReadonlySet<string> = new Set(
  'tracked-changes forms table-of-content alphabetical-index bibliography illustration-index table-index object-index user-index sequence-decls variable-decls user-field-decls settings title ruby-text event-listeners'.split(
    ' ',
  ),
);
const MAX_HEADING = 6;

/** @throws SatchelError `encrypted` where a password locks the parts */
export function refuseEncrypted(parts: ZipParts): void {
  parts.readXml('META-INF/manifest.xml', {
    open(name) {
      if (name === 'encryption-data') throw new SatchelError('encrypted');
    },
  });
}

/** Names of list styles whose first level counts. */
function readListStyles(counting: Set<string>): XmlHandler {
  let style = '';
  return {
    open(name, attributes) {
      if (name === 'body') return false;
      if (name === 'list-style') style = attributeOf(attributes, 'name') ?? '';
      else if (name === 'list-level-style-number' && attributeOf(attributes, 'level') === '1')
        counting.add(style);
    },
  };
}

/** @returns the names of list styles that count, for `OdfReader`. */
export function countingLists(parts: ZipParts): ReadonlySet<string> {
  const counting = new Set<string>();
  for (const part of ['styles.xml', 'content.xml']) parts.readXml(part, readListStyles(counting));
  return counting;
}

/** Reads the text of an OpenDocument file as HTML that `addHtml` takes. */
export class OdfReader implements XmlHandler {
  readonly #counting: ReadonlySet<string>;
  readonly #main: string[] = [];
  /** Footnotes, endnotes and comments stand at the end; in the text is their mark. */
  readonly #notes: string[] = [];
  readonly #lists: string[] = [];
  /** Elements of text that are open: white space between others is none of the document's. */
  readonly #open: string[] = [];
  #out = this.#main;
  #isCreator = false;
  #isCitation = false;
  /** A note's mark or author is written, and its first paragraph goes on from there. */
  #isLed = false;

  constructor(counting: ReadonlySet<string>) {
    this.#counting = counting;
  }

  /** What was read since the last call. */
  take(): string {
    const html = this.#main.join('') + this.#notes.join('');
    this.#main.length = 0;
    this.#notes.length = 0;
    return html;
  }

  open(name: string, attributes: XmlAttributes): boolean | void {
    if (PASSED.has(name) || name === 'covered-table-cell') return false;
    switch (name) {
      case 'h':
      case 'p':
      case 'desc':
        this.#open.push(tagOf(name, attributes));
        if (!this.#isLed) this.#out.push(`<${this.#open.at(-1) ?? 'p'}>`);
        this.#isLed = false;
        break;
      case 'list':
        this.#openList(attributeOf(attributes, 'style-name'));
        break;
      case 'list-item':
      case 'list-header':
        this.#out.push('<li>');
        break;
      case 'table':
        this.#out.push('<table>');
        break;
      case 'table-header-rows':
        this.#out.push('<thead>');
        break;
      case 'table-row':
        this.#out.push('<tr>');
        break;
      case 'table-cell':
        this.#openCell(attributes);
        break;
      case 's':
      case 'tab':
        this.#out.push(' ');
        break;
      case 'line-break':
        this.#out.push('<br>');
        break;
      case 'note-citation':
        this.#out.push('[');
        this.#notes.push('<p>[');
        this.#isCitation = true;
        break;
      case 'note-body':
      case 'annotation':
        this.#out = this.#notes;
        break;
      case 'creator':
        // As a field of the text it is one; in a comment it says who speaks.
        if (this.#out !== this.#notes) break;
        this.#isCreator = true;
        this.#notes.push('<p>');
    }
  }

  text(text: string): void {
    if (this.#open.length === 0 && !this.#isCreator) return;
    const html = htmlOf(text.replace(/\s+/g, ' '));
    this.#out.push(html);
    if (this.#isCitation) this.#notes.push(html);
  }

  close(name: string): void {
    switch (name) {
      case 'h':
      case 'p':
      case 'desc':
        this.#out.push(`</${this.#open.pop() ?? 'p'}>`);
        break;
      case 'list':
        this.#out.push(`</${this.#isCounted() ? 'ol' : 'ul'}>`);
        this.#lists.pop();
        break;
      case 'list-item':
      case 'list-header':
        this.#out.push('</li>');
        break;
      case 'table':
        this.#out.push('</table>');
        break;
      case 'table-header-rows':
        this.#out.push('</thead>');
        break;
      case 'table-cell':
        this.#out.push('</td>');
        break;
      case 'note-citation':
        this.#isCitation = false;
        this.#out.push(']');
        this.#notes.push('] ');
        this.#isLed = true;
        break;
      case 'note-body':
      case 'annotation':
        this.#out = this.#main;
        break;
      case 'creator':
        if (this.#isCreator) this.#notes.push(': ');
        this.#isLed = this.#isCreator;
        this.#isCreator = false;
    }
  }

  #isCounted(): boolean {
    return this.#counting.has(this.#lists.at(-1) ?? '');
  }

  /** A list within a list has the style of the outer one unless it names its own. */
  #openList(style: string | undefined): void {
    this.#lists.push(style ?? this.#lists.at(-1) ?? '');
    this.#out.push(`<${this.#isCounted() ? 'ol' : 'ul'}>`);
  }

  /** A repeated cell spans the columns that it would be repeated in. */
  #openCell(attributes: XmlAttributes): void {
    const number = (name: string): number => Number(attributeOf(attributes, name)) || 1;
    const columns = Math.max(number('number-columns-spanned'), number('number-columns-repeated'));
    this.#out.push(`<td colspan="${columns}" rowspan="${number('number-rows-spanned')}">`);
  }
}

function tagOf(name: string, attributes: XmlAttributes): string {
  if (name !== 'h') return 'p';
  const level = Number(attributeOf(attributes, 'outline-level')) || 1;
  return `h${Math.min(MAX_HEADING, Math.max(1, level))}`;
}
