import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

/**
 * Builds the app with one more page, `probe.html`, and serves it under the headers that the app is deployed with. It is
 * a build of its own, for code that two pages share would become files of its own in the app's first load.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = '.cache/probe';

/** Another origin than the app's, whose service worker knows no such page and would answer with the app. */
const PORT = 4174;

const input = [fileURLToPath(new URL('../probe.html', import.meta.url))];
await build({
  root: ROOT,
  logLevel: 'warn',
  build: { outDir: OUT, emptyOutDir: true, rolldownOptions: { input } },
});
await preview({
  root: ROOT,
  logLevel: 'warn',
  build: { outDir: OUT },
  preview: { host: '127.0.0.1', port: PORT, strictPort: true, open: false },
}).catch((error: unknown) => {
  console.error(`Port ${PORT} of 127.0.0.1 can't be used: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
});
console.log(`The probe is at http://127.0.0.1:${PORT}/probe.html (Ctrl+C ends it)`);
