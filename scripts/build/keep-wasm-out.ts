import type { Plugin } from 'vite';

/**
 * onnxruntime-web names the WASM of its build as `new URL('….wasm', import.meta.url)`, and Vite copies every
 * file so named into the output: 14 to 28 MB that nobody loads, because the app hands the runtime the URL of
 * the one file it imports itself (`….wasm?url`). Naming the URL in a way that Vite does not follow drops it.
 */
const WASM_URL = /new\s+URL\(\s*(["'`][^"'`]+\.wasm["'`])\s*,\s*import\.meta\.url\s*\)/g;
const RUNTIME = /[\\/](onnxruntime-web|@xenova[\\/]transformers|@huggingface[\\/]transformers)[\\/]/;

export const keepWasmOut = (): Plugin => ({
  name: 'satchel:keep-wasm-out',
  apply: 'build',
  enforce: 'pre',
  transform(code, id) {
    if (!RUNTIME.test(id) || !code.includes('.wasm')) return null;
    const replaced = code.replace(WASM_URL, 'new URL($1, self.location.href)');
    return replaced === code ? null : { code: replaced, map: null };
  },
});
