import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import type { AppFile } from '../../src/offline/app-files.ts';

const SOURCE = fileURLToPath(new URL('../../workers/sw.ts', import.meta.url));

/** Files that the app needs to start and to read every format. WASM is too big to fetch before it is needed. */
const SHELL_FILE = /\.(html|m?js|css|woff2|svg|png|ico|webmanifest)$/;
/** pdf.js takes a few of its 190 small files, by document. Text recognition is for scans. The headless page and two workers are for commands. */
const ON_USE = /^(pdfjs|ocr)\/|^headless|^assets\/(headless|(eval|bench|ocr)\.worker)|\.wasm$/;
/** WebLLM's runtime is 6 MB, for those who write with it. The largest that every reader of PDFs needs has 1.3 MB. */
const SHELL_LIMIT_BYTES = 2_000_000;
/** Models have a cache of their own; the rest is not the app. */
const NEITHER = /^models\/|^\.vite\/|^sw\.js$|\.(map|md|txt)$|\/LICENSE/;

/** Lists what was built and writes `sw.js` (a fixed name, at the root: that is its scope) with that list. */
export const serviceWorker = (): Plugin => {
  let base = './';
  return {
    name: 'satchel:service-worker',
    apply: 'build',
    configResolved(config) {
      base = config.base;
    },
    async writeBundle({ dir }) {
      if (!dir) throw new Error('The build has no output folder.');
      await build({
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        base,
        define: { SATCHEL_APP_FILES: JSON.stringify(await listAppFiles(dir)) },
        build: {
          outDir: dir,
          emptyOutDir: false,
          target: 'es2022',
          rolldownOptions: { input: SOURCE, output: { format: 'iife', entryFileNames: 'sw.js' } },
        },
      });
    },
  };
};

async function listAppFiles(folder: string): Promise<AppFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const urls = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((url) => !NEITHER.test(url))
    .sort();
  return Promise.all(
    urls.map(async (url) => {
      const content = await readFile(join(folder, url));
      const revision = createHash('sha256').update(content).digest('hex').slice(0, 16);
      const isShell = SHELL_FILE.test(url) && !ON_USE.test(url) && content.length <= SHELL_LIMIT_BYTES;
      return { url, revision, keep: isShell ? 'shell' : 'on-use' };
    }),
  );
}
