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

/** 灯塔看守人记下了每一道浪的高度。 */
const GBK = [
  ...[0xb5, 0xc6, 0xcb, 0xfe, 0xbf, 0xb4, 0xca, 0xd8, 0xc8, 0xcb, 0xbc, 0xc7, 0xcf, 0xc2, 0xc1, 0xcb],
  ...[0xc3, 0xbf, 0xd2, 0xbb, 0xb5, 0xc0, 0xc0, 0xcb, 0xb5, 0xc4, 0xb8, 0xdf, 0xb6, 0xc8, 0xa1, 0xa3],
];
const WAVES = '灯塔看守人记下了每一道浪的高度。';

test.each([
  ['GBK that is named nowhere', '', GBK, WAVES],
  ['GBK in HTML that names it', 'Content-Type: text/html\r\n', GBK, WAVES],
  ['GBK that is called ASCII', 'Content-Type: text/plain;\r\n charset="us-ascii"\r\n', GBK, WAVES],
  ['GBK in a header, and named for the body', 'Content-Type: text/plain; charset=gb2312\r\n', GBK, WAVES],
  [
    'windows-1252',
    '',
    [...Buffer.from('Le café est fermé, dit Zoë. \x93Déjà ?\x94', 'latin1')],
    'Le café est fermé, dit Zoë. “Déjà ?”',
  ],
])('letters as an old program writes them: %s', async (_, type, letters, text) => {
  const raw = String.fromCharCode(...letters);
  const isHtml = type.includes('html');
  const body = isHtml ? `<meta charset="gb2312"><p>${raw}</p>` : raw;
  const bytes = Uint8Array.from(Buffer.from(`Subject: ${raw}\r\n${type}\r\n${body}\r\n`, 'latin1'));
  expect((await parse({ name: 'a.eml', bytes })).text).toBe(`Subject: ${text}\n\n${text}`);
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
