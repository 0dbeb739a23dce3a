import { expect, test } from 'vitest';
import { textWithSources } from './text-with-sources.ts';

const passage = (documentName: string, page?: number) => ({
  chunkId: 1,
  documentId: documentName,
  documentName,
  start: 0,
  end: 1,
  text: 'x',
  headings: [],
  score: 1,
  ...(page !== undefined && { page }),
});
const citation = (n: number) => ({ ...passage('a'), n, quote: 'x' });

test('lists what is cited, each passage once, with its page', () => {
  const passages = [passage('a.pdf', 3), passage('b.md'), passage('c.md')];
  expect(textWithSources('It is so.\n', [citation(3), citation(1), citation(3)], passages, 'Sources')).toBe(
    'It is so.\n\nSources\n[1] a.pdf, p. 3\n[3] c.md',
  );
  expect(textWithSources('It is so.', [], passages, 'Sources')).toBe('It is so.');
});
