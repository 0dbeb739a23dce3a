import { expect, test } from 'vitest';
import type { PdfItem } from './pdf-items.ts';
import { findHyphens, joinLines } from './pdf-joins.ts';
import { toLines } from './pdf-layout.ts';
import { toParagraphs } from './pdf-lines.ts';

interface Placed {
  readonly x?: number;
  readonly y: number;
  readonly size?: number;
  readonly width?: number;
}

const item = (str: string, { x = 50, y, size = 10, width = 300 }: Placed): PdfItem => ({
  str,
  transform: [size, 0, 0, size, x, y],
  width,
  height: size,
  isVertical: false,
  isRightToLeft: false,
});

const read = (...items: PdfItem[]): string[] => toParagraphs(toLines(items));

test('lines of a paragraph are joined, hyphens at their ends taken out, a larger gap begins the next one', () => {
  expect(
    read(
      item('The keeper wrote down the height of ev-', { y: 700 }),
      item('ery wave that he saw from the tower', { y: 688 }),
      item('and the hour.', { y: 676, width: 80 }),
      item('A new paragraph after a gap begins', { y: 650 }),
      item('here.', { y: 638, width: 40 }),
    ),
  ).toEqual([
    'The keeper wrote down the height of every wave that he saw from the tower and the hour.',
    'A new paragraph after a gap begins here.',
  ]);
});

test('Chinese lines are joined without a space, evenly set characters moved together', () => {
  const space = item(' ', { y: 688, width: 2 });
  expect(
    read(
      item('灯塔看守人记下了每一道', { y: 700 }),
      item('浪', { y: 688, width: 10 }),
      space,
      item('的高度。', { y: 688 }),
      item('浅 谈 校 长 的 魅 力', { y: 640 }),
    ),
  ).toEqual(['灯塔看守人记下了每一道浪的高度。', '浅谈校长的魅力']);
});

test('a wide gap between Chinese words stays, columns of a table would run together', () => {
  const gap = item(' ', { x: 70, y: 700, width: 30 });
  expect(read(item('姓名', { y: 700, width: 20 }), gap, item('年龄', { x: 100, y: 700 }))).toEqual([
    '姓名\t年龄',
  ]);
});

test('list items and short lines stay lines', () => {
  expect(
    read(
      item('You need the following things to make it work:', { y: 700 }),
      item('• a browser', { y: 688, width: 60 }),
      item('• a document', { y: 676, width: 60 }),
    ),
  ).toEqual(['You need the following things to make it work:\n• a browser\n• a document']);
});

test('a heading is a paragraph of its own, by its size', () => {
  expect(read(item('Waves', { y: 700, size: 16, width: 60 }), item('They are high.', { y: 684 }))).toEqual([
    'Waves',
    'They are high.',
  ]);
});

test('a sentence goes on in the next column', () => {
  expect(
    read(
      item('The first column ends in the middle of a', { y: 100, width: 200 }),
      item('sentence. And on it goes', { x: 300, y: 700, width: 200 }),
    ),
  ).toEqual(['The first column ends in the middle of a sentence. And on it goes']);
});

test('turned text is read along its own lines', () => {
  const turned = (str: string, x: number): PdfItem => ({
    ...item(str, { y: 50 }),
    transform: [0, 10, -10, 0, x, 50],
  });
  expect(read(turned('A landscape page is drawn', 100), turned('turned by a quarter.', 112))).toEqual([
    'A landscape page is drawn turned by a quarter.',
  ]);
});

test('a hyphen at the end of a line stays where the text writes the word with one', () => {
  const lines = [
    'a type-unstable trace, the words mixed-',
    'mode and TraceMonkey, then type-',
    'unstable, Trace-',
    'Monkey, Müller-',
    'Lüdenscheidt, pre-',
    'and post-war',
  ];
  const read = lines.reduce((text, next) => joinLines(text, next, findHyphens(lines)));
  expect(read).toBe(
    'a type-unstable trace, the words mixedmode and TraceMonkey, then type-unstable, TraceMonkey, ' +
      'Müller-Lüdenscheidt, pre- and post-war',
  );
});
