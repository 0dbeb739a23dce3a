import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Connect, Plugin } from 'vite';

/** They are served at `<base>/ocr/<file>`, fetched only once somebody has pages of a scan read. */
const URL_PREFIX = 'ocr';

const PROGRAM = [
  ['tesseract.js', 'dist/worker.min.js'],
  ['tesseract.js-core', 'tesseract-core-simd-lstm.wasm.js'],
] as const;
/** Integer weights of the best models: 2.9 and 1.7 MB, where the package's others have 11 and 20. */
const LANGUAGES = ['eng', 'chi_sim'].map(
  (language) => [`@tesseract.js-data/${language}`, `4.0.0_best_int/${language}.traineddata.gz`] as const,
);

/** The program prints notes (such as a guessed resolution) as errors; what fails is told by a message. */
const QUIET = Buffer.from('console.error = console.debug;\n');

const require = createRequire(import.meta.url);

/** @returns undefined where the package, or the file in it, is not installed. */
function find([name, file]: readonly [string, string]): string | undefined {
  try {
    const path = join(dirname(require.resolve(`${name}/package.json`)), file);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

async function read(path: string): Promise<Buffer> {
  const content = await readFile(path);
  return path.endsWith('worker.min.js') ? Buffer.concat([QUIET, content]) : content;
}

/** The files of the text recognition; none where one is missing. `OCR_IS_BUILT_IN` says so to the app. */
export function ocrAssets(): Plugin {
  const paths = [...PROGRAM, ...LANGUAGES].map(find).filter((path) => path !== undefined);
  const isComplete = paths.length === PROGRAM.length + LANGUAGES.length;
  const files = new Map((isComplete ? paths : []).map((path) => [basename(path), path]));

  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const name = (request.url ?? '').split('?')[0]?.replace(/^\/+/, '') ?? '';
    const path = files.get(name);
    if (path === undefined) return next();
    read(path).then((content) => {
      response.setHeader(
        'Content-Type',
        name.endsWith('.js') ? 'text/javascript' : 'application/octet-stream',
      );
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
      response.end(content);
    }, next);
  };

  return {
    name: 'satchel:ocr-assets',
    config: () => ({ define: { OCR_IS_BUILT_IN: JSON.stringify(isComplete) } }),
    configureServer(server) {
      server.middlewares.use(`/${URL_PREFIX}`, serve);
    },
    async generateBundle() {
      for (const [name, path] of files) {
        this.emitFile({
          type: 'asset',
          fileName: `${URL_PREFIX}/${name}`,
          source: await read(path),
        });
      }
    },
  };
}
