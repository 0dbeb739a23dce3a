import { SatchelError } from '../errors.ts';
import type { Block, ParsedDocument, ParseWarning, Section } from '../types.ts';
import { cleanText } from './clean-text.ts';

interface DocumentFacts {
  readonly format: string;
  readonly pages?: number;
  readonly warnings?: readonly ParseWarning[];
}

/**
 * Puts blocks together to one text with a blank line between them, and keeps the sections in step. Every
 * parser that has structure builds its document with this, so that offsets are counted in one place.
 */
export class DocumentBuilder {
  /** Blocks added so far, headings among them. */
  blocks = 0;
  readonly #parts: string[] = [];
  readonly #sections: Section[] = [];
  readonly #shown: Block[] = [];
  #length = 0;
  /** -1 until the section has a block: a section never starts with the blank line before it. */
  #start = -1;
  #trail: readonly { readonly level: number; readonly title: string }[] = [];
  #trailTitles: readonly string[] = [];
  /** Titles that all headings stand under until the next chapter. */
  #chapter: readonly string[] = [];
  #page: number | undefined;
  readonly #limitCharacters: number;

  /** @param limitCharacters beyond which adding to the text throws `too-large`. */
  constructor(limitCharacters = Infinity) {
    this.#limitCharacters = limitCharacters;
  }

  /**
   * A paragraph, a list, a table: text whose lines belong together. Blank text adds nothing.
   * @param shown what the lines are, where they are no running text.
   */
  block(text: string, shown?: Pick<Block, 'kind' | 'columns'>): void {
    const clean = cleanText(text)
      .replace(/[ \t]+$/gm, '')
      .replace(/^\n+|\n+$/g, '');
    if (clean.trim() === '') return;
    if (this.#length > 0) this.#append('\n\n');
    if (this.#start < 0) this.#start = this.#length;
    if (shown) this.#shown.push({ start: this.#length, end: this.#length + clean.length, ...shown });
    this.#append(clean);
    this.blocks += 1;
  }

  /** @param level 1 is outermost. The heading's own text is the first block of its section. */
  heading(level: number, text: string): void {
    const title = cleanText(text).replace(/\s+/g, ' ').trim();
    if (title === '') return;
    this.#trail = [...this.#trail.filter((heading) => heading.level < level), { level, title }];
    const titles = this.#trail.map((heading) => heading.title);
    // A chapter most often repeats its title from the contents as its first heading.
    const isRepeated = titles[0] !== undefined && titles[0] === this.#chapter.at(-1);
    this.section([...this.#chapter, ...(isRepeated ? titles.slice(1) : titles)]);
    this.block(title);
  }

  /** Starts a section under titles that are not part of the text; the headings that follow stand under them. */
  chapter(titles: readonly string[]): void {
    this.#chapter = titles;
    this.#trail = [];
    this.section(titles);
  }

  /** Starts a section under headings that are not part of the text, such as a page under its outline entries. */
  section(headings: readonly string[], page?: number): void {
    this.#closeSection();
    this.#trailTitles = headings;
    this.#page = page;
  }

  /** @throws SatchelError `no-text` */
  build({ format, pages, warnings = [] }: DocumentFacts): ParsedDocument {
    this.#closeSection();
    if (this.#sections.length === 0) throw new SatchelError('no-text', pages === undefined ? {} : { pages });
    const text = this.#parts.join('');
    return {
      text,
      sections: this.#sections,
      ...(this.#shown.length > 0 && { blocks: this.#shown }),
      format,
      ...(pages !== undefined && { pages }),
      warnings,
    };
  }

  #append(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length > this.#limitCharacters) {
      throw new SatchelError('too-large', { limitCharacters: this.#limitCharacters });
    }
  }

  #closeSection(): void {
    if (this.#start >= 0 && this.#length > this.#start) {
      const page = this.#page;
      this.#sections.push({
        start: this.#start,
        end: this.#length,
        headings: this.#trailTitles,
        ...(page !== undefined && { page }),
      });
    }
    this.#start = -1;
  }
}
