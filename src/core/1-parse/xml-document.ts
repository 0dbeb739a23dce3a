import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import { addHtml } from './html-blocks.ts';
import { withinDepth } from './html-shape.ts';
import type { DocumentParser } from './parser.ts';
import { oneLine } from './table-lines.ts';
import { readXml, type XmlAttributes } from './xml.ts';

/** An element that is open. */
interface Frame {
  readonly name: string;
  readonly attributes: XmlAttributes;
  /** Of itself and of what stands amid it. */
  text: string;
  /** Elements with nothing but text, before it is known whether they stand amid other text. */
  leaves: { readonly name: string; readonly text: string }[];
  hasElements: boolean;
}

const TITLES = ['title', 'head', 'heading', 'subtitle', 'headline'];
const MAX_TITLE_LENGTH = 200;
const MAX_HEADING_LEVEL = 6;
/** A longer text is no value of a field. */
const MAX_VALUE_LENGTH = 120;
/** Feeds carry their articles as HTML in a text. */
const IS_HTML = /<(?:p|br|a|div|span|li|ul|h\d)\b[^>]*>/i;
const NO_TEXT = /^(?:xmlns|xsi|xml$)/;

const attributesIn = (attributes: XmlAttributes): string =>
  Object.entries(attributes)
    .filter(([name, value]) => !NO_TEXT.test(name) && value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ');

/** Turns elements into blocks as they close: titles into headings, short values into named lines. */
class XmlBlocks {
  readonly #builder: DocumentBuilder;
  readonly #frames: Frame[] = [];

  constructor(builder: DocumentBuilder) {
    this.#builder = builder;
  }

  open(name: string, attributes: XmlAttributes): void {
    const parent = this.#frames.at(-1);
    if (parent) parent.hasElements = true;
    this.#frames.push({ name, attributes, text: '', leaves: [], hasElements: false });
  }

  text(text: string): void {
    const frame = this.#frames.at(-1);
    if (!frame) return;
    if (text.trim() !== '') {
      for (const leaf of frame.leaves.splice(0)) frame.text += leaf.text;
    }
    frame.text += text;
  }

  close(): void {
    const frame = this.#frames.pop();
    if (!frame) return;
    const { name, attributes, text, hasElements } = frame;
    const parent = this.#frames.at(-1);
    if (hasElements) {
      if (parent && parent.text.trim() !== '') {
        parent.text += frame.leaves.map((leaf) => leaf.text).join(' ') + text;
        return;
      }
      this.#flushAll();
      this.#flush(frame);
      this.#add(text);
      return;
    }
    const value = text.trim() === '' ? attributesIn(attributes) : text;
    if (value === '' || !parent) return this.#add(value);
    if (parent.text.trim() !== '') parent.text += value;
    else if (this.#isTitle(name, value)) {
      this.#flushAll();
      this.#builder.heading(Math.min(this.#frames.length, MAX_HEADING_LEVEL), value);
    } else parent.leaves.push({ name, text: value });
  }

  #isTitle(name: string, text: string): boolean {
    return TITLES.includes(name.toLowerCase()) && text.length <= MAX_TITLE_LENGTH;
  }

  #flushAll(): void {
    for (const frame of this.#frames) this.#flush(frame);
  }

  /** Short values of neighbours are the lines of one block. */
  #flush(frame: Frame): void {
    let lines: string[] = [];
    for (const { name, text } of frame.leaves.splice(0)) {
      if (text.length <= MAX_VALUE_LENGTH && !IS_HTML.test(text)) lines.push(`${name}: ${oneLine(text)}`);
      else {
        this.#builder.block(lines.join('\n'));
        lines = [];
        this.#add(text);
      }
    }
    this.#builder.block(lines.join('\n'));
  }

  #add(text: string): void {
    if (IS_HTML.test(text)) addHtml(withinDepth(text), this.#builder);
    else this.#builder.block(oneLine(text));
  }
}

/** XML of any kind: what its elements hold, without the tags; entities of a document type are not expanded. */
export const xmlParser: DocumentParser = {
  parse({ bytes }) {
    const { text, warnings } = decodeText(bytes);
    const builder = new DocumentBuilder();
    const blocks = new XmlBlocks(builder);
    const handler = {
      open: (name: string, attributes: XmlAttributes): void => blocks.open(name, attributes),
      text: (part: string): void => blocks.text(part),
      close: (): void => blocks.close(),
    };
    readXml(handler, (write) => write(new TextEncoder().encode(text)));
    return Promise.resolve(builder.build({ format: 'xml', warnings }));
  },
};
