import { expect, test } from 'vitest';
import { parseFile } from './parse-file.ts';

const outline = async (rtf: string): Promise<[string, string][]> => {
  const bytes = Uint8Array.from(rtf, (character) => character.charCodeAt(0));
  const { text, sections } = await parseFile(new Blob([bytes]), 'a.rtf', new AbortController().signal);
  return sections.map(({ start, end, headings }) => [headings.join(' > '), text.slice(start, end)]);
};
const textOf = async (rtf: string): Promise<string> =>
  (await outline(rtf)).map(([, text]) => text).join('\n\n');

test('bytes are read in the code page of their font, else of the document', async () => {
  const fonts = '{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset128 Mincho;}{\\f2\\fcharset136 Ming;}}';
  // The second byte of a character may stand as a plain letter: 0x83 0x41 is one katakana.
  const text = "\\f0\\'b2\\'e2\\'ca\\'d4 {\\f1\\'83A} {\\f2\\'b4\\'fa\\'b8\\'d5}";
  expect(await textOf(`{\\rtf1\\ansi\\ansicpg936${fonts}${text}}`)).toBe('测试 ア 測試');
});

test('what stands for a Unicode character elsewhere is passed over, as long as it is said to be', async () => {
  expect(
    await textOf("{\\rtf1\\uc2\\u28023\\'ba\\'a3{\\uc0\\u28010}{\\uc1\\u-10179?\\u-8704?}\\u46 ??.}"),
  ).toBe('海浪😀..');
});

test('headings by style and by level; notes after their paragraph; lists in one block', async () => {
  const styles = '{\\stylesheet{\\s0 Normal;}{\\s2 heading 2;}{\\*\\cs3 heading 1 Char;}}';
  const list = '{\\listtext\\bullet\\tab}One\\par{\\listtext 2.\\tab}Two\\par\\pard After.\\par';
  const body =
    '\\pard\\outlinelevel0 A\\par\\pard\\s2 B\\par\\pard Text{\\footnote{\\super\\chftn} A note.}.\\par' +
    list;
  expect(await outline(`{\\rtf1${styles}${body}}`)).toEqual([
    ['A', 'A'],
    ['A > B', 'B\n\nText.\n\nA note.\n\n- One\n2. Two\n\nAfter.'],
  ]);
});

test('tables name their columns', async () => {
  const row = (cells: readonly string[]): string =>
    `\\trowd\\pard\\intbl ${cells.map((cell) => `${cell}\\cell`).join(' ')}\\row`;
  const rows = [
    ['Model', 'Size'],
    ['e5', '67'],
    ['bge', '95'],
  ]
    .map(row)
    .join('');
  expect(await textOf(`{\\rtf1${rows}\\pard After\\par}`)).toBe(
    'Model: e5; Size: 67\nModel: bge; Size: 95\n\nAfter',
  );
});

test('what is no text is left out: pictures, fields, headers, hidden and deleted words', async () => {
  const noise =
    '{\\header H}{\\pict 89504e47}{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt link}}{\\v no}{\\deleted no}\\bin4 }}}}';
  expect(await textOf(`{\\rtf1${noise} end\\par}`)).toBe('link end');
});

test('groups within groups beyond all use are refused, and cost no stack', async () => {
  await expect(textOf(`{\\rtf1 ${'{'.repeat(1_000_000)}`)).rejects.toMatchObject({ code: 'corrupt' });
});
