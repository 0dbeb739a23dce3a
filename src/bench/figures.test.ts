import { expect, it } from 'vitest';
import { duration, figure, megabytes } from './figures.ts';

it('shows two digits that count, or all before the point', () => {
  expect([0.00432, 0.414, 1, 8.64, 9.97, 99.4, 99.6, 1204.4].map(figure)).toEqual([
    '0.0043',
    '0.41',
    '1.0',
    '8.6',
    '10',
    '99',
    '100',
    '1204',
  ]);
  expect([0, NaN, Infinity, undefined].map(figure)).toEqual(['0', '', '', '']);
});

it('chooses units', () => {
  expect([0.41, 340.2, 2600, undefined].map(duration)).toEqual(['0.41 ms', '340 ms', '2.6 s', '']);
  expect([390_000, 154e6, undefined].map(megabytes)).toEqual(['0.39 MB', '154 MB', '']);
});
