import { nextTurn, turnsFor } from '../next-turn.ts';
import { Postings } from './term-postings.ts';
import type { TermBlock, TermSegment } from './term-segment.ts';
import { SegmentWriter } from './term-writer.ts';

export interface MergeInput {
  readonly segment: TermSegment;
  /** Asked at the start, once a document. */
  keeps(documentNumber: number): boolean;
}

/** Postings between two looks at the clock: well under a millisecond's work. */
const CLOCK_POSTINGS = 2_000;

/** Ordinal of a chunk of a document that is left out. */
const GONE = 0xffffffff;

/** Walks the terms of a segment in order. */
class Cursor {
  readonly #segment: TermSegment;
  readonly #newOrdinals: Uint32Array;
  #block: TermBlock | undefined;
  #nextBlock = 0;
  #i = 0;
  /** Infinity behind the last term. */
  hash = Infinity;

  /** @param newOrdinals by ordinal of the segment, those kept ascending. */
  constructor(segment: TermSegment, newOrdinals: Uint32Array) {
    this.#segment = segment;
    this.#newOrdinals = newOrdinals;
    this.next();
  }

  next(): void {
    this.#i++;
    if (!this.#block || this.#i >= this.#block.hashes.length) {
      this.#block =
        this.#nextBlock < this.#segment.blocks ? this.#segment.block(this.#nextBlock++) : undefined;
      this.#i = 0;
    }
    this.hash = this.#block?.hashes[this.#i] ?? Infinity;
  }

  /** Appends the postings of the term that it stands at. */
  append(into: Postings): void {
    const place = this.#block?.places[this.#i];
    if (!place) return;
    let at = into.length;
    this.#block?.postings(place, into);
    const { ordinals, counts, length } = into;
    for (let i = at; i < length; i++) {
      const ordinal = this.#newOrdinals[ordinals[i] ?? 0] ?? GONE;
      if (ordinal === GONE) continue;
      ordinals[at] = ordinal;
      counts[at++] = counts[i] ?? 0;
    }
    into.length = at;
  }
}

/** Moves the root of a heap down to where it belongs: lowest hash first, then the order of the inputs. */
function sink(heap: (readonly [cursor: Cursor, order: number])[]): void {
  const root = heap[0];
  if (!root) return;
  const isBefore = (a: (typeof heap)[number], b: (typeof heap)[number]): boolean =>
    a[0].hash < b[0].hash || (a[0].hash === b[0].hash && a[1] < b[1]);
  for (let at = 0; ;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    const isRight = left && right && isBefore(right, left);
    const child = isRight ? right : left;
    if (!child || !isBefore(child, root)) {
      heap[at] = root;
      return;
    }
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
}

/**
 * Merges segments into one, in their order, leaving documents out that are gone. Gives way to other work every
 * 20 ms. Terms are told apart by their hashes alone, so no text is read.
 * @throws the signal's reason; SatchelError `index-corrupt` { reason } of an input.
 */
export async function mergeTerms(
  inputs: readonly MergeInput[],
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const documents: number[] = [];
  const lengths: number[] = [];
  const newOrdinalsOf = (input: MergeInput): Uint32Array => {
    const { starts, lengths: oldLengths, chunks } = input.segment;
    const newOrdinals = new Uint32Array(chunks).fill(GONE);
    for (let document = 0; document < input.segment.documents; document++) {
      if (!input.keeps(document)) continue;
      const [start = 0, end = 0] = starts.subarray(document);
      documents.push(end - start);
      for (let i = start; i < end; i++) newOrdinals[i] = lengths.push(oldLengths[i] ?? 0) - 1;
    }
    return newOrdinals;
  };
  const heap = inputs
    .map((input, order) => [new Cursor(input.segment, newOrdinalsOf(input)), order] as const)
    .sort((a, b) => a[0].hash - b[0].hash || a[1] - b[1]);
  const writer = new SegmentWriter(documents, lengths);
  const postings = new Postings();
  let unclocked = 0;
  const turn = turnsFor(signal);
  for (let [lowest] = heap[0] ?? []; lowest && lowest.hash < Infinity; [lowest] = heap[0] ?? []) {
    const { hash } = lowest;
    postings.clear();
    for (; lowest?.hash === hash; [lowest] = heap[0] ?? []) {
      lowest.append(postings);
      lowest.next();
      sink(heap);
    }
    if (postings.length > 0) writer.add(hash, postings);
    unclocked += postings.length + 1;
    if (unclocked < CLOCK_POSTINGS) continue;
    unclocked = 0;
    await turn();
  }
  // The end takes 15 ms for 100,000 chunks: it puts all together and hashes it.
  await nextTurn();
  signal?.throwIfAborted();
  return writer.end();
}

/** Segments of a size that are merged together; each is `TIER` times smaller than what comes of them. */
const TIER = 8;
/** Chunks up to which segments count as of one size, so that files of a page or two pile up in one place only. */
const SMALLEST_TIER = 64;
/** Most segments merged at once: an import of thousands of files must not open them all. */
const MAX_INPUTS = 64;
/** Share of dead chunks from which on a segment is written anew: searching passes over them one by one. */
const MAX_DEAD = 0.3;

const tierOf = (chunks: number): number =>
  Math.floor(Math.log2(Math.max(chunks, SMALLEST_TIER - 1) + 1) / Math.log2(TIER));

/**
 * Which segments are worth merging now, or none. They are merged eight of a size: a posting is rewritten once for
 * each factor of eight, and 100,000 chunks are never in more than 40 segments. One of which much is dead is
 * rewritten alone.
 * @param segments `chunks` are the live ones.
 * @returns ascending positions in `segments`.
 */
export function planMerge(
  segments: readonly { readonly chunks: number; readonly deadChunks: number }[],
): number[] | undefined {
  const dead = segments.findIndex(({ chunks, deadChunks }) => deadChunks > MAX_DEAD * (chunks + deadChunks));
  if (dead >= 0) return [dead];
  const tiers: number[][] = [];
  for (const [i, { chunks }] of segments.entries()) (tiers[tierOf(chunks)] ??= []).push(i);
  return tiers.find((tier) => tier && tier.length >= TIER)?.slice(0, MAX_INPUTS);
}
