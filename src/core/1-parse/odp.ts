import type { ParseWarning } from '../types.ts';
import { DocumentBuilder } from './document-builder.ts';
import { addHtml } from './html-blocks.ts';
import { LIMITS } from './limits.ts';
import { countingLists, OdfReader, refuseEncrypted } from './odf.ts';
import type { DocumentParser } from './parser.ts';
import { attributeOf, type XmlAttributes } from './xml.ts';
import { ZipParts } from './zip-parts.ts';

/** What a layout repeats on every slide. */
const REPEATED = ['header', 'footer', 'page-number', 'date-time'];

interface Slide {
  title: string;
  html: string;
}

/** Cuts the text at its slides, and keeps apart what is in the frame of the title. */
class SlideReader extends OdfReader {
  readonly slides: Slide[] = [];
  /** Frames within frames, the innermost last. */
  readonly #frames: string[] = [];
  #isInTitle = false;

  override open(name: string, attributes: XmlAttributes): boolean | void {
    if (name === 'page') this.slides.push({ title: '', html: '' });
    if (name === 'frame') {
      const role = attributeOf(attributes, 'class') ?? '';
      if (REPEATED.includes(role)) return false;
      this.#frames.push(role);
      this.#isInTitle ||= role === 'title' && this.slides.at(-1)?.title === '';
    }
    return super.open(name, attributes);
  }

  override text(text: string): void {
    const slide = this.slides.at(-1);
    if (this.#isInTitle && slide) slide.title += text;
    else super.text(text);
  }

  override close(name: string): void {
    super.close(name);
    const slide = this.slides.at(-1);
    if (name === 'frame' && this.#frames.pop() === 'title') this.#isInTitle = false;
    else if (name === 'p' && this.#isInTitle && slide) slide.title += ' ';
    else if (name === 'page' && slide) slide.html = this.take();
  }
}

/** OpenDocument presentation: a section for each slide, whose page is its number; notes come last. */
export const odpParser: DocumentParser = {
  parse({ bytes }, signal) {
    const parts = new ZipParts(bytes);
    refuseEncrypted(parts);
    const reader = new SlideReader(countingLists(parts));
    parts.requireXml('content.xml', reader);
    signal.throwIfAborted();
    const builder = new DocumentBuilder(LIMITS.officeCharacters);
    const empty: number[] = [];
    for (const [i, { title, html }] of reader.slides.entries()) {
      const name = title.replace(/\s+/g, ' ').trim();
      const before = builder.blocks;
      builder.section(name === '' ? [] : [name], i + 1);
      builder.block(name);
      addHtml(html, builder);
      if (builder.blocks === before) empty.push(i + 1);
    }
    const warnings: ParseWarning[] = [];
    if (empty.length > 0) {
      const details = { pages: empty.join(', '), count: empty.length, unit: 'slide' };
      warnings.push({ code: 'pages-without-text', details });
    }
    return Promise.resolve(builder.build({ format: 'odp', pages: reader.slides.length, warnings }));
  },
};
