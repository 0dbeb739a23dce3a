/**
 * Packages that only workers and lazy imports reach. Vite finds them late, and then reloads the page in
 * mid-test or in mid-work to serve them bundled; named here they are bundled at the start.
 */
export const WORKER_DEPENDENCIES: readonly string[] = [
  '@mlc-ai/web-llm',
  '@mozilla/readability',
  '@wllama/wllama/esm/index.js',
  '@xenova/transformers',
  'fflate',
  'htmlparser2',
  'idb',
  'linkedom',
  'lossless-json',
  'mammoth',
  'marked',
  'numfmt',
  'onnxruntime-web/wasm',
  'onnxruntime-web/webgpu',
  'opencc-js/dict/TSCharacters',
  'papaparse',
  'pdfjs-dist/legacy/build/pdf.mjs',
  'pdfjs-dist/legacy/build/pdf.worker.mjs',
  'postal-mime',
  'stemr',
  'tesseract.js',
  'voy-search/voy_search_bg.js',
];
