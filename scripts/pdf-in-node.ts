import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setPdfAssetReader } from '../src/core/1-parse/pdf-assets.ts';

/** pdf.js makes one as it is loaded, for drawing. Nothing is drawn here. */
class UnusedMatrix {}

/** Lets the PDF parser run in Node: data files come from the package, where no server hands them out. */
export function preparePdfInNode(): void {
  const root = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  setPdfAssetReader(async (folder, file) => new Uint8Array(await readFile(join(root, folder, file))));
  if (!('DOMMatrix' in globalThis)) Object.assign(globalThis, { DOMMatrix: UnusedMatrix });
}
