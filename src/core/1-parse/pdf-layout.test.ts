import { describe, expect, test } from 'vitest';
import type { PdfItem } from './pdf-items.ts';
import { readingOrder, toLines } from './pdf-layout.ts';
import { toParagraphs } from './pdf-lines.ts';
import { runningLines } from './pdf-running-lines.ts';

const SIZE = 10;

/** @param width of text; half the size a character when absent. */
const at = (x: number, y: number, str: string, more: Partial<PdfItem> & { size?: number } = {}): PdfItem => {
  const { size = SIZE, ...rest } = more;
  return {
    str,
    transform: [size, 0, 0, size, x, y],
    width: (str.length * size) / 2,
    height: size,
    isVertical: false,
    isRightToLeft: false,
    ...rest,
  };
};

const rightToLeft = { isRightToLeft: true };
const read = (items: readonly PdfItem[]): string[] => toParagraphs(toLines(items));
const down = <T>(count: number, each: (y: number, i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => each(700 - 12 * i, i));

const LEFT = [
  'The keeper of the tower wrote down the',
  'height of all waves, from the smallest',
  'to those that reached the old lantern.',
];
const RIGHT = [
  'His daughter read the log by the light',
  'of the lamp and found that he had left',
  'out every single night without a wind.',
];
const title = at(50, 740, 'A title that stands over both of the columns and reaches from one to the other');

describe('columns', () => {
  const expected = [title.str, LEFT.join(' '), RIGHT.join(' ')];

  test('drawn line by line', () => {
    const rows = down(3, (y, i) => [at(50, y, LEFT[i] ?? ''), at(260, y, RIGHT[i] ?? '')]);
    expect(read([title, ...rows.flat()])).toEqual(expected);
  });

  test('whose lines are not at the same height, drawn before the title', () => {
    const left = down(3, (y, i) => at(50, y, LEFT[i] ?? ''));
    const right = down(3, (y, i) => at(260, y - 5, RIGHT[i] ?? ''));
    expect(read([...right, ...left, title])).toEqual(expected);
  });

  test('a footnote of the first comes after the text of the second', () => {
    const cut = [...LEFT.slice(0, 2), 'to those that reached the lantern and'];
    const left = down(3, (y, i) => at(50, y, cut[i] ?? ''));
    const note = at(50, 640, '1 A lantern that he had built himself', { size: 7 });
    const right = down(3, (y, i) =>
      at(260, y, i === 0 ? 'put it out for him and for his children' : (RIGHT[i] ?? '')),
    );
    expect(read([...left, note, ...right]).at(-1)).toBe(note.str);
    expect(read([...left, note, ...right])[0]).toContain('the lantern and put it out');
  });
});

describe('tables', () => {
  const cells = [
    ['Port', 'Service', 'Note'],
    ['443', 'HTTPS', 'secure'],
    ['22', 'SSH', 'shell'],
  ];

  test('are read by rows, also where the page draws them by columns', () => {
    const columns = [0, 1, 2].flatMap((x) => down(3, (y, i) => at(50 + 100 * x, y, cells[i]?.[x] ?? '')));
    expect(read(columns)).toEqual(['Port\tService\tNote\n443\tHTTPS\tsecure\n22\tSSH\tshell']);
  });

  test('a cell of several lines stays one', () => {
    const rows = [
      ...['Port', 'Note'].map((cell, x) => at(50 + 100 * x, 700, cell)),
      ...['11434', 'the default, which may'].map((cell, x) => at(50 + 100 * x, 676, cell)),
      at(150, 664, 'be changed'),
      ...['22', 'shell'].map((cell, x) => at(50 + 100 * x, 640, cell)),
    ];
    expect(read(rows)).toEqual(['Port\tNote\n11434\tthe default, which may be changed\n22\tshell']);
  });

  test('marks of a list that stand apart from its items are none', () => {
    const marks = down(3, (y) => at(50, y, '•'));
    const items = down(3, (y, i) => at(70, y, LEFT[i] ?? ''));
    expect(read([...marks, ...items])).toEqual([LEFT.map((line) => `• ${line}`).join('\n')]);
  });

  test('a justified line of few words is none', () => {
    const lines = [
      at(50, 700, 'notwithstanding the circumstances of', { width: 200 }),
      at(50, 688, 'every', { width: 30 }),
      at(80, 688, ' ', { width: 140 }),
      at(220, 688, 'wave,', { width: 30 }),
      at(50, 676, 'approximately documented he them all', { width: 200 }),
    ];
    expect(read(lines)).toEqual([
      'notwithstanding the circumstances of every wave, approximately documented he them all',
    ]);
  });
});

describe('directions', () => {
  test('right to left: words from the right, numbers and English words in between as they are', () => {
    // As a page draws it, from the left: הפורט הוא 11434 ולא HTTP server
    const line = [
      at(50, 700, 'HTTP'),
      at(70, 700, ' ', { width: 3 }),
      at(73, 700, 'server'),
      at(103, 700, ' ', { width: 3 }),
      at(106, 700, 'ולא', rightToLeft),
      at(121, 700, ' ', { width: 3 }),
      at(124, 700, '11434'),
      at(149, 700, ' ', { width: 3 }),
      at(152, 700, 'הוא', rightToLeft),
      at(167, 700, ' ', { width: 3 }),
      at(170, 700, 'הפורט', rightToLeft),
    ];
    expect(read(line)).toEqual(['הפורט הוא 11434 ולא HTTP server']);
    expect(readingOrder(line)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 0, 1, 2]);
  });

  test('Arabic letters that are named by their forms', () => {
    expect(
      read([at(50, 700, 'ﺲ', rightToLeft), at(55, 700, 'ﻤ', rightToLeft), at(60, 700, 'ﺷ', rightToLeft)]),
    ).toEqual(['شمس']);
  });

  test('downwards, column by column from the right, by a font that runs downwards', () => {
    const column = (x: number, str: string): PdfItem =>
      at(x, 700, str, { isVertical: true, width: 10, height: 10 * str.length });
    expect(read([column(200, '智に働けば角が立つ。情に'), column(184, '棹させば流される。')])).toEqual([
      '智に働けば角が立つ。情に棹させば流される。',
    ]);
  });

  test('downwards, one character below the other by a font that does not say so', () => {
    const text = '智に働けば角が立つ情に棹させば流され意地を通せば窮屈だ';
    const column = (x: number, part: string): PdfItem[] =>
      [...part].map((str, i) => at(x, 700 - 10 * i, str, { width: 10 }));
    expect(read([...column(200, text.slice(0, 14)), ...column(184, text.slice(14))])).toEqual([text]);
  });
});

