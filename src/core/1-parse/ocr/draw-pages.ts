import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { SatchelError } from '../../errors.ts';

/** What most scanners give and what Tesseract was trained on. */
const DOTS_PER_INCH = 300;
const POINTS_PER_INCH = 72;
/** An A4 page at 300 dots has 8.7 million; a poster must not take all memory. */
const MAX_PIXELS = 16_000_000;

/** @param number 1-based. @returns a picture of the page, as PNG. */
export async function drawPage(pdf: PDFDocumentProxy, number: number): Promise<Blob> {
  const page = await pdf.getPage(number);
  const natural = page.getViewport({ scale: 1 });
  const scale = Math.min(
    DOTS_PER_INCH / POINTS_PER_INCH,
    Math.sqrt(MAX_PIXELS / (natural.width * natural.height)),
  );
  const viewport = page.getViewport({ scale });
  const canvas = new OffscreenCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const context = canvas.getContext('2d');
  if (!context) throw new SatchelError('ocr-failed', { reason: 'no canvas' });
  // pdf.js's types know canvases of a page only; it draws on any.
  const target = { canvas: null, canvasContext: context, viewport } as unknown;
  await page.render(target as Parameters<PDFPageProxy['render']>[0]).promise;
  page.cleanup();
  return canvas.convertToBlob({ type: 'image/png' });
}
