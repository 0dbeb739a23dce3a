import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeTerms } from './encode-terms.ts';
import { hashTerm } from './hash-term.ts';
import { Postings } from './term-postings.ts';
import { TermSegment } from './term-segment.ts';
import { bytesInMemory, type ByteSource } from './term-source.ts';
import { tokenize } from './tokenize.ts';

const open = (bytes: Uint8Array): TermSegment => TermSegment.open(bytesInMemory(bytes));

/** A file: one buffer for all reads, so what was read before is gone; what is read is noted. */
function file(bytes: Uint8Array): ByteSource & { readonly reads: [number, number][] } {
  const buffer = new Uint8Array(bytes.length);
  const reads: [number, number][] = [];
  const read = (start: number, end: number): Uint8Array => {
    if (start < 0 || start > end || end > bytes.length) throw new RangeError(`${start} to ${end}`);
    reads.push([start, end]);
    buffer.fill(0xff);
    buffer.set(bytes.subarray(start, end));
    return buffer.subarray(0, end - start);
  };
  return { sizeBytes: bytes.length, read, reads };
}

/** Pairs (ordinal, count) of a term. */
function postingsOf(segment: TermSegment, term: string): [ordinal: number, count: number][] {
  const found = segment.find(hashTerm(term));
  if (!found) return [];
  const postings = new Postings();
  segment.postings(found, postings);
  expect(postings).toHaveLength(found.place.df);
  return Array.from({ length: postings.length }, (_, i) => [postings.ordinals[i]!, postings.counts[i]!]);
}

const occurrences = (contents: readonly string[], term: string): [number, number][] =>
  contents.flatMap((content, ordinal): [number, number][] => {
    const count = tokenize(content).filter((other) => other === term).length;
    return count > 0 ? [[ordinal, count]] : [];
  });

/** Words by rank, common ones more often: some stand in every chunk, most in one. */
const word = fc.nat(2 ** 20 - 1).map((n) => `w${Math.floor(2000 ** (n / 2 ** 20))}`);
const contents = fc.array(
  fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
  { maxLength: 30 },
);

describe('a term segment', () => {
  test('gives back what was counted, from memory and from a file', () => {
    fc.assert(
      fc.property(contents, (texts) => {
        const bytes = encodeTerms(texts);
        const terms = new Set([...texts.flatMap(tokenize), 'nowhere', 'missing']);
        for (const segment of [open(bytes), TermSegment.open(file(bytes))]) {
          segment.verify();
          expect(segment).toMatchObject({ documents: 1, chunks: texts.length, sizeBytes: bytes.length });
          expect([...segment.starts]).toEqual([0, texts.length]);
          expect([...segment.lengths]).toEqual(texts.map((text) => tokenize(text).length));
          expect(segment.terms).toBe(new Set(texts.flatMap(tokenize)).size);
          for (const term of terms) expect(postingsOf(segment, term)).toEqual(occurrences(texts, term));
        }
      }),
    );
  });

  test('takes terms that are names of object members, and a term that stands very often', () => {
    const segment = open(encodeTerms(['constructor __proto__ tostring', 'x '.repeat(100_000)]));
    expect(postingsOf(segment, 'constructor')).toEqual([[0, 1]]);
    expect(postingsOf(segment, 'hasownproperty')).toEqual([]);
    expect(postingsOf(segment, 'x')).toEqual([[1, 100_000]]);
    expect([...segment.lengths]).toEqual([3, 100_000]);
  });

  /** 2,000 chunks of 40 words each, with 12,000 distinct ones. */
  const large = Array.from({ length: 2_000 }, (_, i) =>
    Array.from({ length: 40 }, (_, j) => `w${Math.floor(12_000 ** (((i * 40 + j) * 0.618034) % 1))}`).join(
      ' ',
    ),
  );

  test('reads no postings when it opens, then one block of the dictionary a term', () => {
    const source = file(encodeTerms(large));
    const segment = TermSegment.open(source);
    const dictionaryEnd = Math.max(...source.reads.map(([, end]) => end));
    expect(dictionaryEnd).toBeLessThan(0.6 * source.sizeBytes);
    source.reads.length = 0;
    for (const term of ['w1', 'w77', 'w9000', 'nowhere']) segment.find(hashTerm(term));
    expect(source.reads).toHaveLength(4);
    for (const [start, end] of source.reads) {
      expect(end - start).toBeLessThan(500);
      expect(end).toBeLessThanOrEqual(dictionaryEnd);
    }
    source.reads.length = 0;
    expect(postingsOf(segment, 'w1').length).toBeGreaterThan(1_000);
    expect(source.reads).toHaveLength(2);
  });

  test('stays small: 8 bytes a term and 8 bits a posting, though words are rare and chunks short', () => {
    const { sizeBytes, terms } = open(encodeTerms(large));
    const postings = large.reduce((total, text) => total + new Set(text.split(' ')).size, 0);
    expect(terms).toBeGreaterThan(5_000);
    expect(sizeBytes).toBeLessThan(8 * terms + postings);
  });

  test('a term that stands thick in few chunks of many takes two bits there', () => {
    const thick = Array.from({ length: 20_000 }, (_, i) => (i >= 700 && i < 900 ? 'topic' : ''));
    const empty = encodeTerms(thick.map(() => '')).length;
    expect(encodeTerms(thick).length - empty).toBeLessThan(100);
  });
});

describe('bytes that are no segment end in index-corrupt', () => {
  const bytes = encodeTerms(Array.from({ length: 40 }, (_, i) => `port w${i} w${i % 7} common common word`));
  const corrupt = expect.objectContaining({ code: 'index-corrupt' }) as Error;

  test('random ones, with or without a right beginning', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(44), (random, kept) => {
        const damaged = new Uint8Array(random.length + kept);
        damaged.set(bytes.subarray(0, kept));
        damaged.set(random, kept);
        expect(() => open(damaged)).toThrow(corrupt);
      }),
      { numRuns: 500 },
    );
  });

  test('cut off anywhere, or longer', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => open(bytes.subarray(0, length))).toThrow(corrupt);
    }
    expect(() => open(Uint8Array.of(...bytes, 0))).toThrow(corrupt);
  });

  test('any bit flipped: when it opens, or for the postings when they are checked', () => {
    const opened: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      let segment: TermSegment;
      try {
        segment = open(damaged);
      } catch (error) {
        expect(error).toEqual(corrupt);
        continue;
      }
      opened.push(bit >> 3);
      expect(() => segment.verify()).toThrow(corrupt);
    }
    // The postings are the end of the file.
    expect(new Set(opened).size).toBe(bytes.length - Math.min(...opened));
  });

  test('damaged postings, read unchecked: an error or numbers within the segment', () => {
    // As the header says.
    const length = bytes.length - new DataView(bytes.buffer).getUint32(28, true);
    expect(length).toBeGreaterThan(30);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (random) => {
        const damaged = bytes.slice();
        damaged.set(random, bytes.length - length);
        const segment = open(damaged);
        for (const term of ['port', 'common', 'w1', 'w3', 'word']) {
          try {
            for (const [ordinal] of postingsOf(segment, term)) expect(ordinal).toBeLessThan(40);
          } catch (error) {
            expect(error).toEqual(corrupt);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
