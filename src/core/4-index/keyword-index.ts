import type { Hit } from '../types.ts';
import { tokenize } from './tokenize.ts';

/**
 * Term counts of the chunks of one document, as stored with it: opening a collection merges these and reads
 * no text again. `postings` holds pairs (chunk ordinal, count), grouped by term; the pairs of `terms[t]` lie
 * from `offsets[t]` to `offsets[t + 1]`, counted in pairs.
 */
export interface DocumentTerms {
  readonly terms: readonly string[];
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
  return { terms: [...byTerm.keys()], offsets, postings, lengths };
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

/** An in-memory inverted index with BM25 ranking, grown and shrunk a document at a time. */
export class KeywordIndex {
  /** Pairs (chunk id, count) in one flat array a term: half the memory of an object a posting. */
  readonly #postings = new Map<string, number[]>();
  readonly #lengths = new Map<number, number>();
  #totalLength = 0;

  get size(): number {
    return this.#lengths.size;
  }

  /** Adds a document whose chunks have the ids `firstChunkId + ordinal`. */
  add(firstChunkId: number, document: DocumentTerms): void {
    for (const [ordinal, length] of document.lengths.entries()) {
      this.#lengths.set(firstChunkId + ordinal, length);
      this.#totalLength += length;
    }
    for (const [t, term] of document.terms.entries()) {
      let list = this.#postings.get(term);
      if (!list) this.#postings.set(term, (list = []));
      const end = (document.offsets[t + 1] ?? 0) * 2;
      for (let i = (document.offsets[t] ?? 0) * 2; i < end; i += 2) {
        list.push(firstChunkId + (document.postings[i] ?? 0), document.postings[i + 1] ?? 0);
      }
    }
  }

  /** Takes a document out again; both arguments as they were given to `add`. */
  remove(firstChunkId: number, document: DocumentTerms): void {
    const last = firstChunkId + document.lengths.length;
    for (const term of document.terms) {
      const kept: number[] = [];
      const list = this.#postings.get(term) ?? [];
      for (let i = 0; i < list.length; i += 2) {
        const id = list[i] ?? 0;
        if (id < firstChunkId || id >= last) kept.push(id, list[i + 1] ?? 0);
      }
      if (kept.length > 0) this.#postings.set(term, kept);
      else this.#postings.delete(term);
    }
    for (let id = firstChunkId; id < last; id++) {
      this.#totalLength -= this.#lengths.get(id) ?? 0;
      this.#lengths.delete(id);
    }
  }

  /** Inverse document frequency of a term; the highest for a term that no chunk holds. */
  idf(term: string): number {
    const df = (this.#postings.get(term)?.length ?? 0) / 2;
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
    const scores = new Map<number, number>();
    let bound = 0;
    for (const term of terms) {
      const idf = this.idf(term);
      bound += idf;
      const list = this.#postings.get(term) ?? [];
      for (let i = 0; i < list.length; i += 2) {
        const id = list[i] ?? 0;
        const count = list[i + 1] ?? 0;
        const norm = K1 * (1 - B + (B * (this.#lengths.get(id) ?? 0)) / averageLength);
        scores.set(id, (scores.get(id) ?? 0) + (idf * count) / (count + norm));
      }
    }
    const hits: KeywordHit[] = [];
    for (const [chunkId, score] of scores) {
      if (!filter || filter(chunkId)) hits.push({ chunkId, score, normalized: score / bound });
    }
    hits.sort((a, b) => b.score - a.score || a.chunkId - b.chunkId);
    return hits.slice(0, Math.max(0, k));
  }
}
