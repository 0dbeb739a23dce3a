import { expect, test } from 'vitest';
import { chooseWeight } from './fusion-command.ts';

test('the weight that loses least where it loses most', () => {
  const gains: Record<number, number[]> = { 1: [0.01, 0.02], 2: [0.02, 0.02], 3: [-0.1, 0.9] };
  expect(chooseWeight((weight) => gains[weight] ?? [-1])).toBe(2);
});

test('of equal ones the one that gains most on all', () => {
  const gains: Record<number, number[]> = { 1: [0.01, 0.02], 4: [0.01, 0.03] };
  expect(chooseWeight((weight) => gains[weight] ?? [-1])).toBe(4);
});
