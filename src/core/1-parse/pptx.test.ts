import { expect, test } from 'vitest';
import type { ParsedDocument } from '../types.ts';
import { LIMITS } from './limits.ts';
import { makePptx, slideShape, zipOf } from './office-sample-files.ts';
import { parseFile } from './parse-file.ts';

const parse = (bytes: Uint8Array<ArrayBuffer>): Promise<ParsedDocument> =>
  parseFile(new Blob([bytes]), 'talk.pptx', new AbortController().signal);

const outline = ({ text, sections }: ParsedDocument): unknown[] =>
  sections.map(({ start, end, headings, page }) => [page, headings, text.slice(start, end)]);

test('slides come in the order shown, with their number, their title first, their notes last', async () => {
  const document = await parse(
    makePptx([
      { shapes: [slideShape(['Later on the slide']), slideShape(['Tides'], 'title')], notes: ['Say hello.'] },
      { shapes: [slideShape(['2'], 'sldNum'), slideShape(['Footer'], 'ftr')] },
      { shapes: [slideShape(['High', 'Low'], 'body')], isHidden: true },
    ]),
  );
  expect(outline(document)).toEqual([
    [1, ['Tides'], 'Tides\n\nLater on the slide\n\nSay hello.'],
    [3, [], '- High\n- Low'],
  ]);
  expect(document.pages).toBe(3);
  expect(document.warnings).toEqual([
    { code: 'pages-without-text', details: { pages: '2', count: 1, unit: 'slide' } },
  ]);
});

test('tables name their columns, levels nest, what is there twice for old programs is read once', async () => {
  const cell = (text: string, attributes = ''): string =>
    `<a:tc ${attributes}><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const table =
    '<p:graphicFrame><a:tbl><a:tblPr firstRow="1"/>' +
    `<a:tr>${cell('Port')}${cell('Use')}</a:tr>` +
    `<a:tr>${cell('11434', 'rowSpan="2"')}${cell('chat')}</a:tr>` +
    `<a:tr>${cell('', 'vMerge="1"')}${cell('embed')}</a:tr></a:tbl></p:graphicFrame>`;
  const twice = `<mc:AlternateContent><mc:Choice>${slideShape(['new'])}</mc:Choice><mc:Fallback>${slideShape(['old'])}</mc:Fallback></mc:AlternateContent>`;
  const nested = `<p:sp><p:txBody><a:p><a:pPr><a:buChar char="•"/></a:pPr><a:r><a:t>a &lt;b&gt;</a:t></a:r></a:p><a:p><a:pPr lvl="1"><a:buAutoNum/></a:pPr><a:r><a:t>one</a:t></a:r><a:br/><a:r><a:t>more</a:t></a:r></a:p></p:txBody></p:sp>`;
  const { text } = await parse(makePptx([{ shapes: [table, twice, nested] }]));
  expect(text).toBe('Port: 11434; Use: chat\nPort: 11434; Use: embed\n\nnew\n\n- a <b>\n  1. one\n    more');
});

test('charts, SmartArt and comments are read from the parts that a slide leads to', async () => {
  const links = [
    { kind: 'chart', target: '../charts/chart7.xml' },
    { kind: 'diagramData', target: '/ppt/diagrams/data1.xml' },
    { kind: 'comments', target: '../comments/comment1.xml' },
  ];
  const frame = (content: string): string => `<p:graphicFrame>${content}</p:graphicFrame>`;
  const shapes = [frame('<c:chart r:id="r1"/>'), frame('<d:relIds xmlns:d="d" r:dm="r2"/>')];
  const series =
    '<c:ser><c:tx><c:v>Share</c:v></c:tx><c:cat><c:pt idx="0"><c:v>Sea</c:v></c:pt></c:cat>' +
    '<c:val><c:numCache><c:formatCode>0%</c:formatCode><c:pt idx="0"><c:v>0.71</c:v></c:pt></c:numCache></c:val></c:ser>';
  const point = (text: string): string => `<d:pt><d:t><a:p><a:r><a:t>${text}</a:t></a:r></a:p></d:t></d:pt>`;
  const { text } = await parse(
    makePptx([{ shapes, links }], {
      'ppt/charts/chart7.xml': `<c:chartSpace xmlns:c="c" xmlns:a="a"><c:chart><c:title><a:t>Surface</a:t></c:title><c:plotArea>${series}</c:plotArea></c:chart></c:chartSpace>`,
      'ppt/diagrams/data1.xml': `<d:dataModel xmlns:d="d" xmlns:a="a">${point('Plan')}${point('Do')}</d:dataModel>`,
      'ppt/comments/comment1.xml':
        '<p:cmLst xmlns:p="p"><p:cm authorId="0"><p:text>Still so?</p:text></p:cm></p:cmLst>',
    }),
  );
  expect(text).toBe('Surface\n\nSea; Share: 71%\n\n- Plan\n- Do\n\nStill so?');
});

test('hostile: no main part, endless nesting', async () => {
  await expect(
    parse(zipOf({ '[Content_Types].xml': '<Types/>', 'ppt/slides/slide1.xml': '<p/>' })),
  ).rejects.toMatchObject({ code: 'corrupt', details: { reason: 'part-missing' } });

  const deep = `${'<p:grpSp>'.repeat(LIMITS.xmlDepth)}${slideShape(['x'])}`;
  await expect(parse(makePptx([{ shapes: [deep] }]))).rejects.toMatchObject({
    code: 'corrupt',
    details: { reason: 'nesting' },
  });
});
