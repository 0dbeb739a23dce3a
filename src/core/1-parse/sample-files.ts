import { strToU8, zipSync, type Zippable } from 'fflate';
import { makeEpub } from './epub-sample-files.ts';
import { mailSamples } from './mail-sample-files.ts';
import { makeOpenDocument, makePptx, makeXlsx, sheetCell, slideShape } from './office-sample-files.ts';

/** Small files made by code, for the tests that run over every format, in Node and in the browser. */
export interface SampleFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Sample extends SampleFile {
  /** Strings that the text must hold. */
  readonly phrases: readonly string[];
  /** Strings that it must not hold. */
  readonly noise: readonly string[];
  /** The same format with nothing in it to read. */
  readonly blank: SampleFile;
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(strToU8(text));

const file = (name: string, text: string): SampleFile => ({ name, bytes: bytesOf(text) });

const utf16Hex = (text: string): string =>
  [...Array(text.length).keys()].map((i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('');

/**
 * A PDF of one page for each array of lines. Lines are set in a Chinese font that is not embedded, by a
 * predefined character map: their text is found only by a reader that has the map.
 */
export function makePdf(pages: readonly (readonly string[])[], trailer = ''): Uint8Array<ArrayBuffer> {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_, i) => `${5 + 2 * i} 0 R`).join(' ')}]>>`,
    '<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>',
    '<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/W[1[500]2 94 500 814 939 500]' +
      '/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>' +
      '/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]' +
      '/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>>>',
  ];
  for (const [i, lines] of pages.entries()) {
    const draw = lines.map((line) => `<${utf16Hex(line)}> Tj T*`).join('\n');
    const content = `BT /F1 12 Tf 16 TL 60 760 Td\n${draw}\nET`;
    const page = `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents ${6 + 2 * i} 0 R>>`;
    objects.push(page, `<</Length ${content.length}>>stream\n${content}\nendstream`);
  }
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  return bytesOf(
    `${text}${table}trailer\n<</Size ${size}/Root 1 0 R${trailer}>>\nstartxref\n${text.length}\n%%EOF`,
  );
}

const RELATIONSHIP = 'application/vnd.openxmlformats-package.relationships+xml';
const DOCUMENT = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';

/** @param body WordprocessingML inside `w:body`; @param more entries beside the usual three. */
export function makeDocx(body: string, more: Zippable = {}, prolog = ''): Uint8Array<ArrayBuffer> {
  const xml = (text: string): Uint8Array => strToU8(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
  const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  return Uint8Array.from(
    zipSync({
      '[Content_Types].xml': xml(
        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="${RELATIONSHIP}"/><Override PartName="/word/document.xml" ContentType="${DOCUMENT}"/></Types>`,
      ),
      '_rels/.rels': xml(
        `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${OFFICE}" Target="word/document.xml"/></Relationships>`,
      ),
      'word/document.xml': xml(
        `${prolog}<w:document xmlns:w="${word}"><w:body>${body}</w:body></w:document>`,
      ),
      ...more,
    }),
  );
}

export const paragraph = (text: string, style = ''): string =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

/** With a question mark for readers without Unicode. */
const rtfUnicode = (text: string): string =>
  [...text].map((character) => `\\u${character.charCodeAt(0)}?`).join('');

const PARAGRAPH = 'The lighthouse keeper wrote down the height of every wave.';
const CHINESE = '灯塔看守人记下了每一道浪的高度。';

