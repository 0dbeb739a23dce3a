import { expect, test } from 'vitest';
import { paragraphsOf } from './ocr-text.ts';
import { withPageTexts } from './page-texts.ts';

test('lines are joined as one reads them, Chinese without the spaces of the program', () => {
  const paragraph = (...lines: string[]) => ({ lines: lines.map((text) => ({ text: `${text}\n` })) });
  expect(
    paragraphsOf([
      { paragraphs: [paragraph('the docu-', 'ments are kept'), paragraph(' ')] },
      { paragraphs: [paragraph('灯 塔 看 守 人 记', '下 了 11434 道 浪。')] },
    ]),
  ).toBe('the documents are kept\n\n灯塔看守人记下了 11434 道浪。');
});

const scan = (page: number, text: string) => ({ page, text, confidence: 80 + page });
const warning = { code: 'pages-without-text' as const, details: { pages: '2, 3', count: 2 } };

test('texts take the places of pages that have none', () => {
  const own = { text: 'Page one.\n\nPage four.', warnings: [warning] };
  const sections = [
    { start: 0, end: 9, headings: ['A'], page: 1 },
    { start: 11, end: 21, headings: ['B'], page: 4 },
  ];
  const whole = withPageTexts({ ...own, sections, pages: 4 }, [
    scan(1, 'never'),
    scan(2, 'Page two.\n\nIts end.'),
    scan(3, ' '),
  ]);
  expect(whole.text).toBe('Page one.\n\nPage two.\n\nIts end.\n\nPage four.');
  expect(whole.sections.map(({ page, headings }) => [page, ...headings])).toEqual([
    [1, 'A'],
    [2, 'A'],
    [4, 'B'],
  ]);
  expect(whole.warnings).toEqual([
    { code: 'pages-without-text', details: { pages: '3', count: 1 } },
    { code: 'pages-read-by-ocr', details: { pages: '2', count: 1, confidence: 82 } },
  ]);
});

test('a document of pictures alone; one in which nothing was found stays without text', () => {
  const none = { text: '', sections: [], warnings: [], pages: 1 };
  expect(withPageTexts(none, [scan(1, 'All of it.')])).toMatchObject({ text: 'All of it.', pages: 1 });
  expect(() => withPageTexts(none, [scan(1, '')])).toThrowError(expect.objectContaining({ code: 'no-text' }));
});
