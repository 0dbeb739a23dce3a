import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { build, preview, type InlineConfig } from 'vite';
import { scanKernel } from '../../scripts/build/scan-kernel.ts';
import { findBrowser } from '../../scripts/find-browser.ts';
import { isolationHeaders } from '../offline/security-headers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUT = '.cache/index-bench';
const PAGE = 'src/bench/index-page.html';

/** Embeds texts, in client-vector-search; it is loaded when that is asked for, and nobody asks. */
export const NEVER_LOADED = ['@xenova/transformers'];

/**
 * Peers are no part of the app, whose build would list them for its service worker; and hnswlib-wasm needs
 * `eval`, which the app's policy forbids. So there is a build of its own, served without a policy.
 */
export const indexBuild = (): InlineConfig => ({
  root: ROOT,
  configFile: false,
  publicDir: false,
  logLevel: 'error',
  base: './',
  plugins: [scanKernel()],
  worker: {
    format: 'es',
    plugins: () => [scanKernel()],
    rolldownOptions: { external: NEVER_LOADED },
  },
  build: {
    target: 'es2022',
    outDir: OUT,
    emptyOutDir: true,
    rolldownOptions: {
      external: NEVER_LOADED,
      input: fileURLToPath(new URL('index-page.html', import.meta.url)),
    },
  },
});

export interface IndexPageHandle {
  /** A page that has run nothing and stored nothing yet, in the place of the one before, even of one that crashed. */
  reopen(): Promise<Page>;
  close(): Promise<void>;
}

/** Builds the page, serves it on 127.0.0.1 and opens it in a headless browser. */
export async function openIndexPage(): Promise<IndexPageHandle> {
  await build(indexBuild());
  const server = await preview({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: { outDir: OUT },
    preview: { host: '127.0.0.1', port: 0, open: false, headers: isolationHeaders('') },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const browser = await findBrowser();
  // A profile of its own: in a private window no value of more than 127 MiB can be stored.
  const context = await chromium.launchPersistentContext('', {
    ...browser,
    args: [...browser.args, '--enable-blink-features=ForceEagerMeasureMemory'],
    headless: true,
  });
  return {
    async reopen() {
      const [last] = context.pages();
      const page = await context.newPage();
      await last?.close();
      await page.goto(`http://127.0.0.1:${address.port}/${PAGE}`);
      await page.evaluate(async () => {
        const databases = await indexedDB.databases();
        for (const { name = '' } of databases) indexedDB.deleteDatabase(name);
      });
      return page;
    },
    async close() {
      await context.close();
      await server.close();
    },
  };
}
