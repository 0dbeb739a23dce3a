import { SatchelError } from '../errors.ts';
import type { Hit, IdRanges } from '../types.ts';
import { hashTerm } from './hash-term.ts';
import { Postings } from './term-postings.ts';
import type { TermSegment } from './term-segment.ts';
import { tokenize } from './tokenize.ts';
import { TopHits } from './top-hits.ts';

export interface KeywordHit extends Hit {
  /** The score divided by the query's upper bound: 0 to 1, comparable between queries. */
  readonly normalized: number;
}

/** The first chunk ids of a segment's documents. */
export type FirstChunkIds = Uint32Array | readonly number[];

/** A segment of the index, and which of its documents are still there. */
export interface IndexedSegment {
  readonly segment: TermSegment;
  /** In the segment's order. */
  readonly firstChunkIds: FirstChunkIds;
  /** Those that are there. */
  readonly chunks: number;
  readonly deadChunks: number;
  /** First chunk ids of the documents that are there: those of what is merged from it now, in order. */
  readonly keptIds: readonly number[];
  /** Whether a document is there. */
  keeps(documentNumber: number): boolean;
}

/** BM25 as in Robertson & Zaragoza 2009, with Lucene's idf, which never goes below zero. */
const K1 = 1.2;
const B = 0.75;
/**
 * A small collection counts as part of one of this size. Among three chunks a word that stands in one of them
 * would weigh half of a word that stands in none, and a good match would look like a poor one.
 */
const MIN_CHUNKS = 200;

/** Terms whose frequency is remembered; an answer asks for some hundreds. */
const MAX_KNOWN_TERMS = 20_000;

const EVERY_ID: IdRanges = [[0, Infinity]];

class Entry implements IndexedSegment {
  readonly segment: TermSegment;
  readonly firstChunkIds: FirstChunkIds;
  chunks: number;
  deadChunks = 0;
  /** Terms of the live chunks, repeats included. */
  totalLength: number;
  readonly #gone: Uint8Array;
  /** By ordinal, from the first removal on. */
  #dead: Uint8Array | undefined;
  /** Live chunks by hash of the term, until the next removal: counting them takes decoding them. */
  readonly #live = new Map<number, number>();

  constructor(segment: TermSegment, firstChunkIds: FirstChunkIds) {
    this.segment = segment;
    this.firstChunkIds = firstChunkIds;
    this.chunks = segment.chunks;
    this.totalLength = segment.lengths.reduce((total, length) => total + length, 0);
    this.#gone = new Uint8Array(segment.documents);
  }

  get keptIds(): readonly number[] {
    return Array.from(this.firstChunkIds).filter((_, documentNumber) => this.keeps(documentNumber));
  }

  keeps(documentNumber: number): boolean {
    return this.#gone[documentNumber] === 0;
  }

  remove(documentNumber: number): void {
    const { starts, lengths, chunks } = this.segment;
    const [start = 0, end = 0] = starts.subarray(documentNumber);
    this.#gone[documentNumber] = 1;
    this.#dead ??= new Uint8Array(chunks);
    this.#live.clear();
    this.#dead.fill(1, start, end);
    this.chunks -= end - start;
    this.deadChunks += end - start;
    for (let ordinal = start; ordinal < end; ordinal++) this.totalLength -= lengths[ordinal] ?? 0;
  }

