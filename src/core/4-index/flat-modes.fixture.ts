import { createFlatIndex, type FlatOptions } from './flat.ts';
import { createPlainKernel } from './plain-kernel.ts';
import type { VectorIndexLine } from './vector-index.ts';

const mode = (
  id: string,
  options: () => FlatOptions,
): Pick<VectorIndexLine, 'id' | 'exact' | 'maxChunks' | 'load'> => ({
  id,
  exact: true,
  maxChunks: Infinity,
  load: () => Promise.resolve((dimensions, readVector) => createFlatIndex(dimensions, readVector, options())),
});

/** What the default index does on other machines and with more rows. So few rows are all on the shortlist. */
export const flatModes = [
  mode('flat, bits first', () => ({ bitsAbove: 0 })),
  mode('flat, without SIMD', () => ({ kernel: createPlainKernel() })),
  mode('flat, bits first, without SIMD', () => ({ kernel: createPlainKernel(), bitsAbove: 0 })),
];
