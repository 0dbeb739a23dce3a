import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { preparePdfInNode } from '../../../scripts/pdf-in-node.ts';
import { SatchelError } from '../errors.ts';
import type { ParsedDocument } from '../types.ts';
import { LIMITS } from './limits.ts';
import { parseFile } from './parse-file.ts';
import { setPdfAssetReader } from './pdf-assets.ts';
import { makeDocx, makePdf, paragraph } from './sample-files.ts';

preparePdfInNode();

const parse = (content: string | Uint8Array<ArrayBuffer>, name: string): Promise<ParsedDocument> =>
  parseFile(new Blob([content]), name, new AbortController().signal);

async function failure(content: string | Uint8Array<ArrayBuffer>, name: string): Promise<SatchelError> {
  const error: unknown = await parse(content, name).catch((reason: unknown) => reason);
  if (error instanceof SatchelError) return error;
  throw new Error(`${name} should have failed with a coded error, and ended with ${JSON.stringify(error)}`);
}

/** The same bytes at each run. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  let state = 12345;
  return Uint8Array.from({ length }, () => (state = (state * 1103515245 + 12345) % 2 ** 31) >> 16);
}

const wide = (text: string): Uint8Array => Uint8Array.from([...text].flatMap((c) => [c.charCodeAt(0), 0]));

describe('files without content', () => {
  test.each([
    ['nothing.pdf', ''],
    ['spaces.txt', ' \n\t\r\n '],
    ['spaces.md', '\n\n  \n'],
  ])('%s is empty', async (name, content) => {
    expect(await failure(content, name)).toMatchObject({ code: 'empty-file', details: { name } });
  });
});

describe('the bytes count more than the name', () => {
  test('a PDF named .docx is read, with a warning', async () => {
    const { format, warnings } = await parse(makePdf([['Tide tables']]), 'tides.docx');
    expect(format).toBe('pdf');
    expect(warnings).toEqual([{ code: 'content-type-differs', details: { named: 'docx', actual: 'pdf' } }]);
  });

  test('a Word file named .pdf is read, with a warning', async () => {
    const { format, warnings } = await parse(makeDocx(paragraph('Tide tables')), 'tides.pdf');
    expect(format).toBe('docx');
    expect(warnings.map(({ code }) => code)).toEqual(['content-type-differs']);
  });

  test('a page saved as .pdf is named as what it is', async () => {
    const error = await failure('<!doctype html><p>Please sign in', 'invoice.pdf');
    expect(error).toMatchObject({ code: 'wrong-type', details: { named: 'pdf', actual: 'html' } });
  });

  test('a PDF with a line before its mark is a PDF by its name', async () => {
    const pdf = makePdf([['Late mark']]);
    const { text } = await parse(Uint8Array.from([...strToU8('\r\n\r\n'), ...pdf]), 'late.pdf');
    expect(text).toBe('Late mark');
  });

  test.each([
    ['photo.txt', '\x89PNG\r\n\x1a\n', 'binary', 'png'],
    ['photo.png', '\x89PNG\r\n\x1a\n', 'unsupported-type', 'png'],
    ['thing.xyz', 'plain', 'unsupported-type', 'xyz'],
  ])('%s is refused', async (name, start, code, type) => {
    const bytes = Uint8Array.from([...start].map((character) => character.charCodeAt(0)));
    expect(await failure(bytes, name)).toMatchObject({ code, details: { name, type } });
  });

  test.each([['files.zip', ['a.txt'], 'zip']])(
    '%s is not read yet, and named',
    async (name, entries, type) => {
      const zip = zipSync(Object.fromEntries(entries.map((entry) => [entry, strToU8('x')])));
      expect(await failure(Uint8Array.from(zip), name)).toMatchObject({
        code: 'unsupported-type',
        details: { name, type },
      });
    },
  );

  test.each([
    ['EncryptedPackage', 'encrypted', undefined],
    ['WordDocument', 'unsupported-type', 'doc'],
  ])('an OLE2 file with the stream %s is %s', async (stream, code, type) => {
    const bytes = Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0, ...wide(stream)]);
    const error = await failure(bytes, 'old.docx');
    expect(error.code).toBe(code);
    expect(error.details['type']).toBe(type);
  });

  test('text without an extension is text, HTML without one is HTML', async () => {
    expect(await parse('Read me first.', 'README')).toMatchObject({ format: 'text' });
    expect(await parse('<!DOCTYPE html><p>Read me', 'page')).toMatchObject({
      format: 'html',
      text: 'Read me',
    });
  });
});

describe('hostile files', () => {
  test('random bytes are not text', async () => {
    expect((await failure(noise(50_000), 'random.txt')).code).toBe('binary');
  });

  test(
    'a Word file that unpacks beyond the limit is stopped on the way, whatever it declares',
    { timeout: 30_000 },
    async () => {
      const xml = new Uint8Array(LIMITS.unzippedBytes + 1).fill(0x20);
      const bomb = makeDocx(paragraph('x'), { 'word/footnotes.xml': [xml, { level: 9 }] });
      expect(bomb.length).toBeLessThan(200_000);
      expect(await failure(bomb, 'bomb.docx')).toMatchObject({ code: 'too-large' });

      // The same zip with a lie in its directory: 100 bytes.
      const view = new DataView(bomb.buffer);
      for (let at = 0; at < bomb.length - 4; at++) {
        if (view.getUint32(at, true) === xml.length) view.setUint32(at, 100, true);
      }
      expect(await failure(bomb, 'liar.docx')).toMatchObject({ code: 'too-large' });
    },
  );

  test('a zip of too many entries is refused before they are looked at', async () => {
    const entries = Array.from({ length: LIMITS.zipEntries + 1 }, (_, i) => [`word/${i}.xml`, strToU8('')]);
    const error = await failure(makeDocx(paragraph('x'), Object.fromEntries(entries)), 'many.docx');
    expect(error).toMatchObject({ code: 'too-large', details: { limitEntries: LIMITS.zipEntries } });
  });

  test('entities that expand are not expanded', async () => {
    const levels = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`);
    const prolog = `<!DOCTYPE d [<!ENTITY e0 "lol">${levels.join('')}]>`;
    const error = await failure(makeDocx(paragraph('&e9;'), {}, prolog), 'laughs.docx');
    expect(error).toMatchObject({ code: 'corrupt', details: { reason: 'document-type' } });
  });

  test('names that climb out of the zip or into prototypes are passed over', async () => {
    const more = {
      '../../evil.xml': strToU8('x'),
      'word/__proto__': strToU8('x'),
      '__proto__/polluted.xml': strToU8('x'),
    };
    const { text } = await parse(makeDocx(paragraph('Still here'), more), 'slip.docx');
    expect(text).toBe('Still here');
    expect('polluted' in {}).toBe(false);
  });

  test('fifty thousand nested elements do not overflow the stack', async () => {
    const html = `<body>${'<div>'.repeat(50_000)}deep text${'</div>'.repeat(50_000)}<p>after &amp; out`;
    const { text } = await parse(html, 'deep.html');
    expect(text).toBe('deep text\nafter & out');
  });

  test('ten thousand nested quotes in Markdown are read as text', async () => {
    const { text } = await parse(`${'> '.repeat(10_000)}at the bottom`, 'deep.md');
    expect(text).toContain('at the bottom');
  });

  test('scripts, handlers and hidden parts leave no text', async () => {
    const html =
      '<h1 onclick="pwned()">Seen</h1><script>pwned()</script><style>pwned{}</style><template>pwned</template>' +
      '<p style="display: none">pwned</p><iframe srcdoc="pwned"></iframe><img src="data:pwned"><p>&lt;b&gt; shown';
    expect((await parse(html, 'bad.html')).text).toBe('Seen\n\n<b> shown');
  });

  test('an open script tag in Markdown does not swallow what follows', async () => {
    const { text } = await parse('Use the <script> tag.\n\n<script>\n\nStill here.', 'tags.md');
    expect(text).toContain('Use the tag.');
  });

  test('a single line of ten megabytes is read', async () => {
    const { text } = await parse('word '.repeat(2_000_000), 'long.txt');
    expect(text.length).toBe(9_999_999);
  });

  test('cut off in the middle, a Word file is corrupt', async () => {
    const docx = makeDocx(paragraph('Whole'));
    expect((await failure(docx.slice(0, docx.length - 40), 'cut.docx')).code).toBe('corrupt');
  });
});

test('a PDF whose character map cannot be fetched fails, it is not kept without its text', async () => {
  setPdfAssetReader(() => Promise.reject(new TypeError('Failed to fetch')));
  const error = await failure(makePdf([['灯塔'], ['plain']]), 'offline.pdf');
  preparePdfInNode();
  expect(error).toMatchObject({ code: 'parse-failed', details: { reason: 'character-map-missing' } });
  expect((await parse(makePdf([['灯塔']]), 'online.pdf')).text).toBe('灯塔');
});

describe('limits', () => {
  test('a file beyond the limit is refused without being read, and the limit is named', async () => {
    const huge = {
      size: LIMITS.fileBytes + 1,
      type: '',
      arrayBuffer: () => Promise.reject(new Error('read')),
    };
    await expect(
      parseFile(huge as unknown as Blob, 'huge.pdf', new AbortController().signal),
    ).rejects.toMatchObject({
      code: 'too-large',
      details: { name: 'huge.pdf', limitBytes: LIMITS.fileBytes },
    });
  });
});
