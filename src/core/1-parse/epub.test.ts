import { expect, test } from 'vitest';
import type { ParsedDocument } from '../types.ts';
import { makeEpub } from './epub-sample-files.ts';
import { parseFile } from './parse-file.ts';

const parse = (bytes: Uint8Array<ArrayBuffer>): Promise<ParsedDocument> =>
  parseFile(new Blob([bytes]), 'book.epub', new AbortController().signal);

const outline = ({ text, sections }: ParsedDocument): [string, string][] =>
  sections.map(({ start, end, headings }) => [headings.join(' > '), text.slice(start, end)]);

test('chapters come in reading order, each under its title, whether its text repeats it or not', async () => {
  const book = makeEpub([
    { title: 'One', body: '<h1>One</h1><p>First.</p><h2>Tides</h2><p>High.</p>' },
    { title: 'Two', body: '<p>Second.</p>' },
    { title: '', body: '<p>Second goes on.</p>' },
  ]);
  expect(outline(await parse(book))).toEqual([
    ['One', 'One\n\nFirst.'],
    ['One > Tides', 'Tides\n\nHigh.'],
    ['Two', 'Second.\n\nSecond goes on.'],
  ]);
});

test('EPUB 2: titles come from the NCX, also for chapters that share a file', async () => {
  const point = (title: string, target: string, inner = ''): string =>
    `<navPoint><navLabel><text>${title}</text></navLabel><content src="${target}"/>${inner}</navPoint>`;
  const book = makeEpub([], {
    'OPS/book.opf':
      '<package><manifest><item id="a" href="a.html"/><item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest><spine toc="ncx"><itemref idref="a"/></spine></package>',
    'OPS/toc.ncx': `<ncx><navMap>${point('Part', 'a.html', point('One', 'a.html#one') + point('Two', 'a.html#two'))}</navMap></ncx>`,
    'OPS/a.html':
      '<html><body><p>Before.</p><p id="one">First.</p><h2>The <a id="two"></a>Second</h2><p>Text.</p></body></html>',
  });
  expect(outline(await parse(book))).toEqual([
    ['Part', 'Before.'],
    ['Part > One', 'First.'],
    ['Part > Two > The Second', 'The Second\n\nText.'],
  ]);
});

test('a note that is hidden until it is asked for is read', async () => {
  const note =
    '<p>Text.<a epub:type="noteref" href="#n">1</a></p><aside epub:type="footnote" id="n" hidden="">A note.</aside>';
  expect((await parse(makeEpub([{ title: 'One', body: note }]))).text).toBe('Text.1\n\nA note.');
});

test('a chapter that needs a key is told from an obfuscated font', async () => {
  const encryption = (algorithm: string, part: string): Record<string, string> => ({
    'META-INF/encryption.xml': `<encryption><enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/><enc:CipherData><enc:CipherReference URI="${part}"/></enc:CipherData></enc:EncryptedData></encryption>`,
  });
  const chapters = [{ title: 'One', body: '<p>Text.</p>' }];
  const locked = encryption('http://www.w3.org/2001/04/xmlenc#aes256-cbc', 'OPS/text/chapter%201.xhtml');
  await expect(parse(makeEpub(chapters, locked))).rejects.toMatchObject({ code: 'encrypted' });
  const font = encryption('http://www.idpf.org/2008/embedding', 'OPS/text/chapter%201.xhtml');
  expect((await parse(makeEpub(chapters, font))).text).toBe('Text.');
});

test('a chapter that is missing is told, and costs no other', async () => {
  const book = makeEpub([{ title: 'One', body: '<p>Text.</p>' }], {
    'OPS/book.opf':
      '<package><manifest><item id="a" href="gone.xhtml"/><item id="b" href="text/chapter%201.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
  });
  const { text, warnings } = await parse(book);
  expect(text).toBe('Text.');
  expect(warnings).toEqual([{ code: 'skipped-parts', details: { count: 1 } }]);
});
