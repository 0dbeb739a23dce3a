import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdRanges } from '../types.ts';
import { encodeTerms } from './encode-terms.ts';
import { KeywordIndex } from './keyword-index.ts';
import { mergeTerms, planMerge } from './merge-terms.ts';
import { TermSegment } from './term-segment.ts';
import { bytesInMemory } from './term-source.ts';
import { tokenize } from './tokenize.ts';

const segmentOf = (...texts: readonly string[]): TermSegment =>
  TermSegment.open(bytesInMemory(encodeTerms(texts)));

/** BM25 written down as the formula stands, over plain arrays. */
function bruteForce(chunks: ReadonlyMap<number, string>, query: string) {
  const terms = new Map([...chunks].map(([id, text]) => [id, tokenize(text)]));
  const lengths = [...terms.values()].map((list) => list.length);
  const average = lengths.reduce((a, b) => a + b, 0) / lengths.length;
  const wanted = [...new Set(tokenize(query))];
  const idf = (term: string): number => {
    const df = [...terms.values()].filter((list) => list.includes(term)).length;
    return Math.log(1 + (Math.max(chunks.size, 200) - df + 0.5) / (df + 0.5));
  };
  const bound = wanted.reduce((sum, term) => sum + idf(term), 0);
  const hits = [...terms]
    .filter(([, list]) => wanted.some((term) => list.includes(term)))
    .map(([chunkId, list]) => {
      const score = wanted.reduce((sum, term) => {
        const tf = list.filter((other) => other === term).length;
        return sum + (idf(term) * tf) / (tf + 1.2 * (0.25 + (0.75 * list.length) / average));
      }, 0);
      return { chunkId, score, normalized: score / bound };
    });
  return hits.sort((a, b) => b.score - a.score || a.chunkId - b.chunkId);
}

const WORDS = ['port', 'default', 'ollama', '11434', 'server', '默认', '端口', '模型', 'the', 'x'];
const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(' '));
const document = fc.array(text, { minLength: 1, maxLength: 4 });
const ranges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })), { maxLength: 4 })
  .map((steps): IdRanges => {
    let at = -1;
    return steps.map(([gap, length]) => [(at += gap), (at += length)]);
  });

