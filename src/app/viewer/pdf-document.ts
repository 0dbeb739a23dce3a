import {
  getDocument,
  GlobalWorkerOptions,
  type PDFDocumentLoadingTask,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

const asset = (folder: string): string =>
  new URL(`${import.meta.env.BASE_URL}pdfjs/${folder}/`, document.baseURI).href;

/**
 * Opens a PDF to be drawn. `destroy()` of the task ends its worker.
 * The task's promise rejects with pdf.js's own errors.
 */
export async function openPdf(file: Blob): Promise<PDFDocumentLoadingTask> {
  GlobalWorkerOptions.workerSrc = workerUrl;
  return getDocument({
    data: new Uint8Array(await file.arrayBuffer()),
    cMapUrl: asset('cmaps'),
    standardFontDataUrl: asset('standard_fonts'),
    wasmUrl: asset('wasm'),
    iccUrl: asset('iccs'),
    // Fonts are programs: none of them is compiled with eval, which the page's policy forbids anyway.
    isEvalSupported: false,
    enableXfa: false,
    verbosity: 0,
  });
}
