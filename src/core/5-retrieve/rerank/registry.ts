import { createRegistry, type RegistryLine } from '../../registry.ts';
import { RERANKING_MODELS, type RerankingModel } from './models.ts';
import type { Reranker, RerankerOptions } from './reranker.ts';

/** One reranker, with the facts that a menu shows. */
export interface RerankerLine extends Omit<RegistryLine<Reranker>, 'load'> {
  readonly model: RerankingModel;
  /** Fetches code and model. @throws SatchelError: see `transformers.ts`. */
  load(options: RerankerOptions): Promise<Reranker>;
}

/** In place of the id of a reranker: passages stay in the order in which they were found. */
export const NO_RERANKER = 'none';

export const rerankers = createRegistry<RerankerLine>(
  RERANKING_MODELS.map((model) => ({
    id: model.id,
    label: model.label,
    model,
    load: async (options) => (await import('./transformers.ts')).loadTransformersReranker(model, options),
  })),
  'unknown-reranker',
);
