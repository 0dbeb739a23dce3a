import { expect, test } from 'vitest';
import type { ParsedDocument } from '../types.ts';
import { makeOpenDocument } from './office-sample-files.ts';
import { parseFile } from './parse-file.ts';

const parse = (bytes: Uint8Array<ArrayBuffer>, name: string): Promise<ParsedDocument> =>
  parseFile(new Blob([bytes]), name, new AbortController().signal);

test('text: spaces, counted lists in lists, spans, footnotes and comments; deleted text and contents are left out', async () => {
  const body =
    '<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>' +
    '<text:table-of-content><text:p>contents</text:p></text:table-of-content>' +
    '<text:h text:outline-level="2">Tide <text:span>tables</text:span></text:h>' +
    '<text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d' +
    '<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Noted.</text:p></text:note-body></text:note>' +
    '<office:annotation><dc:creator>Ada</dc:creator><text:p>Sure?</text:p></office:annotation> e</text:p>' +
    '<text:list text:style-name="L1"><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>in</text:p></text:list-item></text:list></text:list-item></text:list>' +
    '<table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Port &amp; use</text:p></table:table-cell><table:covered-table-cell/></table:table-row>' +
    '<table:table-row><table:table-cell><text:p>11434</text:p></table:table-cell><table:table-cell><text:p>chat</text:p></table:table-cell></table:table-row></table:table>';
  const styles =
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style>';
  const { text, sections } = await parse(makeOpenDocument('text', body, { styles }), 'a.odt');
  expect(text).toBe(
    'Tide tables\n\na b c\nd[1] e\n\n1. one\n  1. in\n\nPort & use\n11434 | chat\n\n[1] Noted.\n\nAda: Sure?',
  );
  expect(sections[0]?.headings).toEqual(['Tide tables']);
});

test('presentation: slides are numbered, empty ones named, footers left out', async () => {
  const frame = (text: string, role: string): string =>
    `<draw:frame presentation:class="${role}"><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame>`;
  const body = `<draw:page>${frame('foot', 'footer')}</draw:page><draw:page>${frame('Text', 'outline')}${frame('Title', 'title')}</draw:page>`;
  const { text, sections, warnings } = await parse(makeOpenDocument('presentation', body), 'a.odp');
  expect(text).toBe('Title\n\nText');
  expect(sections.map(({ headings, page }) => [page, headings])).toEqual([[2, ['Title']]]);
  expect(warnings[0]?.details).toMatchObject({ pages: '1', unit: 'slide' });
});

test('spreadsheet: filled cells repeat within bounds, hidden sheets are named', async () => {
  const sheet = (name: string, rows: string, style = ''): string =>
    `<table:table table:name="${name}" table:style-name="${style}">${rows}</table:table>`;
  const body =
    sheet(
      'Lists',
      '<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>',
      'ta2',
    ) +
    sheet(
      'S',
      '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>7</text:p></table:table-cell></table:table-row>',
    );
  const styles =
    '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>';
  const { text, warnings } = await parse(makeOpenDocument('spreadsheet', body, { styles }), 'a.ods');
  expect(text.length).toBeLessThan(300_000);
  expect(text).toMatch(/^S\n\n7 \| 7/);
  expect(warnings).toEqual([{ code: 'hidden-sheets', details: { sheets: 'Lists', count: 1 } }]);
});

test('a password is told', async () => {
  const manifest = '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>';
  await expect(parse(makeOpenDocument('text', '', { manifest }), 'a.odt')).rejects.toMatchObject({
    code: 'encrypted',
  });
});