  /** Live chunks that hold the term; the dictionary counts the others too. */
  liveChunks(hash: number, scratch: Postings): number {
    const found = this.segment.find(hash);
    const dead = this.#dead;
    if (!found || !dead) return found?.place.df ?? 0;
    const known = this.#live.get(hash);
    if (known !== undefined) return known;
    scratch.clear();
    this.segment.postings(found, scratch);
    let live = 0;
    for (let i = 0; i < scratch.length; i++) live += 1 - (dead[scratch.ordinals[i] ?? 0] ?? 0);
    if (this.#live.size >= MAX_KNOWN_TERMS) this.#live.clear();
    this.#live.set(hash, live);
    return live;
  }

  /** Offers the live chunks that scored and that the filter keeps. */
  offer(scores: Float64Array, top: TopHits, filter: IdRanges = EVERY_ID): void {
    const { starts, documents } = this.segment;
    for (let d = 0; d < documents; d++) {
      if (this.#gone[d] !== 0) continue;
      const start = starts[d] ?? 0;
      const toId = (this.firstChunkIds[d] ?? 0) - start;
      const endId = (starts[d + 1] ?? 0) + toId;
      for (let r = firstEndingAfter(filter, start + toId); r < filter.length; r++) {
        const [rangeStart, rangeEnd] = filter[r] ?? [0, 0];
        if (rangeStart >= endId) break;
        const end = Math.min(endId, rangeEnd) - toId;
        for (let ordinal = Math.max(start, rangeStart - toId); ordinal < end; ordinal++) {
          const score = scores[ordinal] ?? 0;
          if (score > 0 && top.wants(score)) top.offer(ordinal + toId, score);
        }
      }
    }
  }
}

/**
 * BM25 ranking over term segments, each of one or many documents, that stay where they are: in memory or on disk.
 * A removed document's chunks are passed over until its segment is merged with others.
 */
export class KeywordIndex {
  #entries: readonly Entry[] = [];
  /** By first chunk id: the documents that are there. */
  readonly #places = new Map<number, readonly [entry: Entry, documentNumber: number]>();
  /** Live chunks by term, until anything changes. */
  readonly #known = new Map<string, number>();
  readonly #postings = new Postings();

  /** Chunks, those without any term included. */
  get size(): number {
    return this.#entries.reduce((total, { chunks }) => total + chunks, 0);
  }

  get segments(): readonly IndexedSegment[] {
    return this.#entries;
  }

  /** Whether the document with this first id is there. */
  has(firstChunkId: number): boolean {
    return this.#places.has(firstChunkId);
  }

  /**
   * Adds a segment's documents, each in place of one that had the same first chunk id: chunk ordinal `i` of
   * document `d` has the id `firstChunkIds[d] + i`.
   * @throws SatchelError `index-corrupt` { reason } unless there is an id for each document.
   */
  add(segment: TermSegment, firstChunkIds: FirstChunkIds): void {
    const entry = this.#entryOf(segment, firstChunkIds);
    for (let d = 0; d < segment.documents; d++) {
      const firstChunkId = firstChunkIds[d] ?? 0;
      this.remove(firstChunkId);
      this.#places.set(firstChunkId, [entry, d]);
    }
    this.#changeTo([...this.#entries, entry]);
  }

  /** Takes the document out again that was added with this first id; an unknown one is none. */
  remove(firstChunkId: number): void {
    const place = this.#places.get(firstChunkId);
    if (!place) return;
    const [entry, documentNumber] = place;
    entry.remove(documentNumber);
    this.#places.delete(firstChunkId);
    this.#changeTo(this.#entries);
  }

  /**
   * Puts what `mergeTerms` made of segments in their place, at once for searches. A document that was removed
   * since stays removed.
   * @throws SatchelError `index-corrupt` { reason } as `add` does; nothing has changed then.
   */
  replace(merged: readonly TermSegment[], by: TermSegment, firstChunkIds: FirstChunkIds): void {
    const entry = this.#entryOf(by, firstChunkIds);
    const isMerged = (other: Entry): boolean => merged.includes(other.segment);
    for (let d = 0; d < by.documents; d++) {
      const firstChunkId = firstChunkIds[d] ?? 0;
      const place = this.#places.get(firstChunkId);
      if (place && isMerged(place[0])) this.#places.set(firstChunkId, [entry, d]);
      else entry.remove(d);
    }
    for (const [firstChunkId, [other]] of this.#places)
      if (isMerged(other)) this.#places.delete(firstChunkId);
    this.#changeTo([...this.#entries.filter((other) => !isMerged(other)), entry]);
  }

  /** Takes segments out, and the documents that are there by them. */
  drop(segments: readonly TermSegment[]): void {
    const isDropped = ({ segment }: Entry): boolean => segments.includes(segment);
    for (const [firstChunkId, [entry]] of this.#places)
      if (isDropped(entry)) this.#places.delete(firstChunkId);
    this.#changeTo(this.#entries.filter((entry) => !isDropped(entry)));
  }

  /** Inverse document frequency of a term; the highest for a term that no chunk holds. */
  idf(term: string): number {
    const df = this.#chunksWith(term);
    return Math.log(1 + (Math.max(this.size, MIN_CHUNKS) - df + 0.5) / (df + 0.5));
  }

  /**
   * @param filter keeps the chunks with these ids.
   * @returns the best `k` chunks that share a term with the query, best first, ties by lower id. The upper
   * bound that `normalized` divides by is the sum of the idf of the query's distinct terms, those that occur
   * nowhere included: a question whose rare words are missing must not look well matched.
   * @throws SatchelError `index-corrupt` { reason } for postings that are damaged.
   */
  search(query: string, k: number, filter?: IdRanges): KeywordHit[] {
    const idfs = [...new Set(tokenize(query))].map((term) => [hashTerm(term), this.idf(term)] as const);
    const bound = idfs.reduce((total, [, idf]) => total + idf, 0);
    const totalLength = this.#entries.reduce((total, entry) => total + entry.totalLength, 0);
    const averageLength = totalLength / Math.max(1, this.size);
    const top = new TopHits(k);
    for (const entry of this.#entries) {
      const scores = this.#scores(entry.segment, idfs, averageLength);
      if (scores) entry.offer(scores, top, filter);
    }
    return top.take().map((hit) => ({ ...hit, normalized: hit.score / bound }));
  }

  #entryOf(segment: TermSegment, firstChunkIds: FirstChunkIds): Entry {
    if (firstChunkIds.length === segment.documents) return new Entry(segment, firstChunkIds);
    throw new SatchelError('index-corrupt', { reason: 'documents' });
  }

  #changeTo(entries: readonly Entry[]): void {
    this.#entries = entries;
    this.#known.clear();
  }

  #chunksWith(term: string): number {
    let df = this.#known.get(term);
    if (df === undefined) {
      df = 0;
      const hash = hashTerm(term);
      for (const entry of this.#entries) df += entry.liveChunks(hash, this.#postings);
      if (this.#known.size >= MAX_KNOWN_TERMS) this.#known.clear();
      this.#known.set(term, df);
    }
    return df;
  }

  /** By ordinal, dead chunks included; 0 is no match, for every term adds something. */
  #scores(
    segment: TermSegment,
    idfs: readonly (readonly [hash: number, idf: number])[],
    averageLength: number,
  ): Float64Array | undefined {
    let scores: Float64Array | undefined;
    const postings = this.#postings;
    for (const [hash, idf] of idfs) {
      const found = segment.find(hash);
      if (!found) continue;
      postings.clear();
      segment.postings(found, postings);
      scores ??= new Float64Array(segment.chunks);
      const { ordinals, counts, length } = postings;
      for (let i = 0; i < length; i++) {
        const ordinal = ordinals[i] ?? 0;
        const count = counts[i] ?? 0;
        const norm = K1 * (1 - B + (B * (segment.lengths[ordinal] ?? 0)) / averageLength);
        scores[ordinal] = (scores[ordinal] ?? 0) + (idf * count) / (count + norm);
      }
    }
    return scores;
  }
}

/** Position of the first range that ends behind an id. */
function firstEndingAfter(ranges: IdRanges, id: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.[1] ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