const step = fc.oneof(
  { weight: 4, arbitrary: document.map((texts) => ({ type: 'add' as const, texts })) },
  { weight: 3, arbitrary: fc.nat(20).map((which) => ({ type: 'remove' as const, which })) },
  // `which` is removed while the segments that have a bit in `mask` are merged.
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('merge' as const), mask: fc.nat(255), which: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'reopen' as const }) },
);
const history = fc.array(step, { minLength: 1, maxLength: 16 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Document {
  readonly first: number;
  readonly texts: readonly string[];
}

/** An index over bytes that could be on disk, and what is in it as a plain list. */
class Library {
  index = new KeywordIndex();
  readonly there: Document[] = [];
  readonly #bytes = new Map<TermSegment, Uint8Array>();
  #next = 0;

  async take(step: Step): Promise<void> {
    if (step.type === 'add') this.add(step.texts);
    else if (step.type === 'remove') this.remove(step.which);
    else if (step.type === 'reopen') this.reopen();
    else await this.merge(step.mask, step.which);
  }

  add(texts: readonly string[]): void {
    this.index.add(this.#open(encodeTerms(texts)), [this.#next]);
    this.there.push({ first: this.#next, texts });
    // Ids of deleted documents leave gaps.
    this.#next += texts.length + (texts.length % 2);
  }

  remove(which: number): void {
    const [gone] = this.there.splice(which % Math.max(1, this.there.length), 1);
    if (gone) this.index.remove(gone.first);
  }

  async merge(mask: number, removed: number): Promise<void> {
    const parts = this.index.segments.filter((_, i) => (mask >> (i % 8)) & 1);
    const ids = parts.flatMap(({ keptIds }) => keptIds);
    const merging = mergeTerms(parts);
    this.remove(removed);
    this.index.replace(
      parts.map(({ segment }) => segment),
      this.#open(await merging),
      ids,
    );
  }

  reopen(): void {
    const { segments } = this.index;
    this.index = new KeywordIndex();
    for (const { segment, firstChunkIds } of segments) {
      this.index.add(this.#open(this.#bytes.get(segment)!), firstChunkIds);
    }
    // As a store does it: documents that are listed in a segment but were deleted are taken out after.
    const kept = new Set(this.there.map(({ first }) => first));
    for (const first of segments.flatMap(({ firstChunkIds }) => [...firstChunkIds])) {
      if (!kept.has(first)) this.index.remove(first);
    }
  }

  get chunks(): Map<number, string> {
    return new Map(this.there.flatMap(({ first, texts }) => texts.map((t, i) => [first + i, t] as const)));
  }

  #open(bytes: Uint8Array): TermSegment {
    const segment = TermSegment.open(bytesInMemory(bytes));
    this.#bytes.set(segment, bytes);
    return segment;
  }
}

async function replay(steps: readonly Step[]): Promise<Library> {
  const library = new Library();
  for (const step of steps) await library.take(step);
  return library;
}

const isIn = (ranges: IdRanges, id: number): boolean =>
  ranges.some(([start, end]) => start <= id && id < end);

describe('KeywordIndex', () => {
  it('ranks as the formula does, whatever was added, removed, merged and opened again before', async () => {
    await fc.assert(
      fc.asyncProperty(history, text, fc.option(ranges, { nil: undefined }), async (steps, query, filter) => {
        const library = new Library();
        for (const step of steps) {
          await library.take(step);
          // What is remembered between two changes must not outlive them.
          for (const word of WORDS) library.index.idf(word);
        }
        const { index, chunks } = library;
        const expected = bruteForce(chunks, query).filter(({ chunkId }) => !filter || isIn(filter, chunkId));
        const hits = index.search(query, 1_000, filter);
        expect(index.size).toBe(chunks.size);
        expect(index.segments.reduce((total, { chunks }) => total + chunks, 0)).toBe(chunks.size);
        expect(new Set(hits.map(({ chunkId }) => chunkId))).toEqual(
          new Set(expected.map(({ chunkId }) => chunkId)),
        );
        const byId = new Map(expected.map((hit) => [hit.chunkId, hit]));
        for (const hit of hits) {
          expect(hit.score).toBeCloseTo(byId.get(hit.chunkId)?.score ?? NaN, 9);
          expect(hit.normalized).toBeCloseTo(byId.get(hit.chunkId)?.normalized ?? NaN, 9);
        }
        for (const [i, hit] of hits.slice(1).entries()) {
          const before = hits[i]!;
          expect(
            before.score > hit.score || (before.score === hit.score && before.chunkId < hit.chunkId),
          ).toBe(true);
        }
        expect(index.search(query, 3, filter)).toEqual(hits.slice(0, 3));
      }),
      { numRuns: 200 },
    );
  }, 30_000);

  it('never goes over its upper bound', async () => {
    await fc.assert(
      fc.asyncProperty(history, text, async (steps, query) => {
        const { index } = await replay(steps);
        for (const { score, normalized } of index.search(`${query} unseen`, 1_000)) {
          expect(score).toBeGreaterThan(0);
          expect(normalized).toBeGreaterThan(0);
          expect(normalized).toBeLessThan(1);
        }
      }),
    );
  });

  it('keeps no trace of a removed document', () => {
    fc.assert(
      fc.property(document, document, text, (kept, gone, query) => {
        const never = new KeywordIndex();
        never.add(segmentOf(...kept), [0]);
        const index = new KeywordIndex();
        index.add(segmentOf(...gone), [100]);
        index.add(segmentOf(...kept), [0]);
        index.remove(100);
        expect(index.search(query, 10)).toEqual(never.search(query, 10));
        for (const word of WORDS) expect(index.idf(word)).toBe(never.idf(word));
      }),
    );
  });

  it('takes a document in place of one that had the same first id', () => {
    const index = new KeywordIndex();
    index.add(segmentOf('old words', 'more'), [7]);
    index.add(segmentOf('new words'), [7]);
    expect(index.size).toBe(1);
    expect(index.search('old', 5)).toEqual([]);
    expect(index.search('words', 5).map(({ chunkId }) => chunkId)).toEqual([7]);
  });

  it('says what is dead in its segments, so that they are merged', async () => {
    const index = new KeywordIndex();
    const whole = TermSegment.open(
      bytesInMemory(
        await mergeTerms(
          [segmentOf('a', 'b'), segmentOf('c')].map((segment) => ({ segment, keeps: () => true })),
        ),
      ),
    );
    index.add(whole, [10, 20]);
    expect(planMerge(index.segments)).toBeUndefined();
    index.remove(10);
    index.remove(10);
    index.remove(99);
    expect(index.segments).toMatchObject([
      { segment: whole, firstChunkIds: [10, 20], keptIds: [20], chunks: 1, deadChunks: 2 },
    ]);
    expect([0, 1].map((document) => index.segments[0]?.keeps(document))).toEqual([false, true]);
    expect(planMerge(index.segments)).toEqual([0]);
  });

  it('refuses ids that do not fit the documents, and stays as it was', () => {
    const index = new KeywordIndex();
    const segment = segmentOf('port');
    index.add(segment, [3]);
    const corrupt = expect.objectContaining({ code: 'index-corrupt' }) as Error;
    expect(() => index.add(segmentOf('port'), [])).toThrow(corrupt);
    expect(() => index.replace([segment], segmentOf('port'), [1, 2])).toThrow(corrupt);
    expect(index.search('port', 5).map(({ chunkId }) => chunkId)).toEqual([3]);
  });

  it('counts a question word that occurs nowhere as a miss', () => {
    const index = new KeywordIndex();
    index.add(segmentOf('the default port', 'a model', 'a server'), [0]);
    const [whole] = index.search('default port', 1);
    const [half] = index.search('default port xylophone', 1);
    expect(half?.score).toBe(whole?.score);
    expect(half?.normalized).toBeLessThan((whole?.normalized ?? 0) * 0.8);
  });

  it('breaks ties by the lower id', () => {
    const index = new KeywordIndex();
    for (const id of [30, 10, 20]) index.add(segmentOf('same words'), [id]);
    expect(index.search('words', 2).map(({ chunkId }) => chunkId)).toEqual([10, 20]);
  });

  it('gives nothing for k = 0, a negative k, no terms, an empty index, and a filter that keeps none', () => {
    const index = new KeywordIndex();
    expect(index.search('port', 5)).toEqual([]);
    index.add(segmentOf('port'), [0]);
    expect(index.search('port', 0)).toEqual([]);
    expect(index.search('port', -3)).toEqual([]);
    expect(index.search('the of ？', 5)).toEqual([]);
    expect(index.search('port', 5, [])).toEqual([]);
  });

  it('fills k from the chunks that the filter keeps', () => {
    const index = new KeywordIndex();
    index.add(segmentOf('port port port', 'port', 'port and much else beside it'), [0]);
    expect(index.search('port', 2, [[1, 3]]).map(({ chunkId }) => chunkId)).toEqual([1, 2]);
  });

  it('takes chunks without any term, alone and among others', () => {
    const index = new KeywordIndex();
    index.add(segmentOf('', '——'), [0]);
    expect(index.size).toBe(2);
    expect(index.search('port', 5)).toEqual([]);
    index.add(segmentOf('port'), [2]);
    expect(index.search('port', 5)).toHaveLength(1);
    index.remove(0);
    expect(index.size).toBe(1);
  });

  it('finds a Chinese word inside a sentence without a dictionary', () => {
    const index = new KeywordIndex();
    index.add(segmentOf('口岸的端面很平。', 'Ollama 的默认端口是 11434。', '认真阅读默写要求。'), [0]);
    const [best] = index.search('默认端口是多少？', 3);
    expect(best?.chunkId).toBe(1);
  });
});
