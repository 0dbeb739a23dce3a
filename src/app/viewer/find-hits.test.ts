import { describe, expect, it } from 'vitest';
import { findHits, firstAfter, MAX_HITS, rangesWithin } from './find-hits.ts';
import { foldText } from './fold-text.ts';

const found = (text: string, query: string): string[] =>
  findHits(foldText(text), query).map(({ start, end }) => text.slice(start, end));

describe('findHits', () => {
  it('takes case, width, accents, quotes and line ends for alike', () => {
    expect(found('Port ＰＯＲＴ port', 'pOrT')).toEqual(['Port', 'ＰＯＲＴ', 'port']);
    expect(found('Café İstanbul “no”', 'cafe istanbul "no"')).toEqual(['Café İstanbul “no”']);
    expect(found('first\nclass', ' first  class ')).toEqual(['first\nclass']);
    expect(found('默认端口是１１４３４。', '端口是11434')).toEqual(['端口是１１４３４']);
  });

  it('gives hits apart and in order, none for nothing', () => {
    expect(findHits('aaaa', 'aa')).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 4 },
    ]);
    expect(findHits('abc', '  ')).toEqual([]);
  });

  it('of too many keeps those from where one reads, then those from the top', () => {
    const text = 'a'.repeat(MAX_HITS + 10);
    const late = findHits(text, 'a', MAX_HITS);
    expect(late).toHaveLength(MAX_HITS);
    expect(late[0]?.start).toBe(0);
    expect(late.slice(-10).map(({ start }) => start - MAX_HITS)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // One that begins before and ends after is kept.
    expect(findHits('abab', 'ab', 1)).toEqual(findHits('abab', 'ab'));
  });

  it('finds those in a stretch, and the next one from there', () => {
    const hits = findHits('a.a.a.a', 'a');
    expect(rangesWithin(hits, 1, 5)).toEqual(hits.slice(1, 3));
    expect(firstAfter(hits, 3)).toBe(2);
    expect(firstAfter(hits, 9)).toBe(4);
  });
});
