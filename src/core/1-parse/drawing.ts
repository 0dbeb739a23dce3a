import { htmlOf } from './html-text.ts';
import { unescapeOffice } from './ooxml-package.ts';
import { attributeOf, prefixedAttribute, type XmlAttributes, type XmlHandler } from './xml.ts';

/** Something drawn on a slide or a sheet: a text, a table, a picture, or a frame round another part. */
export interface Shape {
  /** The role that a slide's layout gives it (`title`, `body`, `ftr`); undefined for a shape of its own. */
  readonly role: string | undefined;
  readonly html: string;
  /** Its text alone, on one line. */
  readonly line: string;
  /** Relationships to the parts that it shows: a chart, the points of a SmartArt picture. */
  readonly shown: readonly { readonly kind: 'chart' | 'diagram'; readonly id: string }[];
}

interface Paragraph {
  level: number;
  /** Undefined where the layout decides. */
  marker: 'none' | 'bullet' | 'number' | undefined;
  text: string;
}

interface OpenShape {
  role: string | undefined;
  isHidden: boolean;
  html: string[];
  paragraphs: Paragraph[];
  shown: { kind: 'chart' | 'diagram'; id: string }[];
}

/** Properties, animations and what newer programs add beside what is drawn. */
const PASSED = new Set(
  'Fallback lstStyle rPr endParaRPr spPr grpSpPr style bodyPr timing transition extLst bg blipFill'.split(
    ' ',
  ),
);
/** Roles whose text a layout sets as a list, unless a paragraph says otherwise. */
const LIST_ROLES = new Set(['body', 'obj']);
/** PowerPoint and Word name pictures by themselves when nobody did. */
const MADE_UP = /\.(?:png|jpe?g|gif|emf|wmf|svg|tiff?|bmp)$|automatically generated|自动生成/i;
const MAX_LEVEL = 8;

/** Paragraphs with levels as nested lists; those without a marker stand for themselves. */
function paragraphsToHtml(paragraphs: readonly Paragraph[], isList: boolean): string {
  const html: string[] = [];
  const open: string[] = [];
  const closeTo = (count: number): void => {
    while (open.length > count) html.push(`</${open.pop() ?? ''}>`);
  };
  for (const { level, marker = isList ? 'bullet' : 'none', text } of paragraphs) {
    if (text.trim() === '') continue;
    if (marker === 'none') {
      closeTo(0);
      html.push(`<p>${htmlOf(text)}</p>`);
      continue;
    }
    const tag = marker === 'number' ? 'ol' : 'ul';
    closeTo(level + 1);
    if (open.length === level + 1 && open.at(-1) !== tag) closeTo(level);
    while (open.length <= level) {
      html.push(`<${tag}>`);
      open.push(tag);
    }
    html.push(`<li>${htmlOf(text)}`);
  }
  closeTo(0);
  return html.join('');
}

/** Reads DrawingML: the shapes of a slide, of its notes, of a sheet's drawing, of a SmartArt picture. */
export class DrawingReader implements XmlHandler {
  /** In the order of the file, which is the one a screen reader takes. */
  readonly shapes: Shape[] = [];
  readonly #listRoles: ReadonlySet<string>;
  #shape: OpenShape | undefined;
  #paragraph: Paragraph | undefined;
  #isInText = false;
  #hasHeaderRow = false;
  #row = 0;
  /** Shapes do not hold shapes, but a table's cells hold paragraphs of their own. */
  #cell: { attributes: string; paragraphs: Paragraph[] } | undefined;

  constructor(listRoles: ReadonlySet<string> = LIST_ROLES) {
    this.#listRoles = listRoles;
  }

