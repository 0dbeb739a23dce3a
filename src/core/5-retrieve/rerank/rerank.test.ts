import { describe, expect, it } from 'vitest';
import type { Passage } from '../../types.ts';
import { rerank, RERANK_DEPTH } from './rerank.ts';

const passage = (chunkId: number, text: string, headings: readonly string[] = []): Passage => ({
  chunkId,
  documentId: 'd',
  documentName: 'd.txt',
  start: 0,
  end: text.length,
  text,
  headings,
  score: 0,
});

/** By length, the longest first. */
const byLength = {
  score: (_: string, texts: readonly string[]) => Promise.resolve(Float32Array.from(texts, (t) => t.length)),
};

describe('rerank', () => {
  it('puts passages in the order of their scores, equal ones in the order of before', async () => {
    const found = [passage(1, 'aa'), passage(2, 'bbbb'), passage(3, 'cc'), passage(4, 'd')];
    const ids = (await rerank('q', found, byLength)).map(({ chunkId }) => chunkId);
    expect(ids).toEqual([2, 1, 3, 4]);
  });

  it('has the headings read with the text', async () => {
    const found = [passage(1, 'aa'), passage(2, 'b', ['Installation'])];
    expect((await rerank('q', found, byLength)).map(({ chunkId }) => chunkId)).toEqual([2, 1]);
  });

  it('leaves what lies deeper where it is', async () => {
    const found = Array.from({ length: RERANK_DEPTH + 2 }, (_, i) => passage(i, 'x'.repeat(i + 1)));
    const ids = (await rerank('q', found, byLength)).map(({ chunkId }) => chunkId);
    expect(ids[0]).toBe(RERANK_DEPTH - 1);
    expect(ids.slice(RERANK_DEPTH)).toEqual([RERANK_DEPTH, RERANK_DEPTH + 1]);
  });
});
