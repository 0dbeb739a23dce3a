import { describe, expect, it } from 'vitest';
import type { Passage } from '../../core/types.ts';
import { placesIn } from './places.ts';

const passage = (documentId: string, start: number, page?: number): Passage => ({
  chunkId: start,
  documentId,
  documentName: `${documentId}.txt`,
  start,
  end: start + 100,
  text: 'x'.repeat(100),
  headings: [],
  score: 1,
  ...(page === undefined ? {} : { page }),
});

const citation = (documentId: string, n: number, start: number) => ({
  n,
  chunkId: 0,
  documentId,
  documentName: '',
  start,
  end: start + 10,
  quote: 's',
});

const passages = [passage('a', 500, 3), passage('b', 0), passage('a', 100)];

describe('placesIn', () => {
  it('lists the passages of the document alone, with the numbers they have in the whole list', () => {
    const places = placesIn('a', passages, []);
    expect(places.map(({ kind, n, start, page }) => ({ kind, n, start, page }))).toEqual([
      { kind: 'passage', n: 1, start: 500, page: 3 },
      { kind: 'passage', n: 3, start: 100, page: undefined },
    ]);
  });

  it('shows a cited passage by its sentences, in reading order and each once', () => {
    const cited = [citation('a', 3, 150), citation('a', 3, 110), citation('b', 2, 10), citation('a', 3, 150)];
    const places = placesIn('a', passages, cited);
    expect(places.map(({ kind, n, start }) => [kind, n, start])).toEqual([
      ['passage', 1, 500],
      ['citation', 3, 110],
      ['citation', 3, 150],
    ]);
  });

  it('shows passages where nothing was found good enough', () => {
    expect(placesIn('b', passages, [])).toHaveLength(1);
    expect(placesIn('c', passages, [])).toEqual([]);
  });
});
