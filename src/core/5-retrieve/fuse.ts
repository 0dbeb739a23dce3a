import type { RankedHit, Retriever } from './retriever.ts';

/** How deep each side is read before fusion. */
const DEPTH = 100;

/**
 * Weight of a full keyword match against the spread of the dense scores. Reciprocal rank fusion gives junk
 * keyword hits full credit for their rank and cost up to 0.31 nDCG@10 where question and text are in
 * different languages; a keyword score over its upper bound is small there and leaves the dense order alone.
 * `npm run eval -- --fusion DIR …` compares weights, and chooses for each set by the others.
 */
export const KEYWORD_WEIGHT = 2;

/**
 * Fuses two rankings by score: `minmax(cosine over the dense top 100) + 2 · BM25 / bound`.
 * What the dense side found deeper, or not at all, gets 0 for its part: how deep one reads does not change the order.
 */
export function fuse(
  dense: readonly RankedHit[],
  keyword: readonly RankedHit[],
  keywordWeight = KEYWORD_WEIGHT,
): RankedHit[] {
  const lowest = dense[Math.min(DEPTH, dense.length) - 1]?.score ?? 0;
  const spread = (dense[0]?.score ?? 0) - lowest;
  const fused = new Map<number, RankedHit>();
  for (const hit of dense) {
    const score = spread > 0 ? Math.max(0, (hit.score - lowest) / spread) : 1;
    fused.set(hit.chunkId, { ...hit, score });
  }
  for (const hit of keyword) {
    const known = fused.get(hit.chunkId) ?? { chunkId: hit.chunkId, score: 0 };
    fused.set(hit.chunkId, { ...hit, ...known, score: known.score + keywordWeight * hit.score });
  }
  return [...fused.values()].sort(
    (a, b) => b.score - a.score || (b.cosine ?? -1) - (a.cosine ?? -1) || a.chunkId - b.chunkId,
  );
}

/** Searches by vectors and by keywords and fuses the two rankings. */
export function hybridRetriever(dense: Retriever, keyword: Retriever): Retriever {
  return {
    async retrieve(question, { k, filter }, signal): Promise<RankedHit[]> {
      const options = { k: Math.max(k, DEPTH), ...(filter && { filter }) };
      const [byVector, byKeyword] = await Promise.all([
        dense.retrieve(question, options, signal),
        keyword.retrieve(question, options, signal),
      ]);
      return fuse(byVector, byKeyword).slice(0, k);
    },
  };
}
