/** Folders of pdfjs-dist that the site serves beside the app. */
export type PdfAssetFolder = 'cmaps' | 'standard_fonts' | 'wasm';

/** @throws when there is no such file */
export type PdfAssetReader = (folder: PdfAssetFolder, file: string) => Promise<Uint8Array>;

function assetUrl(folder: PdfAssetFolder, file: string): URL {
  const base = import.meta.env.BASE_URL;
  // A relative base is relative to the page; the worker that parses lies in the folder `assets` below it.
  const root = base.startsWith('.') ? '../' : base;
  return new URL(`${root}pdfjs/${folder}/${file}`, globalThis.location.href);
}

const fetchAsset: PdfAssetReader = async (folder, file) => {
  const response = await fetch(assetUrl(folder, file));
  if (!response.ok) throw new Error(`HTTP ${response.status} for pdfjs/${folder}/${file}`);
  return new Uint8Array(await response.arrayBuffer());
};

let reader = fetchAsset;

/** For where there is no server of our own, such as Node. */
export function setPdfAssetReader(replacement: PdfAssetReader): void {
  reader = replacement;
}

export const readPdfAsset: PdfAssetReader = (folder, file) => reader(folder, file);
