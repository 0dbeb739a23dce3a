import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, normalize, sep } from 'node:path';
import type { Connect, Plugin } from 'vite';

/**
 * What pdf.js fetches while it reads: character maps (without them a Chinese PDF whose fonts are not embedded
 * comes out empty), the fonts that every PDF reader must have, decoders of images, colour profiles.
 */
const FOLDERS = ['cmaps', 'standard_fonts', 'wasm', 'iccs'];

/** They are served at `<base>/pdfjs/<folder>/<file>`, in dev, in browser tests and in the built app. */
const URL_PREFIX = 'pdfjs';

const MEDIA_TYPES: Readonly<Record<string, string>> = { wasm: 'application/wasm', js: 'text/javascript' };

export function pdfjsAssets(): Plugin {
  const root = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));

  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    const relative = normalize(path).replace(/^[/\\]+/, '');
    const isListed = FOLDERS.some((folder) => relative.startsWith(folder + sep));
    if (!isListed) return next();
    const file = join(root, relative);
    stat(file).then(
      (info) => {
        response.setHeader(
          'Content-Type',
          MEDIA_TYPES[file.split('.').pop() ?? ''] ?? 'application/octet-stream',
        );
        response.setHeader('Content-Length', info.size);
        createReadStream(file).on('error', next).pipe(response);
      },
      () => next(),
    );
  };

  return {
    name: 'satchel:pdfjs-assets',
    configureServer(server) {
      // Vite strips `base` before this handler, except where base is relative and there is nothing to strip.
      server.middlewares.use(`/${URL_PREFIX}`, serve);
    },
    async generateBundle() {
      for (const folder of FOLDERS) {
        for (const name of await readdir(join(root, folder))) {
          this.emitFile({
            type: 'asset',
            fileName: `${URL_PREFIX}/${folder}/${name}`,
            source: await readFile(join(root, folder, name)),
          });
        }
      }
    },
  };
}
