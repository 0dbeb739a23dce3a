import { createSentenceChunker } from '../core/2-chunk/sentence-chunker.ts';
import { splitSentences } from '../core/2-chunk/sentences.ts';
import type { Embedder } from '../core/3-embed/embedder.ts';
import { encodeTerms } from '../core/4-index/encode-terms.ts';
import { KeywordIndex } from '../core/4-index/keyword-index.ts';
import { TermSegment } from '../core/4-index/term-segment.ts';
import { bytesInMemory } from '../core/4-index/term-source.ts';
import { hybridRetriever } from '../core/5-retrieve/fuse.ts';
import { keywordRetriever } from '../core/5-retrieve/keyword.ts';
import type { RankedHit, Retriever } from '../core/5-retrieve/retriever.ts';
import { Told } from '../core/5-retrieve/told.ts';
import { rankSentences } from '../core/7-answer/extractive.ts';
import type { Passage } from '../core/types.ts';
import { contents } from '../core/cut.ts';
import { isGoldPassage } from './gold-passage.ts';
import { squash, type GoldQuestion } from './question-set.ts';
import { scanRetriever } from './scan-retriever.ts';
import type { TrialSet } from './trial-set.ts';

export interface ChunkTrial {
  readonly maxTokens: number;
  /** Short sentences repeated at the start of the next chunk. */
  readonly overlap: number;
  /** Headings, or the file's name, before the text. */
  readonly hasTrail: boolean;
  /** `sentences`: small to big; the vectors are of single ones, and the best speaks for the chunk that is read. */
  readonly vectorsOf: 'chunks' | 'sentences' | 'sentences with headings';
  readonly order: Order;
}

/**
 * What becomes of the order in which passages were found. `telling`: those that say nothing new come last. A number is
 * the share of the score in maximal marginal relevance (Carbonell & Goldstein 1998), the rest being the likeness to
 * what stands before.
 */
export type Order = 'found' | 'telling' | number;

/** Places from 1; Infinity where it is not found, undefined where the set does not know it. */
export interface TrialOutcome {
  /** Of the first passage with the gold paragraph. */
  readonly paragraph: number;
  /** Tokens that are read, passage by passage, until the answer is among them. */
  readonly tokens: number | undefined;
  /** Of the answer among the sentences, as the app ranks them. */
  readonly sentence: number | undefined;
}

const PASSAGES = 40;
/** What the app shows, and takes its sentences from. */
const SHOWN = 8;

interface Indexed {
  readonly passages: readonly Passage[];
  readonly tokens: readonly number[];
  readonly vectors: number;
  readonly retriever: Retriever;
  readonly keywords: KeywordIndex;
  /** Cosine of two chunks. */
  likeness(a: number, b: number): number;
}

function cutAll({ documents }: TrialSet, trial: ChunkTrial, embedder: Embedder): Passage[] {
  const chunker = createSentenceChunker(trial.overlap);
  const limits = {
    maxTokens: trial.maxTokens,
    countTokens: (text: string): number => embedder.countTokens(text),
  };
  const passages: Passage[] = [];
  for (const document of documents) {
    for (const chunk of chunker.chunk(document, limits)) {
      passages.push({
        ...chunk,
        chunkId: passages.length,
        documentId: document.id,
        documentName: document.name,
        score: 0,
      });
    }
  }
  return passages;
}

const sentencesOf = (text: string): string[] =>
  splitSentences(text).map(({ start, end }) => text.slice(start, end));

async function index(set: TrialSet, trial: ChunkTrial, embedder: Embedder): Promise<Indexed> {
  const passages = cutAll(set, trial, embedder);
  const contentOf = (passage: Passage): string =>
    (trial.hasTrail && contents([passage], passage.documentName)[0]) || passage.text;
  const embeddedOf = (passage: Passage): string[] => {
    if (trial.vectorsOf === 'chunks') return [contentOf(passage)];
    const sentences = sentencesOf(passage.text);
    if (trial.vectorsOf === 'sentences') return sentences;
    return sentences.map((text) => contentOf({ ...passage, text }));
  };
  const embedded = passages.flatMap((passage) =>
    embeddedOf(passage).map((content) => ({ chunkId: passage.chunkId, content })),
  );
  const rows = await embedder.embed(
    embedded.map(({ content }) => content),
    'passage',
  );
  const keywords = new KeywordIndex();
  keywords.add(TermSegment.open(bytesInMemory(encodeTerms(passages.map(contentOf)))), [0]);
  const dense = scanRetriever(
    rows,
    embedded.map(({ chunkId }) => chunkId),
    embedder,
  );
  return {
    passages,
    tokens: passages.map(({ text }) => embedder.countTokens(text)),
    vectors: embedded.length,
    likeness: (a, b) => dot(rows, a, b, embedder.dimensions),
    retriever: hybridRetriever(dense, keywordRetriever(keywords)),
    keywords,
  };
}

