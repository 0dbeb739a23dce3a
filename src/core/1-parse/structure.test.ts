import { strToU8 } from 'fflate';
import { expect, test } from 'vitest';
import type { ParsedDocument } from '../types.ts';
import { parseFile } from './parse-file.ts';
import { makeDocx, paragraph } from './sample-files.ts';

const parse = (content: string | Uint8Array<ArrayBuffer>, name: string): Promise<ParsedDocument> =>
  parseFile(new Blob([content]), name, new AbortController().signal);

const STYLES_LINK =
  '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>';

const outline = ({ text, sections }: ParsedDocument): [string, string][] =>
  sections.map(({ start, end, headings }) => [headings.join(' > '), text.slice(start, end)]);

test('headings open sections and keep their trail', async () => {
  const markdown = '# A\n\none\n\n## B\n\ntwo\n\n### C\n\nthree\n\n## D\n\nfour';
  expect(outline(await parse(markdown, 'a.md'))).toEqual([
    ['A', 'A\n\none'],
    ['A > B', 'B\n\ntwo'],
    ['A > B > C', 'C\n\nthree'],
    ['A > D', 'D\n\nfour'],
  ]);
});

test('wrapped lines are joined: with a space in English, without one in Chinese', async () => {
  const { text } = await parse('one\ntwo\n\n端口\n没有变', 'a.md');
  expect(text).toBe('one two\n\n端口没有变');
});

test('lists stay one block, nested items are indented, order is counted', async () => {
  const { text } = await parse('Models:\n\n- a\n- b\n  1. c\n  2. d\n- e\n\nEnd', 'a.md');
  expect(text).toBe('Models:\n\n- a\n- b\n  1. c\n  2. d\n- e\n\nEnd');
});

test('code keeps its lines, entities and links give what one reads', async () => {
  const { text } = await parse(
    '```sh\nollama  serve\n# port\n```\n\nA &amp; B, [label](http://127.0.0.1), <b>x</b>',
    'a.md',
  );
  expect(text).toBe('ollama  serve\n# port\n\nA & B, label, x');
});

test('front matter is not a heading', async () => {
  expect(outline(await parse('---\ntitle: Tides\ntags: [sea]\n---\n# Waves\n\nHigh.', 'a.md'))).toEqual([
    ['', 'title: Tides\ntags: [sea]'],
    ['Waves', 'Waves\n\nHigh.'],
  ]);
});

test('tables: each row names its columns', async () => {
  const { text } = await parse('| Model | Size |\n|---|---|\n| e5 | 67 |\n| bge | 95 |', 'a.md');
  expect(text).toBe('Model: e5; Size: 67\nModel: bge; Size: 95');
});

test('tables: spans are written out, first-cell headers label their row, titles are no column names', async () => {
  const spans =
    '<table><tr><th>Port<th>Use<tr><td rowspan=2>11434<td>chat<tr><td>embed</table>' +
    '<table><tr><th colspan=2>Duck<tr><th>Order<td>Anseriformes</table>';
  const { text } = await parse(spans, 'a.html');
  expect(text).toBe('Port: 11434; Use: chat\nPort: 11434; Use: embed\n\nDuck\nOrder: Anseriformes');
});

test('code and tables are told from running text, with the names of their columns', async () => {
  const shown = async (content: string, name: string): Promise<unknown[]> => {
    const { text, blocks = [] } = await parse(content, name);
    return blocks.map(({ start, end, ...block }) => ({ ...block, text: text.slice(start, end) }));
  };
  const markdown =
    'Run:\n\n```sh\nnpm ci\n\nnpm start\n```\n\n| Model | Size |\n|---|---|\n| e5 | 67 |\n\nDone.';
  expect(await shown(markdown, 'a.md')).toEqual([
    { kind: 'code', text: 'npm ci\n\nnpm start' },
    { kind: 'table', columns: ['Model', 'Size'], text: 'Model: e5; Size: 67' },
  ]);
  expect(await shown('a;b\n1;2\n', 'a.csv')).toEqual([
    { kind: 'table', columns: ['a', 'b'], text: 'a: 1; b: 2' },
  ]);
  expect(await shown('1,2\n3,4\n', 'a.csv')).toEqual([{ kind: 'table', text: '1; 2\n3; 4' }]);
  expect(await shown('Nothing of the kind.', 'a.md')).toEqual([]);
});

