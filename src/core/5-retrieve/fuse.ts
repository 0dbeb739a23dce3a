import type { RankedHit, Retriever } from './retriever.ts';

/** How deep each side is read before fusion. */
const DEPTH = 100;

/**
 * Weight of keyword matches against dense ones: as much. `npm run eval -- --fusion DIR …` compares weights, and chooses
 * for each set by the others.
 */
export const KEYWORD_WEIGHT = 1;

/**
 * Share of a question's words, by their weight, from which on its best keyword hit is trusted in full. In XQuAD the
 * best hit has 0.2 to 0.4 within a language (medians of four sets), and mostly 0, seldom above 0.1, where question and
 * text are in different ones: there matches are of names and numbers by chance, and reciprocal rank fusion, which
 * gives them full credit for their rank, cost up to 0.31 nDCG@10. Below, trust falls with the square.
 */
const TRUSTED_SHARE = 0.25;

/** Scores from 0, as the last of the top 100 has it, to 1, as the first. */
function scaled(hits: readonly RankedHit[], lowest: number): number[] {
  const spread = (hits[0]?.score ?? 0) - lowest;
  return hits.map(({ score }) => (spread > 0 ? Math.max(0, (score - lowest) / spread) : 1));
}

const scoreAt = (hits: readonly RankedHit[], place: number): number | undefined => hits[place]?.score;

/**
 * Fuses two rankings by score: `minmax(cosine) + trust · minmax(BM25)`, each over its top 100, `trust` being
 * `min(1, best BM25 / bound / 0.25)²`. Fewer keyword hits than 100 start from 0: the texts beyond them have none.
 * What a side found deeper, or not at all, gets 0 for its part: how deep one reads does not change the order.
 */
export function fuse(
  dense: readonly RankedHit[],
  keyword: readonly RankedHit[],
  keywordWeight = KEYWORD_WEIGHT,
): RankedHit[] {
  const fused = new Map<number, RankedHit>();
  const byMeaning = scaled(dense, scoreAt(dense, Math.min(DEPTH, dense.length) - 1) ?? 0);
  for (const [i, hit] of dense.entries()) fused.set(hit.chunkId, { ...hit, score: byMeaning[i] ?? 0 });
  const byWords = scaled(keyword, scoreAt(keyword, DEPTH - 1) ?? 0);
  const trust = keywordWeight * Math.min(1, (scoreAt(keyword, 0) ?? 0) / TRUSTED_SHARE) ** 2;
  for (const [i, hit] of keyword.entries()) {
    const known = fused.get(hit.chunkId) ?? { chunkId: hit.chunkId, score: 0 };
    fused.set(hit.chunkId, { ...hit, ...known, score: known.score + trust * (byWords[i] ?? 0) });
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