/** Of two rows of one matrix. */
function dot(rows: Float32Array, a: number, b: number, dimensions: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++)
    sum += (rows[a * dimensions + d] ?? 0) * (rows[b * dimensions + d] ?? 0);
  return sum;
}

function inOrder(order: Order, hits: readonly RankedHit[], { passages, likeness }: Indexed): RankedHit[] {
  if (order === 'found') return [...hits];
  if (order === 'telling') {
    const told = new Told();
    const isTelling = new Map(hits.map((hit) => [hit, told.add(passages[hit.chunkId]?.text ?? '')]));
    return hits.toSorted((a, b) => Number(isTelling.get(b)) - Number(isTelling.get(a)));
  }
  const [highest, lowest] = [hits[0]?.score ?? 0, hits.at(-1)?.score ?? 0];
  const left = [...hits];
  const chosen: RankedHit[] = [];
  while (left.length > 0) {
    const worth = left.map(({ chunkId, score }) => {
      const relevance = highest > lowest ? (score - lowest) / (highest - lowest) : 1;
      const repeats = Math.max(0, ...chosen.map((hit) => likeness(hit.chunkId, chunkId)));
      return order * relevance - (1 - order) * repeats;
    });
    chosen.push(...left.splice(worth.indexOf(Math.max(...worth)), 1));
  }
  return chosen;
}

async function outcome(
  gold: GoldQuestion,
  order: Order,
  indexed: Indexed,
  embedder: Embedder,
): Promise<TrialOutcome> {
  const { passages, tokens, retriever, keywords } = indexed;
  const hits = await retriever.retrieve(gold.question, { k: PASSAGES });
  const found = inOrder(order, hits, indexed).flatMap(({ chunkId }) => passages[chunkId] ?? []);
  const paragraph = placeOf(found, (passage) => isGoldPassage(gold, passage));
  if (gold.answers.length === 0) return { paragraph, tokens: undefined, sentence: undefined };
  const holds = ({ documentName }: Passage, text: string): boolean =>
    documentName === gold.gold_file && gold.answers.some((each) => squash(text).includes(squash(each)));
  const answerAt = placeOf(found, (passage) => holds(passage, passage.text));
  const read = found.slice(0, answerAt).reduce((sum, { chunkId }) => sum + (tokens[chunkId] ?? 0), 0);
  const ranked = await rankSentences(gold.question, found.slice(0, SHOWN), {
    idf: (term) => keywords.idf(term),
    embedder,
  });
  return {
    paragraph,
    tokens: Number.isFinite(answerAt) ? read : Infinity,
    sentence: placeOf(ranked, ({ passage, text }) => holds(passage, text)),
  };
}

function placeOf<Item>(items: readonly Item[], isWanted: (item: Item) => boolean): number {
  const at = items.findIndex(isWanted);
  return at < 0 ? Infinity : at + 1;
}

export interface TrialResult {
  readonly chunks: number;
  readonly vectors: number;
  readonly meanTokens: number;
  /** In the order of the set's questions. */
  readonly outcomes: readonly TrialOutcome[];
}

/** Cuts and indexes a set's documents one way and asks its questions. */
export async function runTrial(set: TrialSet, trial: ChunkTrial, embedder: Embedder): Promise<TrialResult> {
  await embedder.embed(
    set.questions.map(({ question }) => question),
    'query',
  );
  const indexed = await index(set, trial, embedder);
  // At once: a few for each question would be computed one by one.
  await embedder.embed(
    indexed.passages.flatMap(({ text }) => sentencesOf(text)),
    'passage',
  );
  const outcomes: TrialOutcome[] = [];
  for (const gold of set.questions) outcomes.push(await outcome(gold, trial.order, indexed, embedder));
  const { tokens, vectors } = indexed;
  const meanTokens = tokens.reduce((sum, count) => sum + count, 0) / tokens.length;
  return { chunks: tokens.length, vectors, meanTokens, outcomes };
}
