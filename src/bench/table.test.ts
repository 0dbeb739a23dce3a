import { expect, it } from 'vitest';
import { formatTable } from './table.ts';

it('aligns columns, also in rows that end early', () => {
  expect(
    formatTable([
      ['name', 'p50', 'p95'],
      ['flat', '4.1'],
      ['keyword', '0.25', '12.5'],
    ]),
  ).toBe('name      p50   p95\nflat      4.1\nkeyword  0.25  12.5');
});
