import { SatchelError } from '../errors.ts';
import type { DocumentBuilder } from './document-builder.ts';
import { encodingOfCodePage, encodingOfFont, RtfText } from './rtf-text.ts';
import { tableLines, type Cell } from './table-lines.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Groups that hold no text of the document, or text that is repeated on each page or elsewhere. */
const IGNORED = words(
  'colortbl info pict objdata header headerl headerr headerf footer footerl footerr footerf fldinst datafield xe tc txe rxe nonshppict shprslt sp ftnsep ftnsepc aftnsep aftnsepc',
);
/** Groups marked as ignorable that hold text all the same. */
const KEPT = words('shpinst shptxt annotation footnote');
const NOTES = words('footnote annotation');
const MARKERS = words('listtext pntext');
const OTHER_STYLES = words('cs ds ts');
const CHARACTERS: Readonly<Record<string, string>> = {
  line: '\n',
  lbr: '\n',
  tab: '\t',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
};
const BULLET = /^[^\p{L}\p{N}]*$/u;
const HEADING_STYLE = /^(?:heading|标题|標題|見出し)\s*([1-9])\s*;?$/i;
/** Groups within groups; each costs an object. */
const MAX_DEPTH = 10_000;

type Target = 'text' | 'fonts' | 'styles' | 'marker' | 'note' | 'nothing';

/** What a group inherits and gives back at its end. */
interface Group {
  target: Target;
  /** Characters after `\u` that stand for the same one in readers without Unicode. */
  fallbackCharacters: number;
  encoding: string | undefined;
  isHidden: boolean;
}

