import { expect, test } from 'vitest';
import type { ParsedDocument } from '../types.ts';
import { DocumentBuilder } from './document-builder.ts';
import { makeXlsx, sheetCell, zipOf, type SampleBook, type SampleSheet } from './office-sample-files.ts';
import { parseFile } from './parse-file.ts';
import { addSheet } from './sheet-lines.ts';

const parse = (bytes: Uint8Array<ArrayBuffer>): Promise<ParsedDocument> =>
  parseFile(new Blob([bytes]), 'book.xlsx', new AbortController().signal);

const read = (sheets: readonly SampleSheet[], book: SampleBook = {}): Promise<ParsedDocument> =>
  parse(makeXlsx(sheets, book));

const row = (...values: (string | number)[]): string[] => values.map((value) => sheetCell(value));
const namesRow = (...names: string[]): string[] => names.map((name) => sheetCell(name, 1));

/** What a sheet of these rows becomes, without its name. */
const linesOf = async (
  rows: readonly string[][],
  after = '',
  formats: readonly string[] = ['General'],
): Promise<string> => {
  const { text } = await read([{ name: 'S', rows, after }], { formats });
  return text.replace(/^S\n\n/, '');
};

test('a sheet is a section, a title above a table its heading, and rows name their columns', async () => {
  const rows = [
    row('Ships of 1901'),
    [],
    namesRow('Ship', 'Tons'),
    row('Ada', 120),
    row('Bee', 80),
    [],
    row('End'),
  ];
  const titled = [row('Ships of 1902'), namesRow('Ship', 'Tons'), row('Cee', 7)];
  const { text, sections } = await read(
    [
      { name: 'A', rows },
      { name: 'B', rows: titled },
    ],
    { formats: ['General'] },
  );
  expect(text).toBe(
    'A\n\nShips of 1901\n\nShip: Ada; Tons: 120\nShip: Bee; Tons: 80\n\nEnd\n\nB\n\nShips of 1902\n\nShip: Cee; Tons: 7',
  );
  expect(sections.map(({ headings }) => headings)).toEqual([['A'], ['B'], ['B', 'Ships of 1902']]);
});

test('numbers and dates are what a person sees in the cell', async () => {
  const formats = ['0.00%', '#,##0.00', 'yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;', '[h]:mm', ';;;'];
  const values = [0.6789, 1234567.891, 43363, 1.5, 5].map((value, i) => sheetCell(value, i + 1));
  expect(await linesOf([[...values, ...row(0.30000000000000004, 13812345678)]], '', formats)).toBe(
    '67.89% | 1,234,567.89 | 2018年9月20日 | 36:00 | 0.3 | 13812345678',
  );
  const old = { formats: ['yyyy-mm-dd'], is1904: true };
  expect((await read([{ name: 'S', rows: [[sheetCell(0, 1)]] }], old)).text).toBe('S\n\n1904-01-01');
});

test('errors are left out, truth values and results are kept, formulas without a result are counted', async () => {
  const cells = [
    '<c t="b"><v>1</v></c>',
    '<c t="e"><v>#N/A</v></c>',
    '<c t="str"><f>A1&amp;"x"</f><v>done</v></c>',
    '<c><f>SUM(A1:A9)</f></c>',
  ];
  const { text, warnings } = await read([{ name: 'S', rows: [cells] }]);
  expect(text).toBe('S\n\nTRUE | done');
  expect(warnings).toEqual([{ code: 'formulas-without-values', details: { count: 1 } }]);
});

test('merged cells stand in each row and under each name; names in two rows are joined', async () => {
  const rows = [
    namesRow('Region', '2024', 'x', 'x'),
    namesRow('', 'Q1', 'Q2', 'Q3').map((cell, i) => (i === 0 ? '<c s="1"/>' : cell)),
    row('East', 1, 2, 3),
    ['<c/>', ...row(4, 5, 6)],
  ];
  const merges =
    '<mergeCells><mergeCell ref="B1:D1"/><mergeCell ref="A1:A2"/><mergeCell ref="A3:A4"/></mergeCells>';
  expect(await linesOf(rows, `${merges}<autoFilter ref="A2:D4"/>`)).toBe(
    'Region: East; 2024 Q1: 1; 2024 Q2: 2; 2024 Q3: 3\nRegion: East; 2024 Q1: 4; 2024 Q2: 5; 2024 Q3: 6',
  );
});

test('labels and what they say are no table; a filter says where the names are', async () => {
  const rows = [row('Name', 'Ada'), row('Town', 'Bath')];
  expect(await linesOf(rows)).toBe('Name | Ada\nTown | Bath');
  expect(await linesOf(rows, '<autoFilter ref="A1:B2"/>')).toBe('Name: Town; Ada: Bath');
});

test('Strict files, prefixed names, rich strings without how they are spoken', async () => {
  const strings = ['<si><r><t>日本</t></r><r><t>_x000D_語</t></r><rPh><t>にほん</t></rPh></si>'];
  const { text } = await read([{ name: 'S', rows: [['<x:c t="s"><x:v>0</x:v></x:c>']] }], {
    strings,
    isStrict: true,
  });
  expect(text).toBe('S\n\n日本\n語');
});

test('hidden sheets are left out and named, notes stand in the row they belong to', async () => {
  const links = [{ kind: 'comments', target: '../comments1.xml' }];
  const more = {
    'xl/comments1.xml':
      '<comments><commentList><comment ref="B1"><text><r><t>Ada:</t></r><r><t> check</t></r></text></comment></commentList></comments>',
  };
  const sheets = [
    { name: 'Lists', rows: [row('secret')], isHidden: true },
    { name: 'S', rows: [row('a', 'b'), row('c', 'd')], links },
  ];
  const { text, warnings } = await read(sheets, { more });
  expect(text).toBe('S\n\na | b [Ada: check]\nc | d');
  expect(warnings).toEqual([{ code: 'hidden-sheets', details: { sheets: 'Lists', count: 1 } }]);
});

test('hostile: cells beyond the edge, merges over everything, the binary format', async () => {
  const rows = [
    ['<c r="XFD1"><v>1</v></c>', '<c r="ZZZ1"><v>2</v></c>', '<c r="A1"><v>3</v></c>'],
    row('end'),
  ];
  expect(await linesOf(rows, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')).toBe('1\nend');

  await expect(
    parse(zipOf({ '[Content_Types].xml': '<Types/>', 'xl/workbook.bin': 'x' })),
  ).rejects.toMatchObject({ code: 'unsupported-type', details: { type: 'xlsb' } });
});

test('hostile: a text that is stored once and shown again and again ends at the limit, piece by piece', () => {
  const text = 'wave '.repeat(20_000);
  const rows = Array.from({ length: 30 }, (_, i) => ({
    number: i + 1,
    cells: [{ column: 1, text, style: '' }],
    notes: [],
  }));
  const builder = new DocumentBuilder(1_000_000);
  expect(() => addSheet({ rows, merges: [], headerRows: new Set() }, builder)).toThrow(
    expect.objectContaining({ code: 'too-large', details: { limitCharacters: 1_000_000 } }),
  );
  expect(builder.blocks).toBeGreaterThan(1);
});
