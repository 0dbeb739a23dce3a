import type { EmbedderOptions } from '../../3-embed/embedder.ts';

/**
 * Reads a question and a passage together and says how well the second answers the first: slower than comparing
 * vectors by some hundred times, and better, so it is given the best few alone.
 */
export interface Reranker {
  /**
   * @returns a score for each text, higher is better; comparable within one question.
   * @throws SatchelError `reranking-failed` or `aborted`.
   */
  score(question: string, texts: readonly string[], signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** What a person chose; handed to every reranker's `load`. */
export type RerankerOptions = Pick<EmbedderOptions, 'hub' | 'onProgress' | 'signal'>;
