import { expect, test } from 'vitest';
import type { ParsedDocument } from '../types.ts';
import { mailFile, multipart } from './mail-sample-files.ts';
import { parseFile } from './parse-file.ts';
import type { SampleFile } from './sample-files.ts';

const parse = ({ bytes, name }: SampleFile): Promise<ParsedDocument> =>
  parseFile(new Blob([bytes]), name, new AbortController().signal);

const outline = ({ text, sections }: ParsedDocument): [string, string][] =>
  sections.map(({ start, end, headings }) => [headings.join(' > '), text.slice(start, end)]);

const base64 = (bytes: readonly number[]): string => btoa(String.fromCharCode(...bytes));
/** 端口 */
const GB18030 = [0xb6, 0xcb, 0xbf, 0xda];

test('encodings of headers and bodies are those that they name', async () => {
  const file = mailFile('a.eml', [
    'From: =?iso-2022-jp?B?GyRCOzM6LBsoQg==?= <a@example.org>',
    `Subject: =?gb2312?B?${base64(GB18030)}?=`,
    'Content-Type: text/plain; charset=gb18030',
    'Content-Transfer-Encoding: base64',
    '',
    base64(GB18030),
  ]);
  expect((await parse(file)).text).toBe('From: 山根 <a@example.org>\nSubject: 端口\n\n端口');
});

test('of two forms of a text the HTML is read where the plain one says little', async () => {
  const both = (plain: string): SampleFile =>
    mailFile('a.eml', [
      'Subject: Tides',
      ...multipart('alternative', [
        ['Content-Type: text/plain', '', plain],
        ['Content-Type: text/html', '', '<ul><li>High at noon</li><li>Low at six</li></ul>'],
      ]),
    ]);
  expect((await parse(both('No HTML?'))).text).toBe('Subject: Tides\n\n- High at noon\n- Low at six');
  expect((await parse(both('High at noon, low at six.'))).text).toBe(
    'Subject: Tides\n\nHigh at noon, low at six.',
  );
});

test('messages and documents that are attached stand under the message', async () => {
  const attached = (name: string, type: string, body: readonly string[]): string[] => [
    `Content-Type: ${type}`,
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    ...body,
  ];
  const file = mailFile('a.eml', [
    'Subject: Outer',
    ...multipart('mixed', [
      ['Content-Type: text/plain', '', 'See below.'],
      attached('tides.csv', 'text/csv', ['place,height', 'Brest,7']),
      attached('broken.pdf', 'application/pdf', ['none']),
      ['Content-Type: message/rfc822', '', 'Subject: Inner', '', 'Text.'],
    ]),
  ]);
  expect(outline(await parse(file))).toEqual([
    ['Outer', 'Subject: Outer\nAttachments: tides.csv, broken.pdf\n\nSee below.'],
    ['Outer > tides.csv', 'place: Brest; height: 7'],
    ['Outer > Inner', 'Subject: Inner\n\nText.'],
  ]);
});

test('messages within messages end at a limit', async () => {
  const nested = Array.from({ length: 200 }, (_, i) => [`Subject: ${i}`, 'Content-Type: message/rfc822', '']);
  const { sections } = await parse(mailFile('a.eml', [...nested.flat(), 'Subject: last', '', 'Text.']));
  expect(sections.length).toBeLessThan(10);
});

test('a mailbox without an ending is told by its first lines; "From" within a paragraph parts no messages', async () => {
  const file = mailFile('Inbox', [
    'From a@example.org Tue Nov 24 15:27:56 2026',
    'Subject: One',
    '',
    'It came',
    'From afar.',
    '',
    'From a@example.org Tue Nov 24 15:28:56 2026',
    'Subject: Two',
    '',
    'Text.',
  ]);
  const document = await parse(file);
  expect(document.format).toBe('mbox');
  expect(outline(document)).toEqual([
    ['One', 'Subject: One\n\nIt came\nFrom afar.'],
    ['Two', 'Subject: Two\n\nText.'],
  ]);
});