/** Reads RTF as a stream of control words; groups are a stack, and never calls within calls. */
export class RtfReader {
  readonly #bytes: Uint8Array;
  readonly #builder: DocumentBuilder;
  #at = 0;
  #group: Group = { target: 'text', fallbackCharacters: 1, encoding: undefined, isHidden: false };
  readonly #outer: Group[] = [];
  #documentEncoding = 'windows-1252';
  #isIgnorable = false;
  #toSkip = 0;
  readonly #texts = {
    text: new RtfText(),
    marker: new RtfText(),
    note: new RtfText(),
    styles: new RtfText(),
  };
  readonly #fonts = new Map<number, string | undefined>();
  #font = 0;
  #defaultFont = 0;
  readonly #styles = new Map<number, number>();
  #style = { id: -1, level: 0 };
  /** 1 is outermost; 0 for a paragraph that is no heading. */
  #level = 0;
  #isInTable = false;
  #cell: string[] = [];
  #row: Cell[] = [];
  #rows: Cell[][] = [];
  #items: string[] = [];
  /** Of the paragraph at hand. */
  #notes: string[] = [];
  /** Of the list or table at hand. */
  #heldNotes: string[] = [];

  constructor(bytes: Uint8Array, builder: DocumentBuilder) {
    this.#bytes = bytes;
    this.#builder = builder;
  }

  /** @returns false when all is read. To be called again, so that others get their turn. */
  read(steps: number): boolean {
    for (let n = 0; n < steps && this.#at < this.#bytes.length; n++) this.#step();
    if (this.#at < this.#bytes.length) return true;
    this.#endParagraph();
    this.#endTable();
    this.#endList();
    return false;
  }

  #step(): void {
    const byte = this.#bytes[this.#at++] ?? 0;
    if (byte === 0x7b) this.#openGroup();
    else if (byte === 0x7d) this.#closeGroup();
    else if (byte === 0x5c) this.#control();
    else if (byte !== 0x0a && byte !== 0x0d && byte !== 0) this.#byte(byte);
  }

  #openGroup(): void {
    this.#toSkip = 0;
    if (this.#outer.length >= MAX_DEPTH) throw new SatchelError('corrupt', { reason: 'nesting' });
    this.#outer.push(this.#group);
    this.#group = { ...this.#group };
  }

  #closeGroup(): void {
    this.#toSkip = 0;
    this.#isIgnorable = false;
    const { target } = this.#group;
    const outer = this.#outer.pop();
    if (!outer) return;
    this.#group = outer;
    if (target === 'styles' && outer.target === 'styles') this.#endStyle();
    if (target === 'note' && outer.target !== 'note') {
      const note = this.#texts.note.take().trim();
      if (note !== '') this.#notes.push(note);
    }
  }

  #control(): void {
    const byte = this.#bytes[this.#at++] ?? 0;
    const isLetter = (one: number): boolean => (one | 0x20) >= 0x61 && (one | 0x20) <= 0x7a;
    if (!isLetter(byte)) return this.#symbol(byte);
    const start = this.#at - 1;
    while (this.#at < this.#bytes.length && this.#at - start < 32 && isLetter(this.#bytes[this.#at] ?? 0))
      this.#at += 1;
    const word = String.fromCharCode(...this.#bytes.subarray(start, this.#at));
    const digits = this.#at;
    if (this.#bytes[this.#at] === 0x2d) this.#at += 1;
    const isDigit = (one: number | undefined): boolean => one !== undefined && one >= 0x30 && one <= 0x39;
    while (this.#at - digits < 11 && isDigit(this.#bytes[this.#at])) this.#at += 1;
    const value = Number.parseInt(String.fromCharCode(...this.#bytes.subarray(digits, this.#at)), 10);
    if (this.#bytes[this.#at] === 0x20) this.#at += 1;
    this.#word(word, Number.isNaN(value) ? undefined : value);
  }

  #symbol(byte: number): void {
    const symbol = String.fromCharCode(byte);
    if (symbol === "'") {
      const hex = String.fromCharCode(...this.#bytes.subarray(this.#at, this.#at + 2));
      const value = Number.parseInt(hex, 16);
      this.#at += 2;
      if (!Number.isNaN(value)) this.#byte(value);
    } else if (symbol === '*') this.#isIgnorable = true;
    else if (symbol === '~') this.#add(' ');
    else if (symbol === '_') this.#add('-');
    else if (symbol === '\n' || symbol === '\r') this.#endParagraph();
    else if ('\\{}'.includes(symbol)) this.#byte(byte);
  }

  #word(word: string, value: number | undefined): void {
    const isIgnorable = this.#isIgnorable;
    this.#isIgnorable = false;
    if (word === 'bin') {
      this.#at += Math.max(0, value ?? 0);
      return;
    }
    if (this.#group.target === 'nothing') return;
    if (this.#openTarget(word, isIgnorable)) return;
    if (this.#group.target === 'fonts') return this.#fontWord(word, value ?? 0);
    if (this.#group.target === 'styles') return this.#styleWord(word, value ?? 0);
    const character = CHARACTERS[word];
    if (character !== undefined) return this.#add(character);
    this.#textWord(word, value);
  }

  /** A word that says what the group holds. */
  #openTarget(word: string, isIgnorable: boolean): boolean {
    const group = this.#group;
    if (word === 'fonttbl') group.target = 'fonts';
    else if (word === 'stylesheet') group.target = 'styles';
    else if (NOTES.has(word)) group.target = 'note';
    else if (MARKERS.has(word)) group.target = 'marker';
    else if (IGNORED.has(word)) group.target = 'nothing';
    else if (group.target === 'styles' && OTHER_STYLES.has(word)) return false;
    else if (isIgnorable && !KEPT.has(word)) group.target = 'nothing';
    else return false;
    return true;
  }

  #fontWord(word: string, value: number): void {
    if (word === 'f') this.#font = value;
    else if (word === 'fcharset') this.#fonts.set(this.#font, encodingOfFont(value));
  }

  #styleWord(word: string, value: number): void {
    if (word === 's') this.#style.id = value;
    else if (word === 'outlinelevel' && value < 9) this.#style.level = value + 1;
  }

  #endStyle(): void {
    const name = this.#texts.styles.take();
    const { id, level } = this.#style;
    this.#styles.set(id, level || Number(HEADING_STYLE.exec(name.trim())?.[1] ?? 0));
    this.#style = { id: -1, level: 0 };
  }

  #textWord(word: string, value: number | undefined): void {
    const group = this.#group;
    if (word === 'ansicpg') this.#documentEncoding = encodingOfCodePage(value ?? 1252);
    else if (word === 'mac') this.#documentEncoding = 'macintosh';
    else if (word === 'uc') group.fallbackCharacters = Math.max(0, value ?? 1);
    else if (word === 'deff') this.#defaultFont = value ?? 0;
    else if (word === 'u') {
      this.#toSkip = 0;
      this.#add(String.fromCharCode((value ?? 0) & 0xffff));
      this.#toSkip = group.fallbackCharacters;
    } else if (word === 'f') group.encoding = this.#fonts.get(value ?? 0) ?? this.#documentEncoding;
    else if (word === 'v' || word === 'deleted') group.isHidden = value !== 0;
    else if (word === 'plain') {
      group.isHidden = false;
      group.encoding = undefined;
    } else if (word === 'par' || word === 'sect' || word === 'page') this.#endParagraph();
    else if (group.target === 'text') this.#paragraphWord(word, value ?? 0);
  }

  #paragraphWord(word: string, value: number): void {
    if (word === 'pard') {
      this.#level = 0;
      this.#isInTable = false;
    } else if (word === 's') this.#level = this.#styles.get(value) ?? 0;
    else if (word === 'outlinelevel') this.#level = value < 9 ? value + 1 : 0;
    else if (word === 'intbl') this.#isInTable = true;
    else if (word === 'cell' || word === 'nestcell') this.#endCell();
    else if (word === 'row') this.#endRow();
  }

  #textOf(): RtfText | undefined {
    const { target, isHidden } = this.#group;
    return isHidden || target === 'nothing' || target === 'fonts' ? undefined : this.#texts[target];
  }

  get #encoding(): string {
    return this.#group.encoding ?? this.#fonts.get(this.#defaultFont) ?? this.#documentEncoding;
  }

  #byte(byte: number): void {
    if (this.#toSkip > 0) this.#toSkip -= 1;
    else this.#textOf()?.byte(byte, this.#encoding);
  }

  #add(text: string): void {
    if (this.#toSkip > 0) this.#toSkip -= 1;
    else this.#textOf()?.add(text);
  }

  #endParagraph(): void {
    if (this.#group.target === 'note') return this.#texts.note.add('\n');
    if (this.#group.target !== 'text') return;
    const text = this.#texts.text.take().trim();
    const marker = this.#texts.marker.take().trim();
    if (this.#isInTable) {
      if (text !== '') this.#cell.push(text);
      return;
    }
    this.#endTable();
    if (marker !== '' && this.#level === 0 && text !== '') {
      this.#items.push(`${BULLET.test(marker) ? '-' : marker} ${text}`);
      this.#holdNotes();
      return;
    }
    this.#endList();
    if (this.#level > 0) this.#builder.heading(this.#level, text);
    else this.#builder.block(text);
    this.#holdNotes();
    this.#endNotes();
  }

  #endList(): void {
    if (this.#items.length === 0) return;
    this.#builder.block(this.#items.join('\n'));
    this.#items = [];
    this.#endNotes();
  }

  #holdNotes(): void {
    this.#heldNotes.push(...this.#notes.splice(0));
  }

  /** Notes come after the block that refers to them. */
  #endNotes(): void {
    for (const note of this.#heldNotes.splice(0)) this.#builder.block(note);
  }

  #endCell(): void {
    const text = this.#texts.text.take().trim();
    if (text !== '') this.#cell.push(text);
    this.#holdNotes();
    this.#row.push({ text: this.#cell.join(' '), isHeader: false, columns: 1, rows: 1 });
    this.#cell = [];
  }

  #endRow(): void {
    this.#endList();
    if (this.#row.length > 0) this.#rows.push(this.#row);
    this.#row = [];
  }

  #endTable(): void {
    if (this.#row.length > 0) this.#endRow();
    if (this.#rows.length === 0) return;
    const { text, ...named } = tableLines(this.#rows);
    this.#builder.block(text, { kind: 'table', ...named });
    this.#rows = [];
    this.#endNotes();
  }
}
