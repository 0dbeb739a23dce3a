import type { Embedder } from '../3-embed/embedder.ts';
import type { VectorIndex } from '../4-index/vector-index.ts';
import type { RankedHit, Retriever } from './retriever.ts';

/** Ranks by cosine between the question's vector and the chunks'. */
export function denseRetriever(index: VectorIndex, embedder: Pick<Embedder, 'embed'>): Retriever {
  return {
    async retrieve(question, { k, filter }, signal): Promise<RankedHit[]> {
      const query = await embedder.embed([question], 'query', signal);
      return index
        .search(query, k, filter)
        .map((hit, i) => ({ ...hit, cosine: hit.score, denseRank: i + 1 }));
    },
  };
}