/** By the id of the parser; a format without a line here fails the contract. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  ...mailSamples(PARAGRAPH, CHINESE),
  rtf: {
    ...file(
      'waves.rtf',
      `{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 SimSun;}}{\\info{\\title noise}}{\\stylesheet{\\s1\\outlinelevel0 heading 1;}}\\pard\\s1 Waves\\par\\pard\\f0 ${PARAGRAPH}\\par ${rtfUnicode(CHINESE)}\\par{\\*\\unknown noise}}`,
    ),
    phrases: ['Waves', PARAGRAPH, CHINESE],
    noise: ['noise', 'SimSun', '\\par', '?'],
    blank: file('blank.rtf', '{\\rtf1\\ansi{\\info{\\title Nothing}}\\pard\\par}'),
  },
  subtitles: {
    ...file(
      'waves.srt',
      `1\n00:12:30,000 --> 00:12:33,000\n<i>${PARAGRAPH.slice(0, 21)}</i>\n\n2\n00:12:33,000 --> 00:12:36,000\n${PARAGRAPH.slice(22)}\n\n3\n00:13:40,000 --> 00:13:44,000\n{\\an8}${CHINESE}\n`,
    ),
    phrases: [PARAGRAPH, CHINESE],
    noise: ['-->', '<i>', 'an8'],
    blank: file('blank.vtt', 'WEBVTT\n\nNOTE nothing\n'),
  },
  json: {
    ...file(
      'waves.json',
      JSON.stringify({ waves: { text: PARAGRAPH, note: CHINESE }, tides: [{ name: 'spring', metres: 4 }] }),
    ),
    phrases: ['waves', `text: ${PARAGRAPH}`, `note: ${CHINESE}`, 'name: spring; metres: 4'],
    noise: ['{', '"', '['],
    blank: file('blank.json', '{"waves":[],"none":null}'),
  },
  xml: {
    ...file(
      'waves.xml',
      `<?xml version="1.0"?><!DOCTYPE sea [<!ENTITY noise "noise">]><sea><title>Waves</title><p>${PARAGRAPH}</p><p>${CHINESE}</p></sea>`,
    ),
    phrases: ['Waves', PARAGRAPH, CHINESE],
    noise: ['noise', '<', 'DOCTYPE'],
    blank: file('blank.xml', '<?xml version="1.0"?><sea><p> </p></sea>'),
  },
  ipynb: {
    ...file(
      'waves.ipynb',
      JSON.stringify({
        cells: [
          { cell_type: 'markdown', source: ['# Waves\n', '\n', PARAGRAPH] },
          {
            cell_type: 'code',
            source: 'print(note)',
            outputs: [
              { output_type: 'stream', text: [CHINESE] },
              { output_type: 'display_data', data: { 'image/png': 'iVBORw0KGgo=' } },
            ],
          },
        ],
        nbformat: 4,
      }),
    ),
    phrases: ['Waves', PARAGRAPH, 'print(note)', CHINESE],
    noise: ['iVBOR', 'cell_type', '# '],
    blank: file('blank.ipynb', '{"cells":[],"nbformat":4}'),
  },
  pdf: {
    name: 'waves.pdf',
    bytes: makePdf([[PARAGRAPH], [CHINESE]]),
    phrases: [PARAGRAPH, CHINESE],
    noise: ['endstream'],
    blank: { name: 'scan.pdf', bytes: makePdf([[], []]) },
  },
  docx: {
    name: 'waves.docx',
    bytes: makeDocx(paragraph('Waves', 'Heading1') + paragraph(PARAGRAPH) + paragraph(CHINESE)),
    phrases: ['Waves', PARAGRAPH, CHINESE],
    noise: ['<w:t>', '<p>'],
    blank: { name: 'blank.docx', bytes: makeDocx('<w:p/>') },
  },
  pptx: {
    name: 'waves.pptx',
    bytes: makePptx([
      { shapes: [slideShape(['Waves'], 'title'), slideShape(['Every day', PARAGRAPH], 'body')] },
      { shapes: [slideShape(['9'], 'sldNum')], notes: [CHINESE] },
    ]),
    phrases: ['Waves', `- Every day\n- ${PARAGRAPH}`, CHINESE],
    noise: ['<a:t>', '<li>', '9'],
    blank: { name: 'blank.pptx', bytes: makePptx([{ shapes: [slideShape(['1'], 'sldNum')] }]) },
  },
  epub: {
    name: 'waves.epub',
    bytes: makeEpub([
      { title: 'Waves', body: `<p>${PARAGRAPH}</p>` },
      { title: '浪', body: `<p><ruby>灯<rp>(</rp><rt>dēng</rt><rp>)</rp></ruby>${CHINESE.slice(1)}</p>` },
    ]),
    phrases: [PARAGRAPH, CHINESE],
    noise: ['<p>', 'dēng', 'Contents'],
    blank: { name: 'blank.epub', bytes: makeEpub([{ title: '', body: '<p/>' }]) },
  },
  xlsx: {
    name: 'waves.xlsx',
    bytes: makeXlsx(
      [
        {
          name: 'Waves',
          rows: [
            ['keeper', 'seen', 'note'].map((name) => sheetCell(name)),
            [sheetCell('Ada'), sheetCell(43363, 1), sheetCell(PARAGRAPH)],
            [sheetCell('李'), sheetCell(43364, 1), '<c t="s"><v>0</v></c>'],
          ],
        },
      ],
      { formats: ['yyyy-mm-dd'], strings: [`<si><t>${CHINESE}</t><rPh><t>dēngtǎ</t></rPh></si>`] },
    ),
    phrases: [
      'Waves',
      `keeper: Ada; seen: 2018-09-20; note: ${PARAGRAPH}`,
      `keeper: 李; seen: 2018-09-21; note: ${CHINESE}`,
    ],
    noise: ['<c', '43363', 'dēng'],
    blank: { name: 'blank.xlsx', bytes: makeXlsx([{ name: 'Sheet1', rows: [[]] }]) },
  },
  odt: {
    name: 'waves.odt',
    bytes: makeOpenDocument(
      'text',
      `<text:h text:outline-level="1">Waves</text:h><text:p>${PARAGRAPH}</text:p>` +
        `<text:list><text:list-item><text:p>${CHINESE}</text:p></text:list-item></text:list>`,
    ),
    phrases: ['Waves', PARAGRAPH, `- ${CHINESE}`],
    noise: ['<text', '<p>'],
    blank: { name: 'blank.odt', bytes: makeOpenDocument('text', '<text:p/>') },
  },
  odp: {
    name: 'waves.odp',
    bytes: makeOpenDocument(
      'presentation',
      '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>Waves</text:p></draw:text-box></draw:frame>' +
        `<draw:frame><draw:text-box><text:p>${PARAGRAPH}</text:p></draw:text-box></draw:frame></draw:page>` +
        `<draw:page><presentation:notes><draw:frame><draw:text-box><text:p>${CHINESE}</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>`,
    ),
    phrases: [`Waves\n\n${PARAGRAPH}`, CHINESE],
    noise: ['<draw', '<p>'],
    blank: { name: 'blank.odp', bytes: makeOpenDocument('presentation', '<draw:page/>') },
  },
  ods: {
    name: 'waves.ods',
    bytes: makeOpenDocument(
      'spreadsheet',
      '<table:table table:name="Waves"><table:table-header-rows><table:table-row><table:table-cell><text:p>keeper</text:p></table:table-cell><table:table-cell><text:p>note</text:p></table:table-cell></table:table-row></table:table-header-rows>' +
        `<table:table-row><table:table-cell><text:p>Ada</text:p></table:table-cell><table:table-cell><text:p>${PARAGRAPH}</text:p></table:table-cell></table:table-row>` +
        `<table:table-row><table:table-cell><text:p>李</text:p></table:table-cell><table:table-cell><text:p>${CHINESE}</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16382"/></table:table-row>` +
        '<table:table-row table:number-rows-repeated="1048573"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>',
    ),
    phrases: ['Waves', `keeper: Ada; note: ${PARAGRAPH}`, `keeper: 李; note: ${CHINESE}`],
    noise: ['<table', '<p>'],
    blank: {
      name: 'blank.ods',
      bytes: makeOpenDocument('spreadsheet', '<table:table table:name="Sheet1"/>'),
    },
  },
  markdown: {
    ...file('waves.md', `# Waves\r\n\r\n${PARAGRAPH} [log](http://127.0.0.1/x)\r\n\r\n- **${CHINESE}**\r\n`),
    phrases: ['Waves', `${PARAGRAPH} log`, `- ${CHINESE}`],
    noise: ['**', '](', 'http:', '# '],
    blank: file('blank.md', '<!-- nothing -->\n\n[a]: http://127.0.0.1/x\n'),
  },
  html: {
    ...file(
      'waves.html',
      `<!doctype html><title>Waves</title><script>noise()</script><p>${PARAGRAPH}</p><p hidden>noise</p><ul><li>${CHINESE}</ul>`,
    ),
    phrases: ['Waves', PARAGRAPH, `- ${CHINESE}`],
    noise: ['noise', '<p>'],
    blank: file(
      'blank.html',
      '<!doctype html><title>Shell</title><div id=app></div><script>start()</script>',
    ),
  },
  csv: {
    ...file('waves.csv', `\ufeffkeeper,note\r\nAda,"${PARAGRAPH}"\r\n李,${CHINESE}\r\n`),
    phrases: [`keeper: Ada; note: ${PARAGRAPH}`, `keeper: 李; note: ${CHINESE}`],
    noise: ['\ufeff', '"'],
    blank: file('blank.csv', ',,\n,,\n'),
  },
  text: {
    ...file('waves.txt', `\ufeff${PARAGRAPH}\r\n\r\n${CHINESE}\u0000\r`),
    phrases: [`${PARAGRAPH}\n\n${CHINESE}`],
    noise: ['\ufeff', '\u0000', '\r'],
    blank: file('blank.txt', '\u200b\n\n\u00ad'),
  },
};