describe('headers and footers', () => {
  const pages = (count: number, header: string, footer: (page: number) => string) =>
    Array.from({ length: count }, (_, i) =>
      toLines([
        at(50, 800, header),
        at(50, 700, `Page body number ${'x'.repeat(i + 1)} of the book.`),
        at(280, 30, footer(i + 1)),
      ]),
    );
  const kept = (all: ReturnType<typeof pages>): string[][] => {
    const running = runningLines(all);
    return all.map((lines) =>
      lines.filter((line) => !running.has(line)).map(({ text }) => text.split(' ').slice(0, 2).join(' ')),
    );
  };

  test('page numbers go, a header stays where it stands first', () => {
    expect(kept(pages(3, 'The Log', (page) => `- ${page} -`))).toEqual([
      ['The Log', 'Page body'],
      ['Page body'],
      ['Page body'],
    ]);
    expect(kept(pages(2, 'The Log', (page) => `第 ${page} 页`))).toEqual([
      ['The Log', 'Page body'],
      ['The Log', 'Page body'],
    ]);
  });

  test('a heading that counts with the pages stays, and so does a number that does not', () => {
    const questions = [1, 2, 3].map((n) =>
      toLines([at(50, 800, `Question ${n}`, { size: 14 }), at(50, 700, 'Text'.repeat(n))]),
    );
    expect(runningLines(questions).size).toBe(0);
    expect(kept(pages(2, 'The Log', () => '1984'))[1]).toEqual(['The Log', 'Page body', '1984']);
  });
});