  open(name: string, attributes: XmlAttributes): boolean | void {
    if (PASSED.has(name)) return false;
    switch (name) {
      case 'sp':
      case 'pic':
      case 'graphicFrame':
      case 'cxnSp':
      case 'pt':
        this.#finish();
        this.#shape = { role: undefined, isHidden: false, html: [], paragraphs: [], shown: [] };
        break;
      case 'cNvPr':
        if (this.#shape) this.#describe(this.#shape, attributes);
        break;
      case 'ph':
        if (this.#shape) this.#shape.role = attributeOf(attributes, 'type') ?? 'obj';
        break;
      case 'p':
        this.#paragraph = { level: 0, marker: undefined, text: '' };
        break;
      case 'pPr':
        if (this.#paragraph)
          this.#paragraph.level = Math.min(MAX_LEVEL, Number(attributeOf(attributes, 'lvl')) || 0);
        break;
      case 'buNone':
      case 'buChar':
      case 'buBlip':
      case 'buAutoNum':
        if (this.#paragraph)
          this.#paragraph.marker = name === 'buNone' ? 'none' : name === 'buAutoNum' ? 'number' : 'bullet';
        break;
      case 'fld':
        return attributeOf(attributes, 'type') === 'slidenum' ? false : undefined;
      case 't':
        this.#isInText = true;
        break;
      case 'br':
        if (this.#paragraph) this.#paragraph.text += '\n';
        break;
      default:
        this.#openInFrame(name, attributes);
    }
  }

  text(text: string): void {
    if (this.#isInText && this.#paragraph) this.#paragraph.text += text;
  }

  close(name: string): void {
    if (name === 't') this.#isInText = false;
    else if (name === 'p') this.#closeParagraph();
    else if (name === 'tc') this.#closeCell();
    else if (name === 'tr') this.#shape?.html.push('</tr>');
    else if (name === 'tbl') this.#shape?.html.push('</table>');
    else if (['sp', 'pic', 'graphicFrame', 'cxnSp', 'pt'].includes(name)) this.#finish();
  }

  #describe(shape: OpenShape, attributes: XmlAttributes): void {
    shape.isHidden = attributeOf(attributes, 'hidden') === '1';
    const description = attributeOf(attributes, 'descr') ?? '';
    if (description !== '' && !MADE_UP.test(description.trim())) {
      shape.html.push(`<p>${htmlOf(description)}</p>`);
    }
  }

  #openInFrame(name: string, attributes: XmlAttributes): void {
    const shape = this.#shape;
    if (!shape) return;
    if (name === 'tbl') {
      this.#row = 0;
      shape.html.push('<table>');
    } else if (name === 'tblPr') this.#hasHeaderRow = attributeOf(attributes, 'firstRow') === '1';
    else if (name === 'tr') {
      this.#row += 1;
      shape.html.push('<tr>');
    } else if (name === 'tc') this.#openCell(attributes);
    else if (name === 'chart') this.#show('chart', prefixedAttribute(attributes, 'id'));
    else if (name === 'relIds') this.#show('diagram', prefixedAttribute(attributes, 'dm'));
  }

  #show(kind: 'chart' | 'diagram', id: string | undefined): void {
    if (id !== undefined) this.#shape?.shown.push({ kind, id });
  }

  /** A cell that another one covers is told by the other's span. */
  #openCell(attributes: XmlAttributes): void {
    const isCovered = ['hMerge', 'vMerge'].some((name) => attributeOf(attributes, name) === '1');
    const columns = Number(attributeOf(attributes, 'gridSpan')) || 1;
    const rows = Number(attributeOf(attributes, 'rowSpan')) || 1;
    this.#cell = {
      attributes: isCovered ? 'hidden' : `colspan="${columns}" rowspan="${rows}"`,
      paragraphs: [],
    };
  }

  #closeCell(): void {
    const cell = this.#cell;
    this.#cell = undefined;
    if (!cell || !this.#shape || cell.attributes === 'hidden') return;
    const tag = this.#hasHeaderRow && this.#row === 1 ? 'th' : 'td';
    const text = paragraphsToHtml(cell.paragraphs, false);
    this.#shape.html.push(`<${tag} ${cell.attributes}>${text}</${tag}>`);
  }

  #closeParagraph(): void {
    const paragraph = this.#paragraph;
    this.#paragraph = undefined;
    if (!paragraph) return;
    paragraph.text = unescapeOffice(paragraph.text);
    (this.#cell ?? this.#shape)?.paragraphs.push(paragraph);
  }

  #finish(): void {
    const shape = this.#shape;
    this.#shape = undefined;
    this.#cell = undefined;
    if (!shape || shape.isHidden) return;
    const { role, paragraphs, shown } = shape;
    const said = paragraphs.filter(({ text }) => text.trim() !== '');
    // A list of one is a line.
    const isList = said.length > 1 && role !== undefined && this.#listRoles.has(role);
    const html = shape.html.join('') + paragraphsToHtml(said, isList);
    if (html === '' && shown.length === 0) return;
    const line = said.map(({ text }) => text.replace(/\s+/g, ' ').trim()).join(' ');
    this.shapes.push({ role, html, line, shown });
  }
}
