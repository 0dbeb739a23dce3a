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
import type { EvalEvent, EvalRequest } from './eval-service.ts';
import { depthOf, rowPieces, rowsOf } from './row-pieces.ts';
import { embedCached } from './vector-cache.ts';

interface Corpus {
  readonly keywords: KeywordIndex;
  readonly vectors: VectorIndex;
  /** The row each chunk is of. */
  readonly rowOf: readonly string[];
}

const corpora = new Map<string, Corpus>();

/** Embeds and ranks with the parts that the app uses. */
export async function* evaluate(request: EvalRequest, signal?: AbortSignal): AsyncGenerator<EvalEvent> {
  const { settings, queries } = request;
  const loaded = await embedders.get(settings.embedder).load({ ...settings, ...(signal && { signal }) });
  const { embedder } = loaded;
  const fingerprint = { ...loaded.fingerprint, chunker: 'row' };
  const key = JSON.stringify([request.corpusKey, settings.embedder, settings.index]);

  let corpus = corpora.get(key);
  if (!corpus) {
    const parts = rowPieces(request.corpus, embedder);
    const createIndex = await vectorIndexes.get(settings.index).load();
    const stored: Float32Array[] = [];
    const vectors = createIndex(embedder.dimensions, (id) => stored[id] ?? new Float32Array());
    const texts = parts.map(({ text }) => text);
    let done = 0;
    for await (const rows of embedCached(texts, 'passage', embedder, fingerprint, signal)) {
      const count = rows.length / embedder.dimensions;
      vectors.add(
        Array.from({ length: count }, (_, i) => done + i),
        encodeBatch(rows, embedder.dimensions),
      );
      for (let at = 0; at < rows.length; at += embedder.dimensions) {
        stored.push(rows.subarray(at, at + embedder.dimensions));
      }
      done += count;
      yield { type: 'progress', stage: 'corpus', done, total: parts.length };
    }
    const keywords = new KeywordIndex();
    keywords.add(TermSegment.open(bytesInMemory(encodeTerms(texts))), [0]);
    corpus = { keywords, vectors, rowOf: parts.map(({ id }) => id) };
    corpora.set(key, corpus);
  }

  const questionVectors = new Map<string, Float32Array<ArrayBuffer>>();
  let done = 0;
  for await (const rows of embedCached(
    queries.map(({ text }) => text),
    'query',
    embedder,
    fingerprint,
    signal,
  )) {
    for (let at = 0; at < rows.length; at += embedder.dimensions) {
      questionVectors.set(queries[done]?.text ?? '', rows.slice(at, at + embedder.dimensions));
      done++;
    }
    yield { type: 'progress', stage: 'queries', done, total: queries.length };
  }
  const known = {
    embed: async (texts: readonly string[]) =>
      questionVectors.get(texts[0] ?? '') ?? embedder.embed(texts, 'query', signal),
  };
  const keyword = keywordRetriever(corpus.keywords);
  const dense = denseRetriever(corpus.vectors, known);
  const retrievers = { keyword, dense, hybrid: hybridRetriever(dense, keyword) };
  const { rowOf } = corpus;
  for (const name of ['keyword', 'dense', 'hybrid'] as const) {
    const hits: string[][] = [];
    for (const { text } of queries) {
      const ranked = await retrievers[name].retrieve(text, { k: depthOf(request.corpus, rowOf) }, signal);
      hits.push(rowsOf(ranked, rowOf));
    }
    yield { type: 'run', retriever: name, hits };
  }
}
