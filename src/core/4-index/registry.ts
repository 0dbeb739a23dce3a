import { createRegistry, type Registry } from '../registry.ts';
import type { VectorIndexLine } from './vector-index.ts';
import { VOY_MAX_CHUNKS } from './voy-limits.ts';

/** The first line is the default. */
export const vectorIndexes: Registry<VectorIndexLine> = createRegistry<VectorIndexLine>(
  [
    {
      id: 'flat',
      label: 'Exact scan',
      exact: true,
      maxChunks: Infinity,
      supportsFilter: true,
      load: async () => (await import('./flat.ts')).createFlatIndex,
    },
    {
      id: 'voy',
      label: 'Voy',
      exact: false,
      maxChunks: VOY_MAX_CHUNKS,
      supportsFilter: true,
      load: async () => (await import('./voy.ts')).loadVoyIndex(),
    },
  ],
  'unknown-index',
);
