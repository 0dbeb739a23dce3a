import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodeTerms } from './encode-terms.ts';
import { hashTerm } from './hash-term.ts';
import { mergeTerms, planMerge } from './merge-terms.ts';
import { Postings } from './term-postings.ts';
import { TermSegment } from './term-segment.ts';
import { bytesInMemory } from './term-source.ts';
import { tokenize } from './tokenize.ts';

const open = (bytes: Uint8Array): TermSegment => TermSegment.open(bytesInMemory(bytes));
const all = (segments: readonly TermSegment[]) => segments.map((segment) => ({ segment, keeps: () => true }));
const merged = async (...parts: readonly Uint8Array[]) => mergeTerms(all(parts.map(open)));

const word = fc.nat(2 ** 20 - 1).map((n) => `w${Math.floor(500 ** (n / 2 ** 20))}`);
const document = fc.array(
  fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
  { maxLength: 5 },
);

afterEach(() => vi.restoreAllMocks());

describe('mergeTerms', () => {
  test('holds the postings of all documents that are kept, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(document, fc.boolean()), { maxLength: 8 }), async (documents) => {
        const inputs = documents.map(([texts, isKept]) => ({
          segment: open(encodeTerms(texts)),
          keeps: () => isKept,
        }));
        const segment = open(await mergeTerms(inputs));
        segment.verify();
        const kept = documents.filter(([, isKept]) => isKept).map(([texts]) => texts);
        const texts = kept.flat().map(tokenize);
        expect([...segment.starts]).toEqual(
          kept.reduce((starts, { length }) => [...starts, starts.at(-1)! + length], [0]),
        );
        expect([...segment.lengths]).toEqual(texts.map(({ length }) => length));
        const terms = new Set(texts.flat());
        expect(segment.terms).toBe(terms.size);
        for (const term of terms) {
          const postings = new Postings();
          segment.postings(segment.find(hashTerm(term))!, postings);
          const expected = texts.flatMap((list, ordinal) => {
            const count = list.filter((other) => other === term).length;
            return count > 0 ? [[ordinal, count]] : [];
          });
          expect(Array.from(expected, (_, i) => [postings.ordinals[i], postings.counts[i]])).toEqual(
            expected,
          );
          expect(postings).toHaveLength(expected.length);
        }
      }),
    );
  });

  test('in two steps as in one, and with documents of a merged one left out as without them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(document, document, document), async (documents) => {
        const [a, b, c] = documents.map(encodeTerms) as [Uint8Array, Uint8Array, Uint8Array];
        const whole = await merged(a, b, c);
        expect(await merged(await merged(a, b), c)).toEqual(whole);
        const withoutB = await mergeTerms([{ segment: open(whole), keeps: (document) => document !== 1 }]);
        expect(withoutB).toEqual(await merged(a, c));
      }),
    );
  });

  test('of nothing is empty, and merges on', async () => {
    const none = await merged();
    expect(open(none)).toMatchObject({ documents: 0, chunks: 0, terms: 0 });
    const one = encodeTerms(['port']);
    expect(await merged(none, one)).toEqual(one);
  });

  const large = encodeTerms(Array.from({ length: 300 }, (_, i) => `a b c d e w${i} v${i} u${i} t${i % 9}`));

  test('gives way to other work when 20 ms have gone by, and goes on from there', async () => {
    const whole = await merged(large, large, large);
    // Each look at the clock finds 21 ms gone.
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 21));
    let heard = 0;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      heard += 1;
      port2.postMessage(null);
    };
    port2.postMessage(null);
    expect(await merged(large, large, large)).toEqual(whole);
    port1.close();
    expect(heard).toBeGreaterThan(2);
  });

  test('ends when it is aborted', async () => {
    const controller = new AbortController();
    const merging = mergeTerms(all([open(large)]), controller.signal);
    controller.abort(new Error('enough'));
    await expect(merging).rejects.toThrow('enough');
  });

  test('damaged postings of an input end it', async () => {
    const damaged = large.slice();
    damaged.fill(0, new DataView(large.buffer).getUint32(28, true));
    await expect(merged(large, damaged)).rejects.toThrow(expect.objectContaining({ code: 'index-corrupt' }));
  });
});

describe('planMerge', () => {
  interface Part {
    chunks: number;
    deadChunks: number;
  }

  /** Merges until nothing is worth it. @returns chunks written. */
  function mergeAll(parts: Part[]): number {
    let written = 0;
    for (let plan = planMerge(parts); plan; plan = planMerge(parts)) {
      const chunks = plan.reduce((total, i) => total + parts[i]!.chunks, 0);
      written += chunks;
      for (const i of plan.toReversed()) parts.splice(i, 1);
      if (chunks > 0) parts.push({ chunks, deadChunks: 0 });
    }
    return written;
  }

  test('few segments stay, whatever documents come, and each chunk is rewritten a few times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 200, maxLength: 400 }),
        (sizes) => {
          const parts: Part[] = [];
          let written = 0;
          for (const chunks of sizes) {
            parts.push({ chunks, deadChunks: 0 });
            written += mergeAll(parts);
            expect(parts.length).toBeLessThan(8 * 7);
          }
          const chunks = sizes.reduce((a, b) => a + b, 0);
          expect(parts.reduce((total, part) => total + part.chunks, 0)).toBe(chunks);
          expect(written).toBeLessThan(chunks * Math.ceil(Math.log(chunks) / Math.log(8)));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('5,000 documents of 20 chunks end in at most 40 segments', () => {
    const parts: Part[] = [];
    let written = 0;
    for (let i = 0; i < 5_000; i++) {
      parts.push({ chunks: 20, deadChunks: 0 });
      written += mergeAll(parts);
      expect(parts.length).toBeLessThanOrEqual(40);
    }
    expect(written / 100_000).toBeLessThan(6);
  });

  test('an import of thousands at once is merged in parts', () => {
    const parts = Array.from({ length: 3_000 }, () => ({ chunks: 20, deadChunks: 0 }));
    expect(planMerge(parts)).toHaveLength(64);
    expect(mergeAll(parts)).toBeLessThan(4 * 60_000);
  });

  test('a segment of which more than 30 in 100 chunks are dead is written anew, one with fewer is not', () => {
    const large = { chunks: 1_000, deadChunks: 0 };
    expect(planMerge([large, { chunks: 69, deadChunks: 31 }])).toEqual([1]);
    expect(planMerge([large, { chunks: 70, deadChunks: 30 }])).toBeUndefined();
    expect(planMerge([large, { chunks: 0, deadChunks: 5 }])).toEqual([1]);
  });

  test('segments of one size wait for the eighth', () => {
    const parts = Array.from({ length: 7 }, () => ({ chunks: 20, deadChunks: 0 }));
    expect(planMerge(parts)).toBeUndefined();
    expect(planMerge([{ chunks: 9_000, deadChunks: 0 }, ...parts])).toBeUndefined();
    expect(planMerge([{ chunks: 9_000, deadChunks: 0 }, ...parts, parts[0]!])).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    expect(planMerge([])).toBeUndefined();
  });
});
