import { chunkContent } from '../../2-chunk/chunker.ts';
import type { Passage } from '../../types.ts';
import type { Reranker } from './reranker.ts';

/** Passages that a reranker reads: what lies deeper is seldom what was asked for, and each costs its time. */
export const RERANK_DEPTH = 20;

/**
 * Passages by how well they answer; equal scores keep their order.
 * @param passages best first, as they were found.
 * @throws SatchelError as the reranker does.
 */
export async function rerank(
  question: string,
  passages: readonly Passage[],
  reranker: Pick<Reranker, 'score'>,
  signal?: AbortSignal,
): Promise<Passage[]> {
  const read = passages.slice(0, RERANK_DEPTH);
  const scores = await reranker.score(question, read.map(chunkContent), signal);
  const order = read.map((_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  return [...order.flatMap((i) => withScore(read[i], scores[i])), ...passages.slice(RERANK_DEPTH)];
}

const withScore = (passage: Passage | undefined, rerankScore = 0): Passage[] =>
  passage ? [{ ...passage, rerankScore }] : [];
