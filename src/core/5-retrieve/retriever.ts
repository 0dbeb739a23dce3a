import type { Hit, IdRanges } from '../types.ts';

/** A chunk as ranked, with what each side found. */
export interface RankedHit extends Hit {
  /** Cosine with the question, -1 to 1; absent where vectors were not searched or did not reach it. */
  readonly cosine?: number;
  /** BM25 over its upper bound for this question, 0 to 1. */
  readonly keyword?: number;
  /** Places by vector and by keywords, from 1; absent where a side did not find it. */
  readonly denseRank?: number;
  readonly keywordRank?: number;
}

export interface RetrieveOptions {
  /** Most hits returned. */
  readonly k: number;
  /** Only these chunks. */
  readonly filter?: IdRanges;
}

/** Ranks the chunks of a collection by how well they may answer a question. */
export interface Retriever {
  /** @throws SatchelError of the embedder or the index, or `aborted`. */
  retrieve(question: string, options: RetrieveOptions, signal?: AbortSignal): Promise<RankedHit[]>;
}
