import { sentenceChunker } from '../core/2-chunk/sentence-chunker.ts';
import type { Embedder } from '../core/3-embed/embedder.ts';
import { CHUNK_TOKENS } from '../core/cut.ts';
import type { Hit } from '../core/types.ts';
import type { TextRow } from './eval-service.ts';

/** Documents of a ranking. */
const DEPTH = 100;
/** Rows cut in several pieces need more hits for 100 distinct rows. */
const PIECES_DEPTH = 300;

/** Hits to ask for. @param rowOf the row of each piece. */
export const depthOf = (corpus: readonly TextRow[], rowOf: readonly string[]): number =>
  rowOf.length > corpus.length ? PIECES_DEPTH : DEPTH;

/** A ranking of pieces as one of rows, each once. */
export const rowsOf = (ranked: readonly Hit[], rowOf: readonly string[]): string[] =>
  [...new Set(ranked.map(({ chunkId }) => rowOf[chunkId] ?? ''))].slice(0, DEPTH);

/** A row is one passage; only one longer than the model reads is cut. */
export function rowPieces(
  corpus: readonly TextRow[],
  embedder: Pick<Embedder, 'countTokens' | 'maxTokens'>,
): TextRow[] {
  const countTokens = (part: string): number => embedder.countTokens(part);
  return corpus.flatMap(({ id, text }) => {
    // 16 tokens are left for prefix and special tokens.
    if (countTokens(text) <= embedder.maxTokens - 16) return [{ id, text }];
    const sections = [{ start: 0, end: text.length, headings: [] }];
    const chunks = sentenceChunker.chunk({ text, sections }, { maxTokens: CHUNK_TOKENS, countTokens });
    return Array.from(chunks, (chunk) => ({ id, text: chunk.text }));
  });
}
