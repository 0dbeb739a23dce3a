import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setPdfAssetReader } from '../src/core/1-parse/pdf-assets.ts';

/** What pdf.js looks for as it is loaded, to draw with. Nothing is drawn here. */
class Unused {}

/** Lets the PDF parser run in Node: data files come from the package, where no server hands them out. */
export function preparePdfInNode(): void {
  const root = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  setPdfAssetReader(async (folder, file) => new Uint8Array(await readFile(join(root, folder, file))));
  for (const name of ['DOMMatrix', 'ImageData', 'Path2D']) {
    if (!(name in globalThis)) Object.assign(globalThis, { [name]: Unused });
  }
}
