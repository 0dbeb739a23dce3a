import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { WORKER_DEPENDENCIES } from './scripts/build/browser-dependencies.ts';
import { keepWasmOut } from './scripts/build/keep-wasm-out.ts';
import { ocrAssets } from './scripts/build/ocr-assets.ts';
import { pdfjsAssets } from './scripts/build/pdfjs-assets.ts';
import { responseHeaders } from './scripts/build/response-headers.ts';
import { scanKernel } from './scripts/build/scan-kernel.ts';
import { serviceWorker } from './scripts/build/service-worker.ts';

const fromRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `headless.html` drives the same services without an interface, for the command-line checks. */
const pages = ['index.html', 'headless.html'].map(fromRoot).filter((page) => existsSync(page));

// One fixed port: storage belongs to an origin, and a library must be found again at the next start.
const LOCAL = { host: '127.0.0.1', port: 4173, strictPort: true };

export default defineConfig({
  // Relative by default, so that one build runs at a domain's root and in any sub-folder (GitHub Pages).
  base: process.env['SATCHEL_BASE'] ?? './',
  plugins: [
    svelte({ configFile: false }),
    responseHeaders(),
    pdfjsAssets(),
    ocrAssets(),
    keepWasmOut(),
    scanKernel(),
    serviceWorker(),
  ],
  server: LOCAL,
  preview: LOCAL,
  worker: {
    // The default, one classic script, would pull every lazy parser and model into the worker's first load.
    format: 'es',
    plugins: () => [keepWasmOut(), scanKernel()],
  },
  optimizeDeps: { include: [...WORKER_DEPENDENCIES] },
  build: {
    target: 'es2022',
    // Read by the bundle budget.
    manifest: true,
    rolldownOptions: { input: pages },
    // The model runtimes are large by nature and loaded lazily; first load has its own budget check.
    chunkSizeWarningLimit: 7000,
  },
});
