import { hashTerm } from './hash-term.ts';
import { Postings } from './term-postings.ts';
import { SegmentWriter } from './term-writer.ts';
import { tokenize } from './tokenize.ts';

/** The terms of one document's chunks as a segment; `contents[i]` is what is searched for chunk ordinal `i`. */
export function encodeTerms(contents: readonly string[]): Uint8Array<ArrayBuffer> {
  /** Pairs (ordinal, count) by hash. */
  const byTerm = new Map<number, number[]>();
  const lengths = new Uint32Array(contents.length);
  for (const [ordinal, content] of contents.entries()) {
    const terms = tokenize(content);
    lengths[ordinal] = terms.length;
    for (const term of terms) {
      const hash = hashTerm(term);
      const pairs = byTerm.get(hash);
      if (!pairs) byTerm.set(hash, [ordinal, 1]);
      else if (pairs.at(-2) === ordinal) pairs[pairs.length - 1] = (pairs.at(-1) ?? 0) + 1;
      else pairs.push(ordinal, 1);
    }
  }
  const writer = new SegmentWriter([contents.length], lengths);
  const postings = new Postings();
  for (const hash of Float64Array.from(byTerm.keys()).sort()) {
    postings.clear();
    const pairs = byTerm.get(hash) ?? [];
    for (let i = 0; i < pairs.length; i += 2) postings.push(pairs[i] ?? 0, pairs[i + 1] ?? 0);
    writer.add(hash, postings);
  }
  return writer.end();
}
