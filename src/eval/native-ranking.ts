import type { Embedder } from '../core/3-embed/embedder.ts';
import { encodeTerms } from '../core/4-index/encode-terms.ts';
import { KeywordIndex } from '../core/4-index/keyword-index.ts';
import { TermSegment } from '../core/4-index/term-segment.ts';
import { bytesInMemory } from '../core/4-index/term-source.ts';
import { keywordRetriever } from '../core/5-retrieve/keyword.ts';
import type { RankedHit, Retriever } from '../core/5-retrieve/retriever.ts';
import { RANKED, rankedIds } from './eval-service.ts';
import type { Run } from './metrics.ts';
import type { RetrievalSet } from './retrieval-set.ts';
import { scanRetriever } from './scan-retriever.ts';

/** What fusion is given, for each query of a set. */
export interface Sides {
  readonly keyword: readonly (readonly RankedHit[])[];
  readonly dense: readonly (readonly RankedHit[])[];
}

/** Ranks in Node, by the app's own terms and by plain scan of the vectors. */
export async function rankNatively(set: RetrievalSet, embedder: Embedder): Promise<Sides> {
  const texts = set.corpus.map(({ text }) => text);
  const rows = await embedder.embed(texts, 'passage');
  // At once: one by one they would be computed one by one.
  await embedder.embed(
    set.queries.map(({ text }) => text),
    'query',
  );
  const index = new KeywordIndex();
  index.add(TermSegment.open(bytesInMemory(encodeTerms(texts))), [0]);
  const dense = scanRetriever(rows, [...texts.keys()], embedder);
  const rank = async (retriever: Retriever): Promise<RankedHit[][]> => {
    const ranked: RankedHit[][] = [];
    for (const { text } of set.queries) ranked.push(await retriever.retrieve(text, { k: RANKED }));
    return ranked;
  };
  return { keyword: await rank(keywordRetriever(index)), dense: await rank(dense) };
}

export const runOf = (
  { corpus, queries }: Pick<RetrievalSet, 'corpus' | 'queries'>,
  ranked: readonly (readonly RankedHit[])[],
): Run => new Map(queries.map(({ id }, i) => [id, rankedIds(corpus, ranked[i] ?? [])]));