test('a table that arranges a page is read cell by cell', async () => {
  const { text } = await parse('<table><tr><td>Menu<td><h2>News</h2><p>First.<p>Second.</table>', 'a.html');
  expect(text).toBe('Menu\n\nNews\n\nFirst.\n\nSecond.');
});

test('Word: styles become headings, a first row over numbers names the columns', async () => {
  const cell = (text: string): string => `<w:tc>${paragraph(text)}</w:tc>`;
  const row = (...texts: string[]): string => `<w:tr>${texts.map(cell).join('')}</w:tr>`;
  const table = `<w:tbl>${row('Item', 'Price')}${row('Hub', '79.99')}${row('Mouse', '59.99')}</w:tbl>`;
  const document = await parse(makeDocx(paragraph('Prices', 'Heading1') + table), 'a.docx');
  expect(outline(document)).toEqual([
    ['Prices', 'Prices\n\nItem: Hub; Price: 79.99\nItem: Mouse; Price: 59.99'],
  ]);
});

test('CSV: separators are found, quoted line breaks joined, a table of numbers has no names', async () => {
  expect((await parse('a;b\n1;"x\ny"\n', 'a.csv')).text).toBe('a: 1; b: x y');
  expect((await parse('a\tb\n1\t2\n', 'a.tsv')).text).toBe('a: 1; b: 2');
  expect((await parse('1,2\n3,4\n', 'a.csv')).text).toBe('1; 2\n3; 4');
});

test('HTML: the article is taken when it is most of the page, menus are left out', async () => {
  const sentence = 'The lighthouse keeper wrote down the height of every wave that he saw from the tower. ';
  const menu = '<div class="menu">' + '<a href="/x">Link</a> '.repeat(20) + '</div>';
  const html = `<title>Log</title><body>${menu}<article>${`<p>${sentence.repeat(4)}</p>`.repeat(6)}</article>`;
  const document = await parse(html, 'a.html');
  expect(document.text).not.toContain('Link');
  expect(document.sections[0]?.headings).toEqual(['Log']);
});

test('HTML: where no article stands out, everything is kept', async () => {
  const paragraphs = Array.from(
    { length: 8 },
    (_, i) => `<div><div><p>Part ${i} says something of its own.</p></div></div>`,
  );
  const { text } = await parse(`<body>${paragraphs.join('')}`, 'a.html');
  for (let i = 0; i < 8; i++) expect(text).toContain(`Part ${i} `);
});

test('Word: thousands of elements after the end of a part cost nothing and are left out', async () => {
  const style = '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="a"/></w:style>';
  const styles = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${style}</w:styles>`;
  const more = {
    'word/styles.xml': strToU8(styles + style.repeat(20_000)),
    'word/_rels/document.xml.rels': strToU8(STYLES_LINK),
  };
  expect((await parse(makeDocx(paragraph('Tides'), more), 'a.docx')).text).toBe('Tides');
});

test("Word: a style of one's own is a heading by its outline level", async () => {
  const styles =
    '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">' +
    '<w:style w:type="paragraph" w:styleId="a1"><w:name w:val="章标题"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>' +
    '<w:style w:type="paragraph" w:styleId="a2"><w:name w:val="章标题 新"/><w:basedOn w:val="a1"/></w:style></w:styles>';
  const more = { 'word/styles.xml': strToU8(styles), 'word/_rels/document.xml.rels': strToU8(STYLES_LINK) };
  const document = await parse(makeDocx(paragraph('潮汐', 'a2') + paragraph('涨落。'), more), 'a.docx');
  expect(outline(document)).toEqual([['潮汐', '潮汐\n\n涨落。']]);
});
