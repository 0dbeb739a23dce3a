import type { PDFDocumentLoadingTask } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { toSatchelError } from '../../errors.ts';
import type { PageText } from '../../types.ts';
import { openPdfToDraw } from '../pdf.ts';
import { drawPage } from './draw-pages.ts';
import type { PageRecognizer } from './recognizer.ts';

export type OcrEvent =
  /** The program and its languages are there; told once, with the number of pages to come. */
  { readonly type: 'ready'; readonly pages: number } | { readonly type: 'page'; readonly pageText: PageText };

/** What the worker of text recognition offers. It runs while a person waits for it, and is ended afterwards. */
export interface OcrService {
  /**
   * Reads text off pictures of pages, one after the other.
   * @param pages 1-based; all of the document where empty.
   * @throws SatchelError `ocr-failed`, `aborted`.
   */
  read(file: Blob, pages: readonly number[], signal?: AbortSignal): AsyncIterable<OcrEvent>;
}

export const createOcrService = (load: () => Promise<PageRecognizer>): OcrService => ({
  async *read(file, pages, signal) {
    let recognizer: PageRecognizer | undefined;
    let task: PDFDocumentLoadingTask | undefined;
    try {
      task = await openPdfToDraw(new Uint8Array(await file.arrayBuffer()));
      const pdf = await task.promise;
      const wanted = pages.length > 0 ? pages : Array.from({ length: pdf.numPages }, (_, i) => i + 1);
      recognizer = await load();
      yield { type: 'ready', pages: wanted.length };
      for (const page of wanted) {
        signal?.throwIfAborted();
        const picture = await drawPage(pdf, page);
        signal?.throwIfAborted();
        yield { type: 'page', pageText: { page, ...(await recognizer.recognize(picture)) } };
      }
    } catch (error) {
      throw toSatchelError(error, 'ocr-failed');
    } finally {
      await recognizer?.dispose();
      await task?.destroy();
    }
  },
});
