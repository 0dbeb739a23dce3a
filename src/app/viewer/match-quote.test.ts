import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchQuote, placeQuote, type ItemRange } from './match-quote.ts';

const covered = (items: readonly string[], ranges: readonly ItemRange[] | null): readonly string[] | null =>
  ranges?.map(({ item, start, end }) => items[item]?.slice(start, end) ?? '') ?? null;

describe('matchQuote', () => {
  it('finds a quote that runs over several items and marks no more than it', () => {
    const items = ['It begins. The quick ', 'brown fox', ' jumps. It ends.'];
    const ranges = matchQuote(items, 'The quick brown fox jumps.');
    expect(covered(items, ranges)).toEqual(['The quick', 'brown fox', 'jumps.']);
  });

  it('reads over line ends, words cut by a hyphen, and spaces that only the page has', () => {
    const items = ['an inter-', '', 'national   agree', '\u00adment', 'was signed'];
    expect(covered(items, matchQuote(items, 'international agreement was'))).toEqual([
      'inter',
      'national   agree',
      'ment',
      'was',
    ]);
  });

  it('reads ligatures, full-width and compatibility forms as what they mean', () => {
    const items = ['The e\ufb03cient ', '\uff21\uff22\uff23 ', 'caf\u00e9 \u2f08'];
    expect(covered(items, matchQuote(items, 'efficient ABC cafe\u0301 人'))).toEqual([
      'e\ufb03cient',
      '\uff21\uff22\uff23',
      'caf\u00e9 \u2f08',
    ]);
  });

  it('finds Chinese across items that stand for single characters', () => {
    const items = ['第一条', '甲', '方', '应', '付款。', '第二条'];
    expect(covered(items, matchQuote(items, '甲方应付款。'))).toEqual(['甲', '方', '应', '付款。']);
  });

  it('takes both kinds of Chinese ellipsis for the same', () => {
    const items = ['汉时\u22ef\u22ef爰延'];
    expect(covered(items, matchQuote(items, '汉时……爰延'))).toEqual(items);
  });

  it('keeps surrogate pairs whole', () => {
    const items = ['a𠮷b😀c'];
    expect(covered(items, matchQuote(items, '𠮷b😀'))).toEqual(['𠮷b😀']);
  });

  it('takes the occurrence that lies nearest to where it should be', () => {
    const items = ['Total 5', 'some text between them', 'Total 5', 'the end of it all'];
    expect(matchQuote(items, 'Total 5', 0)?.[0]?.item).toBe(0);
    expect(matchQuote(items, 'Total 5', 0.6)?.[0]?.item).toBe(2);
  });

  it('finds nothing rather than something like it', () => {
    expect(matchQuote(['The port is 11434.'], 'The port is 11435.')).toBeNull();
    expect(matchQuote(['text'], '')).toBeNull();
    expect(matchQuote(['text'], ' - \n')).toBeNull();
    expect(matchQuote([], 'text')).toBeNull();
  });

  it('finds every slice of a page however the page is cut into items', () => {
    const page = 'Die Größe beträgt 3 ½ km². 合同编号：A-12，有效期至２０２６年。 It’s a ﬁne ﬂow…';
    fc.assert(
      fc.property(
        fc.array(fc.nat(page.length), { maxLength: 12 }),
        fc.nat(page.length),
        fc.nat(page.length),
        (cuts, a, b) => {
          const edges = [0, ...cuts.sort((x, y) => x - y), page.length];
          const items = edges.slice(1).map((edge, i) => page.slice(edges[i], edge));
          const quote = page.slice(Math.min(a, b), Math.max(a, b));
          const ranges = matchQuote(items, quote, Math.min(a, b) / page.length);
          const meaning = (text: string): string => text.normalize('NFKD').replace(/[\s-]/g, '');
          if (meaning(quote) === '') expect(ranges).toBeNull();
          // A composed character (½, …) is covered as a whole by any part of it, hence "contains".
          else expect(meaning(covered(items, ranges)?.join('') ?? '')).toContain(meaning(quote));
        },
      ),
    );
  });
});

it('an accent drawn before its letter', () => {
  expect(matchQuote(['in a na', '¨', 'ıve way'], 'naïve way')).not.toBeNull();
});

it('columns that the page draws line by line are found as they are read', () => {
  const items = ['The keeper ', 'A second ', 'wrote.', 'column.'];
  expect(placeQuote(items, () => [0, 2, 1, 3], 'The keeper wrote.')).toEqual([
    { item: 0, start: 0, end: 10 },
    { item: 2, start: 0, end: 6 },
  ]);
  expect(placeQuote(items, () => [0, 2, 1, 3], 'The keeper read.')).toBeNull();
});
