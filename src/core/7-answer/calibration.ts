import type { RetrievalSettings } from '../service.ts';
import type { Calibration } from './answerable.ts';

/** Provisional */
export const calibrationOf = (
  _embedder: string,
  _retriever: RetrievalSettings['retriever'],
): Calibration => ({ bias: 10, cosine: 0, keyword: 0 });
