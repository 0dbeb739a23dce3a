import type { KeywordIndex } from '../4-index/keyword-index.ts';
import type { RankedHit, Retriever } from './retriever.ts';

/** Ranks by BM25 over shared terms. */
export function keywordRetriever(index: KeywordIndex): Retriever {
  return {
    async retrieve(question, { k, filter }): Promise<RankedHit[]> {
      return index.search(question, k, filter).map(({ chunkId, normalized }, i) => ({
        chunkId,
        score: normalized,
        keyword: normalized,
        keywordRank: i + 1,
      }));
    },
  };
}
