import { turnsFor } from '../next-turn.ts';
import type { ParseWarning } from '../types.ts';
import { ChartReader } from './chart.ts';
import { DocumentBuilder } from './document-builder.ts';
import { DrawingReader, type Shape } from './drawing.ts';
import { addHtml } from './html-blocks.ts';
import { htmlOf } from './html-text.ts';
import { mainPartOf, relationshipsOf, type Relationship } from './ooxml-package.ts';
import { LIMITS } from './limits.ts';
import type { DocumentParser } from './parser.ts';
import { attributeOf, prefixedAttribute, type XmlHandler } from './xml.ts';
import { ZipParts } from './zip-parts.ts';

const TITLES = ['title', 'ctrTitle'];
/** What a layout repeats on every slide. */
const REPEATED = ['dt', 'ftr', 'hdr', 'sldNum', 'sldImg'];

interface Slide {
  readonly part: string;
  /** Name of the section that the presentation puts it in; '' where it has none. */
  readonly section: string;
}

/** The slides in the order in which they are shown, which is not that of their file names. */
function listSlides(parts: ZipParts): Slide[] {
  const main = mainPartOf(parts, 'ppt/presentation.xml');
  const targets = new Map(relationshipsOf(parts, main).map(({ id, target }) => [id, target]));
  const ids: { id: string; relationship: string }[] = [];
  const sections = new Map<string, string>();
  let section = '';
  parts.requireXml(main, {
    open(name, attributes) {
      if (name === 'section') section = attributeOf(attributes, 'name') ?? '';
      if (name !== 'sldId') return;
      const id = attributeOf(attributes, 'id') ?? '';
      const relationship = prefixedAttribute(attributes, 'id');
      // The list of slides names their parts, those of the sections only their numbers.
      if (relationship === undefined) sections.set(id, section);
      else ids.push({ id, relationship });
    },
  });
  return ids.flatMap(({ id, relationship }) => {
    const part = targets.get(relationship);
    return part === undefined ? [] : [{ part, section: sections.get(id) ?? '' }];
  });
}

function readShapes(parts: ZipParts, part: string, reader = new DrawingReader()): readonly Shape[] {
  parts.readXml(part, reader);
  return reader.shapes;
}

/** A chart's numbers, a SmartArt picture's points. */
function shownHtml(parts: ZipParts, { shown }: Shape, related: readonly Relationship[]): string {
  const html = shown.map(({ kind, id }) => {
    const target = related.find((one) => one.id === id)?.target ?? '';
    if (kind === 'chart') {
      const chart = new ChartReader();
      parts.readXml(target, chart);
      return chart.html;
    }
    const points = readShapes(parts, target).map(({ line }) => `<li>${htmlOf(line)}`);
    return points.length > 0 ? `<ul>${points.join('')}</ul>` : '';
  });
  return html.join('');
}

/** Comments, old and new: `Ada: Is this still so?` */
class CommentReader implements XmlHandler {
  readonly comments: { author: string; text: string }[] = [];
  #isInText = false;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'cm' || name === 'reply') {
      this.comments.push({ author: attributeOf(attributes, 'authorId') ?? '', text: '' });
    } else if (name === 'text' || name === 't') this.#isInText = true;
  }

  text(text: string): void {
    const last = this.comments.at(-1);
    if (last && this.#isInText) last.text += text;
  }

  close(name: string): void {
    if (name === 'text' || name === 't') this.#isInText = false;
  }
}

function readAuthors(parts: ZipParts): ReadonlyMap<string, string> {
  const authors = new Map<string, string>();
  const handler: XmlHandler = {
    open(name, attributes) {
      if (name !== 'author' && name !== 'cmAuthor') return;
      authors.set(attributeOf(attributes, 'id') ?? '', attributeOf(attributes, 'name') ?? '');
    },
  };
  const main = mainPartOf(parts, 'ppt/presentation.xml');
  for (const { kind, target } of relationshipsOf(parts, main)) {
    if (kind === 'authors' || kind === 'commentAuthors') parts.readXml(target, handler);
  }
  return authors;
}

function commentsHtml(parts: ZipParts, part: string, authors: ReadonlyMap<string, string>): string {
  const reader = new CommentReader();
  parts.readXml(part, reader);
  return reader.comments
    .filter(({ text }) => text.trim() !== '')
    .map(({ author, text }) => {
      const name = authors.get(author);
      return `<p>${htmlOf(name ? `${name}: ${text}` : text)}</p>`;
    })
    .join('');
}

/** What the speaker reads; pictures of the slide and page numbers are left out. */
const notesHtml = (parts: ZipParts, part: string): string =>
  readShapes(parts, part, new DrawingReader(new Set()))
    .filter(({ role }) => role === undefined || !REPEATED.includes(role))
    .map(({ html }) => html)
    .join('');

/**
 * PowerPoint: a section for each slide, whose page is its number. Hidden slides are read as well: their owner
 * sees them, and they count. After what is on a slide come its comments and what the speaker says.
 */
export const pptxParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const parts = new ZipParts(bytes);
    const builder = new DocumentBuilder(LIMITS.officeCharacters);
    const slides = listSlides(parts);
    const authors = readAuthors(parts);
    const turn = turnsFor(signal);
    const empty: number[] = [];
    for (const [i, { part, section }] of slides.entries()) {
      await turn();
      const shapes = readShapes(parts, part).filter(({ role }) => !REPEATED.includes(role ?? ''));
      const related = relationshipsOf(parts, part);
      const title = shapes.find(({ role, line }) => line !== '' && TITLES.includes(role ?? ''));
      const before = builder.blocks;
      builder.section([section, title?.line ?? ''].filter(Boolean), i + 1);
      builder.block(title?.line ?? '');
      const ofKind = (kind: string): string[] =>
        related.filter((one) => one.kind === kind).map(({ target }) => target);
      const html = [
        ...shapes
          .filter((shape) => shape !== title)
          .map((shape) => shape.html + shownHtml(parts, shape, related)),
        ...ofKind('comments').map((target) => commentsHtml(parts, target, authors)),
        ...ofKind('notesSlide').map((target) => notesHtml(parts, target)),
      ];
      addHtml(html.join(''), builder);
      if (builder.blocks === before) empty.push(i + 1);
    }
    const warnings: ParseWarning[] = [];
    if (empty.length > 0) {
      const details = { pages: empty.join(', '), count: empty.length, unit: 'slide' };
      warnings.push({ code: 'pages-without-text', details });
    }
    return builder.build({ format: 'pptx', pages: slides.length, warnings });
  },
};
