import { expect, test } from 'vitest';
import { formatRetrieval, type RankedSet } from './retrieval-table.ts';

const qrels = new Map([
  ['q1', new Map([['a', 1]])],
  ['q2', new Map([['b', 1]])],
]);
const ranked = (
  name: string,
  language: string,
  hits: Record<'keyword' | 'dense' | 'hybrid', string[]>,
): RankedSet => ({
  set: { name, language, folder: '', corpusPath: '', corpus: [], queries: [], qrels },
  runs: {
    keyword: new Map(hits.keyword.map((id, i) => [`q${i + 1}`, [id]])),
    dense: new Map(hits.dense.map((id, i) => [`q${i + 1}`, [id]])),
    hybrid: new Map(hits.hybrid.map((id, i) => [`q${i + 1}`, [id]])),
  },
});

test('sets by language, each with its intervals and what fusion gains; the mean where there are several', () => {
  const table = formatRetrieval([
    ranked('second', 'zh', { keyword: ['a', 'x'], dense: ['x', 'x'], hybrid: ['a', 'b'] }),
    ranked('only', 'en', { keyword: ['x', 'x'], dense: ['a', 'b'], hybrid: ['a', 'b'] }),
    ranked('first', 'zh', { keyword: ['x', 'x'], dense: ['x', 'b'], hybrid: ['a', 'b'] }),
  ]).split('\n');
  expect(table.map((line) => line.split(/ {2,}/)[0])).toEqual([
    'nDCG@10',
    'only',
    'first',
    'second',
    'mean of 2',
  ]);
  expect(table[1]).toContain('1.000 [1.000 1.000]');
  expect(table[1]).toContain('+0.000 [+0.000 +0.000]');
  expect(table[3]).toMatch(/0\.500 \[0\.000 1\.000\].*\+0\.500 \[\+0\.000 \+1\.000\]/);
  expect(table[4]).toMatch(/zh +0\.250 +0\.250 +1\.000$/);
});
