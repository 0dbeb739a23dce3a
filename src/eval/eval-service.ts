import type { RetrievalSettings } from '../core/service.ts';
import type { Hit } from '../core/types.ts';

/** Texts of a ranking. */
export const RANKED = 100;

/**
 * One passage. Of a text that is longer than a model reads it gets the beginning, as in the figures that are published
 * for models.
 */
export interface TextRow {
  readonly id: string;
  readonly text: string;
}

/** A ranking as ids of texts; a hit's chunk is the place of its text in the corpus. */
export const rankedIds = (corpus: readonly TextRow[], ranked: readonly Hit[]): string[] =>
  ranked.slice(0, RANKED).map(({ chunkId }) => corpus[chunkId]?.id ?? '');

export interface EvalRequest {
  /** Equal keys share the embedded corpus within a run of the command. */
  readonly corpusKey: string;
  readonly corpus: readonly TextRow[];
  readonly queries: readonly TextRow[];
  readonly settings: RetrievalSettings;
}

export type RetrieverName = RetrievalSettings['retriever'];

export type EvalEvent =
  | {
      readonly type: 'progress';
      readonly stage: 'corpus' | 'queries';
      readonly done: number;
      readonly total: number;
    }
  /** For each query, in the order asked, the ids of at most `RANKED` texts, best first. */
  | {
      readonly type: 'run';
      readonly retriever: RetrieverName;
      readonly hits: readonly (readonly string[])[];
    };

/** Runs the core's own retrievers over a retrieval set. */
export interface EvalService {
  evaluate(request: EvalRequest, signal?: AbortSignal): AsyncIterable<EvalEvent>;
}
