import type { Hit } from '../types.ts';
import { hashTerm } from './hash-term.ts';
import { TermTable } from './term-table.ts';
import { tokenize } from './tokenize.ts';
import { TopHits } from './top-hits.ts';

/**
 * Term counts of the chunks of one document, as stored with it: opening a collection merges these and reads
 * no text again. `postings` holds pairs (chunk ordinal, count), grouped by term; the pairs of `terms[t]` lie
 * from `offsets[t]` to `offsets[t + 1]`, counted in pairs.
 */
export interface DocumentTerms {
  /** By `hashTerm`; strings would take most of the time of reading it back. */
  readonly terms: Float64Array;
  readonly offsets: Uint32Array;
  readonly postings: Uint32Array;
  /** Terms of each chunk, repeats included. */
  readonly lengths: Uint32Array;
}

/** Counts the terms of a document's chunks (`contents[i]` is what is searched for chunk ordinal `i`). */
export function countTerms(contents: readonly string[]): DocumentTerms {
  const byTerm = new Map<string, number[]>();
  const lengths = new Uint32Array(contents.length);
  let pairs = 0;
  for (const [ordinal, content] of contents.entries()) {
    const terms = tokenize(content);
    lengths[ordinal] = terms.length;
    for (const term of terms) {
      const list = byTerm.get(term);
      if (!list) {
        byTerm.set(term, [ordinal, 1]);
        pairs++;
      } else if (list.at(-2) === ordinal) {
        list[list.length - 1] = (list.at(-1) ?? 0) + 1;
      } else {
        list.push(ordinal, 1);
        pairs++;
      }
    }
  }
  const offsets = new Uint32Array(byTerm.size + 1);
  const postings = new Uint32Array(pairs * 2);
  let at = 0;
  let t = 0;
  for (const list of byTerm.values()) {
    postings.set(list, at * 2);
    at += list.length / 2;
    offsets[++t] = at;
  }
  return { terms: Float64Array.from(byTerm.keys(), hashTerm), offsets, postings, lengths };
}

export interface KeywordHit extends Hit {
  /** The score divided by the query's upper bound: 0 to 1, comparable between queries. */
  readonly normalized: number;
}

/** BM25 as in Robertson & Zaragoza 2009, with Lucene's idf, which never goes below zero. */
const K1 = 1.2;
const B = 0.75;
/**
 * A small collection counts as part of one of this size. Among three chunks a word that stands in one of them
 * would weigh half of a word that stands in none, and a good match would look like a poor one.
 */
const MIN_CHUNKS = 200;

const sum = (values: Uint32Array): number => values.reduce((total, value) => total + value, 0);

interface Entry {
  readonly firstChunkId: number;
  readonly document: DocumentTerms;
}

/**
 * An inverted index with BM25 ranking, grown and shrunk a document at a time. Postings stay in the arrays that
 * they were stored in: opening a library copies none of them.
 */
export class KeywordIndex {
  readonly #terms = new TermTable();
  /** By number; a number is used again when its document is gone. */
  readonly #entries: (Entry | undefined)[] = [];
  readonly #numberOf = new Map<number, number>();
  #chunks = 0;
  #totalLength = 0;

  /** Chunks, those without any term included. */
  get size(): number {
    return this.#chunks;
  }

  /** Adds a document whose chunks have the ids `firstChunkId + ordinal`, in place of one that had that first id. */
  add(firstChunkId: number, document: DocumentTerms): void {
    this.remove(firstChunkId);
    const { terms, offsets, lengths } = document;
    this.#chunks += lengths.length;
    this.#totalLength += sum(lengths);
    const vacant = this.#numberOf.size < this.#entries.length ? this.#entries.indexOf(undefined) : -1;
    const number = vacant < 0 ? this.#entries.length : vacant;
    this.#entries[number] = { firstChunkId, document };
    this.#numberOf.set(firstChunkId, number);
    for (let t = 0; t < terms.length; t++) {
      this.#terms.add(terms[t] ?? 0, number, t, (offsets[t + 1] ?? 0) - (offsets[t] ?? 0));
    }
  }

  /** Takes the document out again that was added with this first id; an unknown one is none. */
  remove(firstChunkId: number): void {
    const number = this.#numberOf.get(firstChunkId);
    const entry = number === undefined ? undefined : this.#entries[number];
    if (number === undefined || !entry) return;
    const { terms, offsets, lengths } = entry.document;
    for (let t = 0; t < terms.length; t++) {
      this.#terms.remove(terms[t] ?? 0, number, (offsets[t + 1] ?? 0) - (offsets[t] ?? 0));
    }
    this.#chunks -= lengths.length;
    this.#totalLength -= sum(lengths);
    this.#entries[number] = undefined;
    this.#numberOf.delete(firstChunkId);
  }

  /** Inverse document frequency of a term; the highest for a term that no chunk holds. */
  idf(term: string): number {
    const df = this.#terms.chunksWith(hashTerm(term));
    return Math.log(1 + (Math.max(this.size, MIN_CHUNKS) - df + 0.5) / (df + 0.5));
  }

  /**
   * @returns the best `k` chunks that share a term with the query, best first, ties by lower id. The upper
   * bound that `normalized` divides by is the sum of the idf of the query's distinct terms, those that occur
   * nowhere included: a question whose rare words are missing must not look well matched.
   */
  search(query: string, k: number, filter?: (chunkId: number) => boolean): KeywordHit[] {
    const terms = new Set(tokenize(query));
    const averageLength = this.#totalLength / Math.max(1, this.size);
    /** By document and ordinal; 0 is no match, for every term adds something. */
    const scores = new Map<number, Float64Array>();
    let bound = 0;
    for (const term of terms) {
      const idf = this.idf(term);
      bound += idf;
      this.#terms.visit(hashTerm(term), (number, t) => {
        const document = this.#entries[number]?.document;
        if (!document) return;
        const { postings, offsets, lengths } = document;
        let ofDocument = scores.get(number);
        if (!ofDocument) scores.set(number, (ofDocument = new Float64Array(lengths.length)));
        const end = (offsets[t + 1] ?? 0) * 2;
        for (let i = (offsets[t] ?? 0) * 2; i < end; i += 2) {
          const ordinal = postings[i] ?? 0;
          const count = postings[i + 1] ?? 0;
          const norm = K1 * (1 - B + (B * (lengths[ordinal] ?? 0)) / averageLength);
          ofDocument[ordinal] = (ofDocument[ordinal] ?? 0) + (idf * count) / (count + norm);
        }
      });
    }
    const top = new TopHits(k);
    for (const [number, ofDocument] of scores) {
      const firstChunkId = this.#entries[number]?.firstChunkId ?? 0;
      for (let ordinal = 0; ordinal < ofDocument.length; ordinal++) {
        const score = ofDocument[ordinal] ?? 0;
        if (score === 0 || !top.wants(score)) continue;
        const chunkId = firstChunkId + ordinal;
        if (!filter || filter(chunkId)) top.offer(chunkId, score);
      }
    }
    return top.take().map((hit) => ({ ...hit, normalized: hit.score / bound }));
  }
}
