import { decodeVector } from '../4-index/decode-vectors.ts';
import { dotRow } from '../4-index/dot-row.ts';
import { TopHits } from '../4-index/top-hits.ts';
import type { LibraryIndex } from '../library.ts';
import { nextTurn } from '../next-turn.ts';
import type { CollectionMap, MapEvent, Topic } from './explore-service.ts';
import { centresOf, kMeans, nearestCentre } from './k-means.ts';
import { languageAxis, withoutAxis } from './language-axis.ts';
import { principalPlane, project, type Plane } from './principal-axes.ts';
import { topicWords } from './topic-words.ts';

/** What is kept of a map: new chunks are placed by it. */
export interface MapLayout extends Plane {
  readonly centres: readonly Float32Array[];
  readonly words: readonly (readonly string[])[];
  /** Chunks that were there when it was chosen. */
  readonly chunks: number;
}

/** What a map is drawn of. */
export type MapSource = Pick<LibraryIndex, 'chunks' | 'codes' | 'locate'>;

/** Rows that axes and topics are chosen by, evenly from the whole collection; 6 MB at 384 dimensions. */
const SAMPLE = 4096;
/** From so few chunks no topics are made. */
const MIN_CHUNKS = 8;
/** More could be told apart neither by colour nor by a glance at a list. */
const MAX_TOPICS = 16;
/** Chunks nearest to a topic's centre, which its words are taken from. */
const TEXTS = 40;
const WORDS = 5;
/** Work is put aside so often that a question does not wait for it: rows between two turns. */
const TURN_ROWS = 2048;

/** About √(n/2), a rule of thumb (Mardia et al. 1979). */
const topicCount = (chunks: number): number =>
  chunks < MIN_CHUNKS ? 0 : Math.min(MAX_TOPICS, Math.max(2, Math.round(Math.sqrt(chunks / 2))));

/** Chooses axes and topics for a collection. Yields progress; aborts between two steps. */
export async function* chooseLayout(
  library: MapSource,
  dimensions: number,
  signal?: AbortSignal,
): AsyncGenerator<MapEvent, MapLayout> {
  const { chunks } = library;
  const rows: Float32Array[] = [];
  /** For each row a chunk of its document. */
  const chunkOf: number[] = [];
  const step = Math.max(1, chunks / SAMPLE);
  let read = 0;
  for (const { firstChunkId, codes, count } of library.codes()) {
    for (let row = Math.ceil(rows.length * step) - read; row < count;) {
      rows.push(decodeVector(codes, row, new Float32Array(dimensions)));
      row = Math.ceil(rows.length * step) - read;
    }
    while (chunkOf.length < rows.length) chunkOf.push(firstChunkId);
    read += count;
    yield { type: 'progress', step: 'reading', fraction: read / chunks };
    signal?.throwIfAborted();
  }
  const aside = languageAxis(rows, await textsOf(library, chunkOf), dimensions);
  const plane = principalPlane(rows, dimensions, aside);
  await nextTurn();
  // What lies along an axis that the centres have no part in does not count in `nearestCentre` either.
  const grouping = kMeans(aside ? rows.map((row) => withoutAxis(row, aside)) : rows, topicCount(chunks));
  let round = grouping.next();
  while (!round.done) {
    yield { type: 'progress', step: 'grouping', fraction: round.value };
    await nextTurn();
    signal?.throwIfAborted();
    round = grouping.next();
  }
  return { ...plane, centres: round.value.rows, words: [], chunks };
}

/** The text of each chunk, '' for one that is gone; repeated ids are read once. */
async function textsOf(library: MapSource, chunkIds: readonly number[]): Promise<string[]> {
  const located = await library.locate([...new Set(chunkIds)]);
  const texts = new Map(located.map(({ chunkId, text }) => [chunkId, text]));
  return chunkIds.map((id) => texts.get(id) ?? '');
}

/** Places every chunk by a layout, and names its topics where that has not been done. */
export async function* drawMap(
  library: MapSource,
  layout: MapLayout,
  signal?: AbortSignal,
): AsyncGenerator<MapEvent, { readonly map: CollectionMap; readonly layout: MapLayout }> {
  const total = library.chunks;
  const chunkIds = new Uint32Array(total);
  const points = new Float32Array(2 * total);
  const documentOf = new Uint32Array(total);
  const topicOf = new Uint8Array(total);
  const documents: CollectionMap['documents'][number][] = [];
  const centres = centresOf(layout.centres);
  const nearest = layout.centres.map(() => new TopHits(TEXTS));
  const row = new Float32Array(layout.middle.length);
  let at = 0;
  for (const { document, firstChunkId, codes, count } of library.codes()) {
    for (let i = 0; i < count && at < total; i++, at++) {
      decodeVector(codes, i, row);
      chunkIds[at] = firstChunkId + i;
      points.set(project([row], layout), 2 * at);
      documentOf[at] = documents.length;
      if (nearest.length > 0) {
        const topic = nearestCentre(row, centres);
        topicOf[at] = topic;
        const score = dotRow(row, layout.centres[topic] ?? row) - (centres.halves[topic] ?? 0);
        nearest[topic]?.offer(firstChunkId + i, score);
      }
      if (at % TURN_ROWS === 0) {
        yield { type: 'progress', step: 'placing', fraction: at / total };
        await nextTurn();
        signal?.throwIfAborted();
      }
    }
    documents.push({ id: document.id, name: document.name, chunks: count });
  }
  const examples = nearest.map((top) => top.take().map(({ chunkId }) => chunkId));
  const words = layout.words.length > 0 ? layout.words : await nameTopics(library, examples);
  const map = {
    chunkIds: chunkIds.slice(0, at),
    points: points.slice(0, 2 * at),
    documentOf: documentOf.slice(0, at),
    topicOf: topicOf.slice(0, at),
    documents,
    topics: topicsOf(points.subarray(0, 2 * at), topicOf, words),
    chosenFor: layout.chunks,
  };
  return { map, layout: { ...layout, words } };
}

async function nameTopics(library: MapSource, examples: readonly (readonly number[])[]): Promise<string[][]> {
  const texts: string[][] = [];
  for (const ids of examples) texts.push((await library.locate(ids)).map(({ text }) => text));
  return topicWords(texts, WORDS);
}

function topicsOf(points: Float32Array, topicOf: Uint8Array, words: MapLayout['words']): Topic[] {
  const sums = words.map(() => ({ x: 0, y: 0, chunks: 0 }));
  for (let i = 0; 2 * i < points.length; i++) {
    const sum = sums[topicOf[i] ?? 0];
    if (!sum) continue;
    sum.x += points[2 * i] ?? 0;
    sum.y += points[2 * i + 1] ?? 0;
    sum.chunks++;
  }
  return sums.map(({ x, y, chunks }, topic) => ({
    words: words[topic] ?? [],
    chunks,
    middle: { x: x / Math.max(chunks, 1), y: y / Math.max(chunks, 1) },
  }));
}
