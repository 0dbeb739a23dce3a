/** The package's types cover its entry alone, which imports the WASM in a way that neither Vite nor Node can load. */
declare module 'voy-search/voy_search_bg.js' {
  export { Voy, type EmbeddedResource } from 'voy-search';
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
