import { describe, expect, it } from 'vitest';
import { fuse, hybridRetriever } from './fuse.ts';
import type { RankedHit } from './retriever.ts';

const dense = (entries: [number, number][]): RankedHit[] =>
  entries.map(([chunkId, score]) => ({ chunkId, score, cosine: score }));
const keyword = (entries: [number, number][]): RankedHit[] =>
  entries.map(([chunkId, score]) => ({ chunkId, score, keyword: score }));

describe('fuse', () => {
  it('adds the scores of both sides, each scaled to 0..1', () => {
    const fused = fuse(
      dense([
        [1, 0.9],
        [2, 0.8],
        [3, 0.7],
      ]),
      keyword([
        [3, 0.75],
        [4, 0.1],
      ]),
    );
    expect(fused.map(({ chunkId }) => chunkId)).toEqual([1, 3, 2, 4]);
    expect(fused.map(({ score }) => Number(score.toFixed(3)))).toEqual([1, 1, 0.5, 0.133]);
    expect(fused[1]).toMatchObject({ cosine: 0.7, keyword: 0.75 });
  });

  it('leaves the dense order alone where keyword matches are weak', () => {
    const fused = fuse(
      dense([
        [1, 0.9],
        [2, 0.8],
        [3, 0.4],
      ]),
      keyword([[3, 0.05]]),
    );
    expect(fused.map(({ chunkId }) => chunkId)).toEqual([1, 2, 3]);
  });

  it('gives the same order however deep the dense side was read', () => {
    const deep = dense(Array.from({ length: 300 }, (_, i) => [300 - i, 0.9 - i / 1000]));
    const named = keyword([
      [40, 0.2],
      [250, 0.45],
      [400, 0.45],
    ]);
    const first = (depth: number): number[] =>
      fuse(deep.slice(0, depth), named)
        .slice(0, 50)
        .map(({ chunkId }) => chunkId);
    expect(first(100)).toEqual(first(300));
    expect(fuse(deep, []).map(({ chunkId }) => chunkId)).toEqual(deep.map(({ chunkId }) => chunkId));
  });

  it('copes with one hit, equal scores and empty sides', () => {
    expect(fuse([], [])).toEqual([]);
    expect(fuse(dense([[7, 0.5]]), [])).toEqual([{ chunkId: 7, score: 1, cosine: 0.5 }]);
    expect(
      fuse(
        [],
        keyword([
          [2, 0.5],
          [1, 0.5],
        ]),
      ).map(({ chunkId }) => chunkId),
    ).toEqual([1, 2]);
  });
});

describe('hybridRetriever', () => {
  it('reads both sides deep and returns k', async () => {
    const asked: number[] = [];
    const side = (hits: RankedHit[]) => ({
      retrieve: async (_: string, { k }: { k: number }) => (asked.push(k), hits),
    });
    const retriever = hybridRetriever(
      side(
        dense([
          [1, 0.9],
          [2, 0.8],
          [3, 0.1],
        ]),
      ),
      side(keyword([[2, 0.9]])),
    );
    expect((await retriever.retrieve('q', { k: 1 })).map(({ chunkId }) => chunkId)).toEqual([2]);
    expect(asked).toEqual([100, 100]);
  });
});
