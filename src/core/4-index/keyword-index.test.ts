import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashTerm } from './hash-term.ts';
import { KeywordIndex, countTerms } from './keyword-index.ts';
import { tokenize } from './tokenize.ts';

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

/** Documents come and go; what is there is known by document and by chunk id. */
const history = fc.array(fc.oneof(document, fc.nat(20)), { minLength: 1, maxLength: 14 });

function replay(steps: readonly (readonly string[] | number)[]) {
  const index = new KeywordIndex();
  const there: { first: number; texts: readonly string[] }[] = [];
  let next = 0;
  for (const step of steps) {
    if (typeof step !== 'number') {
      index.add(next, countTerms(step));
      there.push({ first: next, texts: step });
      // Ids of deleted documents leave gaps.
      next += step.length + (step.length % 2);
    } else {
      const [gone] = there.splice(step % Math.max(1, there.length), 1);
      if (gone) index.remove(gone.first);
    }
  }
  const chunks = new Map(there.flatMap(({ first, texts }) => texts.map((t, i) => [first + i, t] as const)));
  return { index, chunks };
}

describe('KeywordIndex', () => {
  it('ranks as the formula does, whatever was added and removed before', () => {
    fc.assert(
      fc.property(history, text, (steps, query) => {
        const { index, chunks } = replay(steps);
        const expected = bruteForce(chunks, query);
        const hits = index.search(query, 1_000);
        expect(index.size).toBe(chunks.size);
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
      }),
      { numRuns: 300 },
    );
  });

  it('never goes over its upper bound', () => {
    fc.assert(
      fc.property(history, text, (steps, query) => {
        const { index } = replay(steps);
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
        never.add(0, countTerms(kept));
        const index = new KeywordIndex();
        index.add(100, countTerms(gone));
        index.add(0, countTerms(kept));
        index.remove(100);
        expect(index.search(query, 10)).toEqual(never.search(query, 10));
        for (const word of WORDS) expect(index.idf(word)).toBe(never.idf(word));
      }),
    );
  });

  it('counts a question word that occurs nowhere as a miss', () => {
    const index = new KeywordIndex();
    index.add(0, countTerms(['the default port', 'a model', 'a server']));
    const [whole] = index.search('default port', 1);
    const [half] = index.search('default port xylophone', 1);
    expect(half?.score).toBe(whole?.score);
    expect(half?.normalized).toBeLessThan((whole?.normalized ?? 0) * 0.8);
  });

  it('breaks ties by the lower id', () => {
    const index = new KeywordIndex();
    for (const id of [30, 10, 20]) index.add(id, countTerms(['same words']));
    expect(index.search('words', 2).map(({ chunkId }) => chunkId)).toEqual([10, 20]);
  });

  it('gives nothing for k = 0, a negative k, no terms, an empty index, and a filter that keeps none', () => {
    const index = new KeywordIndex();
    expect(index.search('port', 5)).toEqual([]);
    index.add(0, countTerms(['port']));
    expect(index.search('port', 0)).toEqual([]);
    expect(index.search('port', -3)).toEqual([]);
    expect(index.search('the of ？', 5)).toEqual([]);
    expect(index.search('port', 5, () => false)).toEqual([]);
  });

  it('fills k from the chunks that the filter keeps', () => {
    const index = new KeywordIndex();
    index.add(0, countTerms(['port port port', 'port', 'port and much else beside it']));
    expect(index.search('port', 2, (id) => id > 0).map(({ chunkId }) => chunkId)).toEqual([1, 2]);
  });

  it('takes chunks without any term, alone and among others', () => {
    const index = new KeywordIndex();
    index.add(0, countTerms(['', '——']));
    expect(index.size).toBe(2);
    expect(index.search('port', 5)).toEqual([]);
    index.add(2, countTerms(['port']));
    expect(index.search('port', 5)).toHaveLength(1);
    index.remove(0);
    expect(index.size).toBe(1);
  });

  it('finds a Chinese word inside a sentence without a dictionary', () => {
    const index = new KeywordIndex();
    index.add(0, countTerms(['口岸的端面很平。', 'Ollama 的默认端口是 11434。', '认真阅读默写要求。']));
    const [best] = index.search('默认端口是多少？', 3);
    expect(best?.chunkId).toBe(1);
  });
});

describe('countTerms', () => {
  it('gives postings grouped by term, ordinals ascending, and the lengths', () => {
    const { terms, offsets, postings, lengths } = countTerms(['port port x', 'x', '']);
    expect([...terms]).toEqual([hashTerm('port'), hashTerm('x')]);
    expect([...offsets]).toEqual([0, 1, 3]);
    expect([...postings]).toEqual([0, 2, 0, 1, 1, 1]);
    expect([...lengths]).toEqual([3, 1, 0]);
  });

  it('keeps terms that are names of object members', () => {
    const index = new KeywordIndex();
    index.add(0, countTerms(['constructor __proto__ toString']));
    expect(index.search('constructor', 1)).toHaveLength(1);
    expect(index.search('hasOwnProperty', 1)).toEqual([]);
  });
});
