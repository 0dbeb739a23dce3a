import type { LoadedEmbedder } from '../core/3-embed/embedder.ts';
import { embedders } from '../core/3-embed/registry.ts';
import { encodeTerms } from '../core/4-index/encode-terms.ts';
import { encodeBatch } from '../core/4-index/encode-vectors.ts';
import { KeywordIndex } from '../core/4-index/keyword-index.ts';
import { vectorIndexes } from '../core/4-index/registry.ts';
import { TermSegment } from '../core/4-index/term-segment.ts';
import { bytesInMemory } from '../core/4-index/term-source.ts';
import type { VectorIndex } from '../core/4-index/vector-index.ts';
import { denseRetriever } from '../core/5-retrieve/dense.ts';
import { hybridRetriever } from '../core/5-retrieve/fuse.ts';
import { keywordRetriever } from '../core/5-retrieve/keyword.ts';
import { RANKED, rankedIds, type EvalEvent, type EvalRequest } from './eval-service.ts';
import { embedCached } from './vector-cache.ts';

interface Corpus {
  readonly keywords: KeywordIndex;
  readonly vectors: VectorIndex;
}

const corpora = new Map<string, Corpus>();

/** Embeds and ranks with the parts that the app uses. */
export async function* evaluate(request: EvalRequest, signal?: AbortSignal): AsyncGenerator<EvalEvent> {
  const { settings } = request;
  const loaded = await embedders.get(settings.embedder).load({ ...settings, ...(signal && { signal }) });
  try {
    const key = JSON.stringify([request.corpusKey, settings.embedder, settings.index]);
    const corpus = corpora.get(key) ?? (yield* indexCorpus(request, loaded, signal));
    corpora.set(key, corpus);
    yield* rank(request, corpus, loaded, signal);
  } finally {
    // The next set loads it anew: a model takes hundreds of megabytes.
    await loaded.embedder.dispose();
  }
}

async function* indexCorpus(
  { corpus, settings }: EvalRequest,
  loaded: LoadedEmbedder,
  signal?: AbortSignal,
): AsyncGenerator<EvalEvent, Corpus> {
  const { dimensions } = loaded.embedder;
  const texts = corpus.map(({ text }) => text);
  const createIndex = await vectorIndexes.get(settings.index).load();
  const stored: Float32Array[] = [];
  const vectors = createIndex(dimensions, (id) => stored[id] ?? new Float32Array());
  for await (const rows of embedCached(texts, 'passage', loaded, signal)) {
    const ids = Array.from({ length: rows.length / dimensions }, (_, i) => stored.length + i);
    vectors.add(ids, encodeBatch(rows, dimensions));
    for (const i of ids.keys()) stored.push(rows.subarray(i * dimensions, (i + 1) * dimensions));
    yield { type: 'progress', stage: 'corpus', done: stored.length, total: texts.length };
  }
  const keywords = new KeywordIndex();
  keywords.add(TermSegment.open(bytesInMemory(encodeTerms(texts))), [0]);
  return { keywords, vectors };
}

async function* rank(
  { corpus, queries }: EvalRequest,
  { keywords, vectors }: Corpus,
  loaded: LoadedEmbedder,
  signal?: AbortSignal,
): AsyncGenerator<EvalEvent> {
  const { embedder } = loaded;
  const { dimensions } = embedder;
  const texts = queries.map(({ text }) => text);
  const questionVectors = new Map<string, Float32Array<ArrayBuffer>>();
  let done = 0;
  for await (const rows of embedCached(texts, 'query', loaded, signal)) {
    for (let at = 0; at < rows.length; at += dimensions) {
      questionVectors.set(texts[done] ?? '', rows.slice(at, at + dimensions));
      done++;
    }
    yield { type: 'progress', stage: 'queries', done, total: texts.length };
  }
  const known = {
    embed: async ([text = '']: readonly string[]) =>
      questionVectors.get(text) ?? embedder.embed([text], 'query', signal),
  };
  const keyword = keywordRetriever(keywords);
  const dense = denseRetriever(vectors, known);
  const retrievers = { keyword, dense, hybrid: hybridRetriever(dense, keyword) };
  for (const name of ['keyword', 'dense', 'hybrid'] as const) {
    const hits: string[][] = [];
    for (const text of texts) {
      const ranked = await retrievers[name].retrieve(text, { k: RANKED }, signal);
      hits.push(rankedIds(corpus, ranked));
    }
    yield { type: 'run', retriever: name, hits };
  }
}
