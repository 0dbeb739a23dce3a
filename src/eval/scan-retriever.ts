import type { Embedder } from '../core/3-embed/embedder.ts';
import type { RankedHit, Retriever } from '../core/5-retrieve/retriever.ts';

/**
 * Dense retrieval by plain scan, for Node: the index of the app is compiled by its build.
 * @param rows `chunkOf.length × dimensions`.
 * @param chunkOf the chunk of each row; the best row speaks for its chunk.
 */
export function scanRetriever(rows: Float32Array, chunkOf: readonly number[], embedder: Embedder): Retriever {
  const { dimensions } = embedder;
  return {
    async retrieve(question, { k }): Promise<RankedHit[]> {
      const query = await embedder.embed([question], 'query');
      const best = new Map<number, number>();
      for (const [row, chunkId] of chunkOf.entries()) {
        let cosine = 0;
        for (let d = 0; d < dimensions; d++) cosine += (query[d] ?? 0) * (rows[row * dimensions + d] ?? 0);
        best.set(chunkId, Math.max(cosine, best.get(chunkId) ?? -1));
      }
      return Array.from(best, ([chunkId, score]) => ({ chunkId, score, cosine: score }))
        .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
        .slice(0, k);
    },
  };
}
