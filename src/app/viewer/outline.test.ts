import { expect, test } from 'vitest';
import { outlineOf } from './outline.ts';

const section = (start: number, headings: readonly string[], page?: number) => ({
  start,
  end: start + 5,
  headings,
  ...(page !== undefined && { page }),
});

const shown = (...sections: Parameters<typeof outlineOf>[0]) =>
  outlineOf(sections).map(({ title, level, page }) => [level, title, page]);

test('each heading once, with those above it that have no text of their own', () => {
  expect(
    shown(
      section(0, ['A', 'B'], 1),
      section(10, ['A', 'B'], 2),
      section(20, ['A'], 2),
      section(30, ['C'], 3),
    ),
  ).toEqual([
    [1, 'A', 1],
    [2, 'B', 1],
    [1, 'A', 2],
    [1, 'C', 3],
  ]);
});

test('pages where nothing names what is on them', () => {
  expect(shown(section(0, [], 1), section(10, [], 2), section(20, ['Fees'], 3))).toEqual([
    [1, '', 1],
    [1, '', 2],
    [1, 'Fees', 3],
  ]);
});

test('one entry leads nowhere', () => {
  expect(shown(section(0, ['Alone']))).toEqual([]);
});
