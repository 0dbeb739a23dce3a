import { strToU8, zipSync } from 'fflate';

/** Office files made by code. Names of parts are the usual ones, or on purpose in another order. */

const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const STRICT_RELATIONSHIPS = 'http://purl.oclc.org/ooxml/officeDocument/relationships';

type Xml = Readonly<Record<string, string>>;

/** @param parts XML by the name of its part. */
export function zipOf(parts: Xml): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(parts).map(([name, xml]) => [
    name,
    strToU8(name === 'mimetype' ? xml : `<?xml version="1.0" encoding="UTF-8"?>${xml}`),
  ]);
  return Uint8Array.from(zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>));
}

export interface Link {
  readonly kind: string;
  readonly target: string;
}

/** Ids are `r1`, `r2` and so on, in the order given. */
export function relationships(links: readonly Link[], isStrict = false): string {
  const base = isStrict ? STRICT_RELATIONSHIPS : RELATIONSHIPS;
  const lines = links.map(
    ({ kind, target }, i) => `<Relationship Id="r${i + 1}" Type="${base}/${kind}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${lines.join('')}</Relationships>`;
}

/** What every Office file has beside its main part. */
const packageParts = (main: string): Xml => ({
  '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"/>`,
  '_rels/.rels': relationships([{ kind: 'officeDocument', target: `/${main}` }]),
});

export interface SampleSlide {
  /** DrawingML in the tree of shapes. */
  readonly shapes: readonly string[];
  readonly notes?: readonly string[];
  readonly isHidden?: boolean;
  /** Parts that it leads to, by kind; their names are relative to the slide. */
  readonly links?: readonly Link[];
}

const drawingParagraph = (text: string): string => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`;

/** A shape with a line for each paragraph. @param role `title`, `body`, …; '' for a text box. */
export function slideShape(lines: readonly string[], role = ''): string {
  const placeholder = role === '' ? '' : `<p:ph type="${role}"/>`;
  return (
    `<p:sp><p:nvSpPr><p:cNvPr id="2" name="Shape"/><p:cNvSpPr/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr>` +
    `<p:txBody><a:bodyPr/>${lines.map(drawingParagraph).join('')}</p:txBody></p:sp>`
  );
}

/** Files are numbered from the last slide to the first, so that a reader that goes by names is found out. */
export function makePptx(slides: readonly SampleSlide[], more: Xml = {}): Uint8Array<ArrayBuffer> {
  const parts: Record<string, string> = { ...packageParts('ppt/presentation.xml') };
  const names = slides.map((_, i) => `slide${slides.length - i}.xml`);
  const ids = names.map((_, i) => `<p:sldId id="${256 + i}" r:id="r${i + 1}"/>`);
  const namespaces = 'xmlns:p="p" xmlns:a="a" xmlns:r="r" xmlns:c="c" xmlns:mc="mc"';
  parts['ppt/presentation.xml'] =
    `<p:presentation ${namespaces}><p:sldIdLst>${ids.join('')}</p:sldIdLst></p:presentation>`;
  parts['ppt/_rels/presentation.xml.rels'] = relationships(
    names.map((name) => ({ kind: 'slide', target: `slides/${name}` })),
  );
  for (const [i, { shapes, notes, isHidden, links = [] }] of slides.entries()) {
    const name = names[i] ?? '';
    const tree = `<p:cSld><p:spTree>${shapes.join('')}</p:spTree></p:cSld>`;
    parts[`ppt/slides/${name}`] = `<p:sld ${namespaces}${isHidden ? ' show="0"' : ''}>${tree}</p:sld>`;
    const noted = notes ? [{ kind: 'notesSlide', target: `../notesSlides/${name}` }] : [];
    parts[`ppt/slides/_rels/${name}.rels`] = relationships([...links, ...noted]);
    if (notes) {
      const shape = slideShape(notes, 'body') + slideShape(['9'], 'sldNum');
      parts[`ppt/notesSlides/${name}`] =
        `<p:notes ${namespaces}><p:cSld><p:spTree>${shape}</p:spTree></p:cSld></p:notes>`;
    }
  }
  return zipOf({ ...parts, ...more });
}

export interface SampleSheet {
  readonly name: string;
  /** Rows of SpreadsheetML cells, as `sheetCell` makes them. */
  readonly rows: readonly (readonly string[])[];
  /** What follows the rows: merged cells, a filter. */
  readonly after?: string;
  readonly isHidden?: boolean;
  readonly links?: readonly Link[];
}

/** A number, or a text that the cell holds itself. */
export const sheetCell = (value: string | number, style = 0): string =>
  typeof value === 'number'
    ? `<c s="${style}"><v>${value}</v></c>`
    : `<c s="${style}" t="inlineStr"><is><t>${value}</t></is></c>`;

export interface SampleBook {
  /** Number formats; a cell's style is their index from 1 on. */
  readonly formats?: readonly string[];
  /** `si` elements that cells of type `s` point to. */
  readonly strings?: readonly string[];
  readonly is1904?: boolean;
  readonly isStrict?: boolean;
  readonly more?: Xml;
}

export function makeXlsx(
  sheets: readonly SampleSheet[],
  { formats = [], strings = [], is1904 = false, isStrict = false, more = {} }: SampleBook = {},
): Uint8Array<ArrayBuffer> {
  const parts: Record<string, string> = { ...packageParts('xl/workbook.xml') };
  const namespaces = 'xmlns="s" xmlns:r="r"';
  const lines = sheets.map(
    ({ name, isHidden }, i) =>
      `<sheet name="${name}" sheetId="${i + 1}"${isHidden ? ' state="hidden"' : ''} r:id="r${i + 1}"/>`,
  );
  parts['xl/workbook.xml'] =
    `<workbook ${namespaces}><workbookPr date1904="${is1904 ? 1 : 0}"/><sheets>${lines.join('')}</sheets></workbook>`;
  const links = sheets.map((_, i) => ({ kind: 'worksheet', target: `worksheets/sheet${i + 1}.xml` }));
  parts['xl/_rels/workbook.xml.rels'] = relationships(
    [...links, { kind: 'sharedStrings', target: 'strings.xml' }, { kind: 'styles', target: 'styles.xml' }],
    isStrict,
  );
  parts['xl/strings.xml'] = `<sst ${namespaces}>${strings.join('')}</sst>`;
  const own = formats.map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${code}"/>`);
  const used = ['<xf numFmtId="0"/>', ...formats.map((_, i) => `<xf numFmtId="${200 + i}"/>`)];
  parts['xl/styles.xml'] =
    `<styleSheet ${namespaces}><numFmts>${own.join('')}</numFmts><cellXfs>${used.join('')}</cellXfs></styleSheet>`;
  for (const [i, { rows, after = '', links: leads = [] }] of sheets.entries()) {
    // An empty row is left out, as Excel does, and the next one says its number.
    const data = rows.map((cells, row) =>
      cells.length > 0 ? `<row r="${row + 1}">${cells.join('')}</row>` : '',
    );
    parts[`xl/worksheets/sheet${i + 1}.xml`] =
      `<worksheet ${namespaces}><sheetData>${data.join('')}</sheetData>${after}</worksheet>`;
    parts[`xl/worksheets/_rels/sheet${i + 1}.xml.rels`] = relationships(leads, isStrict);
  }
  return zipOf({ ...parts, ...more });
}

/** @param type `text`, `presentation` or `spreadsheet`. @param body XML in the element of that name. */
export function makeOpenDocument(
  type: 'text' | 'presentation' | 'spreadsheet',
  body: string,
  { styles = '', manifest = '' } = {},
): Uint8Array<ArrayBuffer> {
  const packed = zipSync({
    mimetype: [strToU8(`application/vnd.oasis.opendocument.${type}`), { level: 0 }],
    'META-INF/manifest.xml': strToU8(`<manifest:manifest xmlns:manifest="m">${manifest}</manifest:manifest>`),
    'content.xml': strToU8(
      '<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="ta" xmlns:draw="d" xmlns:style="s" xmlns:presentation="p" xmlns:dc="dc">' +
        `<office:automatic-styles>${styles}</office:automatic-styles>` +
        `<office:body><office:${type}>${body}</office:${type}></office:body></office:document-content>`,
    ),
  });
  return Uint8Array.from(packed);
}
