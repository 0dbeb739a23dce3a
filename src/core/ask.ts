import type { Embedder } from './3-embed/embedder.ts';
import { denseRetriever } from './5-retrieve/dense.ts';
import { hybridRetriever } from './5-retrieve/fuse.ts';
import { standaloneQuestion } from './5-retrieve/follow-up.ts';
import { keywordRetriever } from './5-retrieve/keyword.ts';
import { matchedWords } from './5-retrieve/matched-words.ts';
import { rerank, RERANK_DEPTH } from './5-retrieve/rerank/rerank.ts';
import type { Reranker } from './5-retrieve/rerank/reranker.ts';
import type { RankedHit, Retriever } from './5-retrieve/retriever.ts';
import { Told } from './5-retrieve/told.ts';
import type { Calibrations } from './7-answer/answerable.ts';
import { clearSentence, extractAnswer } from './7-answer/extractive.ts';
import { questionLanguage } from './7-answer/language.ts';
import { unless } from './errors.ts';
import { withDocumentName, type LibraryIndex } from './library.ts';
import type { AskEvent, AskOptions, RetrievalSettings } from './service.ts';
import type { Passage } from './types.ts';

type QuestionEmbedder = Pick<Embedder, 'embed' | 'dimensions'>;

/** @param embedder absent for keyword search, which needs no model. */
export function createRetriever(
  kind: RetrievalSettings['retriever'],
  library: LibraryIndex,
  embedder?: QuestionEmbedder,
): Retriever {
  const keyword = keywordRetriever(library.keywords);
  if (kind === 'keyword' || !embedder) return keyword;
  const dense = denseRetriever(library.vectors, embedder);
  return kind === 'dense' ? dense : hybridRetriever(dense, keyword);
}

/** Embeds a question once, though retrieval and the choice of sentences both ask for it. */
function rememberingQuestions(embedder: QuestionEmbedder): QuestionEmbedder {
  const known = new Map<string, Promise<Float32Array<ArrayBuffer>>>();
  return {
    dimensions: embedder.dimensions,
    embed(texts, role, signal) {
      const key = role === 'query' && texts.length === 1 ? texts[0] : undefined;
      if (key === undefined) return embedder.embed(texts, role, signal);
      const vector = known.get(key) ?? embedder.embed(texts, role, signal);
      known.set(key, vector);
      return vector;
    },
  };
}

/** @param question of which words were looked for; absent where none were. */
async function toPassages(
  hits: readonly RankedHit[],
  library: LibraryIndex,
  question?: string,
): Promise<Passage[]> {
  const byId = new Map(hits.map((hit) => [hit.chunkId, hit]));
  const chunks = await library.locate([...byId.keys()]);
  return chunks.map((chunk) => ({
    ...withDocumentName(chunk),
    score: 0,
    ...byId.get(chunk.chunkId),
    ...(question !== undefined && { matchedWords: matchedWords(question, chunk.text) }),
  }));
}

/** Hits that are looked at for each passage that is asked for: what is left when copies are passed over. */
const DEPTH = 4;

/** The best `k` passages that say something new, then, where places are left, those that don't. */
async function tellingPassages(
  hits: readonly RankedHit[],
  k: number,
  read: (hits: readonly RankedHit[]) => Promise<Passage[]>,
): Promise<Passage[]> {
  const told = new Told();
  const telling: Passage[] = [];
  const repeating: Passage[] = [];
  // Texts are read from the disk: no more of them than places are left.
  for (let at = 0; at < hits.length && telling.length < k;) {
    const next = hits.slice(at, at + k - telling.length);
    at += next.length;
    for (const passage of await read(next)) {
      (told.add(passage.text) ? telling : repeating).push(passage);
    }
  }
  return [...telling, ...repeating].slice(0, k);
}

export interface AskContext {
  readonly library: LibraryIndex;
  readonly retriever: RetrievalSettings['retriever'];
  readonly embedder?: QuestionEmbedder;
  /** Absent where none is chosen, or none is loaded yet. */
  readonly reranker?: Pick<Reranker, 'score'>;
  readonly calibrations: Calibrations;
  /** Files that are still being indexed. */
  readonly indexing: number;
}

/** From a question to ranked passages, then to the sentences that answer it. */
export async function* ask(
  asked: string,
  options: AskOptions,
  { library, retriever, embedder, reranker, calibrations, indexing }: AskContext,
  signal?: AbortSignal,
): AsyncGenerator<AskEvent> {
  const startedAt = performance.now();
  const question = standaloneQuestion(asked, options.history ?? []);
  const elapsed = (): number => performance.now() - startedAt;
  const questions = embedder && rememberingQuestions(embedder);
  const k = reranker ? Math.max(options.k, RERANK_DEPTH) : options.k;
  const filter = options.within ?? (options.documentIds && library.rangesOf(options.documentIds));
  const hits = await createRetriever(retriever, library, questions).retrieve(
    question,
    { k: DEPTH * k, ...(filter && { filter }) },
    signal,
  );
  const searched = retriever === 'dense' ? undefined : question;
  const found = await tellingPassages(hits, k, (some) => toPassages(some, library, searched));
  const passagesEvent = (passages: readonly Passage[]): AskEvent => ({
    type: 'passages',
    passages,
    ...(question !== asked && { completed: question }),
    documents: library.documents.length,
    indexing,
    elapsedMs: elapsed(),
  });
  let passages = found.slice(0, options.k);
  yield passagesEvent(passages);
  if (reranker) {
    // A model that fails must not take the answer with it.
    const reranked = await rerank(question, found, reranker, signal).catch(unless('reranking-failed'));
    passages = (reranked ?? found).slice(0, options.k);
    yield passagesEvent(passages);
  }

  const language = questionLanguage(asked);
  const idf = (term: string): number => library.keywords.idf(term);
  const sentence = clearSentence(question, passages, idf);
  if (sentence) {
    yield {
      type: 'sentence',
      answer: { type: 'extractive', language, sentences: [sentence] },
      elapsedMs: elapsed(),
    };
  }
  const sentences = await extractAnswer(question, passages, {
    idf,
    calibrations,
    ...(questions && { embedder: questions }),
    ...(signal && { signal }),
  });
  const answer =
    sentences.length > 0
      ? ({ type: 'extractive', language, sentences } as const)
      : ({ type: 'not-found', language } as const);
  yield { type: 'answer', answer, elapsedMs: elapsed() };
}
