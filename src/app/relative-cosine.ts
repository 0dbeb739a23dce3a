import type { CosineScale } from '../core/3-embed/cosine-scale.ts';

/** Where a cosine lies on its model's scale: 0 as of unrelated texts, 1 as of texts that say the same. */
export const relativeCosine = (cosine: number, { unrelated, alike }: CosineScale): number =>
  Math.min(1, Math.max(0, (cosine - unrelated) / Math.max(alike - unrelated, 1e-6)));
