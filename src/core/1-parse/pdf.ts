import {
  getDocument,
  type PDFDocumentLoadingTask,
  type PDFDocumentProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import { SatchelError } from '../errors.ts';
import { turnsFor } from '../next-turn.ts';
import type { ParsedDocument, ParseWarning } from '../types.ts';
import { DocumentBuilder } from './document-builder.ts';
import type { DocumentParser } from './parser.ts';
import { readPdfAsset, type PdfAssetFolder } from './pdf-assets.ts';
import { toItems } from './pdf-items.ts';
import { findHyphens } from './pdf-joins.ts';
import { toLines, type Line } from './pdf-layout.ts';
import { toParagraphs } from './pdf-lines.ts';
import { outlineTrails } from './pdf-outline.ts';
import { runningLines } from './pdf-running-lines.ts';

const FOLDERS: Readonly<Record<string, PdfAssetFolder>> = {
  cMapUrl: 'cmaps',
  standardFontDataUrl: 'standard_fonts',
  wasmUrl: 'wasm',
};

/**
 * Stands in for pdf.js's own, which asks the page's `document` for its address.
 * @param missing is filled with the character maps that could not be had: pdf.js goes on without them, and
 * the text set by them is gone.
 */
const assetFactory = (missing: string[]) =>
  class {
    async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      const folder = FOLDERS[kind];
      if (!folder) throw new RangeError(`no folder for ${kind}`);
      try {
        return await readPdfAsset(folder, filename);
      } catch (error) {
        if (folder === 'cmaps') missing.push(filename);
        throw error;
      }
    }
  };

/** Text needs neither canvas nor filters, and both of pdf.js's own want a `document`. */
class NoCanvas {
  create(): never {
    throw new Error('no canvas where text is read');
  }
}
class NoFilter {
  addFilter(): string {
    return 'none';
  }
  destroy(): void {}
}

let engine: Promise<void> | undefined;

/**
 * Loads the half of pdf.js that reads files, to run in this thread: we are in a worker already. In a worker
 * that half would take its messages for pdf.js's own and post into them, unless it sees a `window`.
 */
function loadEngine(): Promise<void> {
  engine ??= (async () => {
    const hidden = !('window' in globalThis) && 'WorkerGlobalScope' in globalThis;
    if (hidden) Object.assign(globalThis, { window: globalThis });
    try {
      // It sets `globalThis.pdfjsWorker`, where the other half looks first.
      await import('pdfjs-dist/legacy/build/pdf.worker.mjs');
    } finally {
      if (hidden) Reflect.deleteProperty(globalThis, 'window');
    }
  })();
  return engine;
}

const OPTIONS = {
  // pdf.js joins folder and file itself only in the factory that is replaced; it wants them to be set.
  cMapUrl: 'cmaps/',
  standardFontDataUrl: 'standard_fonts/',
  wasmUrl: 'wasm/',
  FilterFactory: NoFilter,
  useWorkerFetch: false,
  useSystemFonts: false,
  disableFontFace: true,
  isImageDecoderSupported: false,
  isEvalSupported: false,
  enableXfa: false,
  disableRange: true,
  disableStream: true,
  disableAutoFetch: true,
  verbosity: 0,
} as const;

class WorkerCanvas {
  create(
    width: number,
    height: number,
  ): { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D | null } {
    const canvas = new OffscreenCanvas(width, height);
    return { canvas, context: canvas.getContext('2d') };
  }
  reset({ canvas }: { canvas: OffscreenCanvas }, width: number, height: number): void {
    canvas.width = width;
    canvas.height = height;
  }
  destroy({ canvas }: { canvas: OffscreenCanvas }): void {
    canvas.width = 0;
    canvas.height = 0;
  }
}

/**
 * Opens a PDF to draw its pages in a worker; letters that no font is embedded for are not drawn.
 * @returns a task to be destroyed; its promise rejects with pdf.js's own errors.
 */
export async function openPdfToDraw(bytes: Uint8Array): Promise<PDFDocumentLoadingTask> {
  await loadEngine();
  return getDocument({
    ...OPTIONS,
    data: bytes,
    BinaryDataFactory: assetFactory([]),
    CanvasFactory: WorkerCanvas,
    isOffscreenCanvasSupported: true,
  });
}

/**
 * Opens a PDF to read its text.
 * @param missing is filled as by `assetFactory`.
 * @returns a task to be destroyed; its promise rejects with pdf.js's own errors.
 */
export async function openPdf(bytes: Uint8Array, missing: string[]): Promise<PDFDocumentLoadingTask> {
  await loadEngine();
  return getDocument({
    ...OPTIONS,
    data: bytes,
    BinaryDataFactory: assetFactory(missing),
    CanvasFactory: NoCanvas,
    // Its WebAssembly decodes pictures, and no picture is looked at.
    useWasm: false,
    isOffscreenCanvasSupported: false,
  });
}

function toCoded(error: unknown): SatchelError {
  const name = error instanceof Error ? error.name : '';
  const reason = error instanceof Error ? `${name}: ${error.message}` : String(error);
  return new SatchelError(name === 'PasswordException' ? 'encrypted' : 'corrupt', { reason }, error);
}

interface ReadPages {
  /** Undefined for a page that could not be read. */
  readonly pages: readonly (readonly Line[] | undefined)[];
  readonly lastError: unknown;
}

async function readPages(pdf: PDFDocumentProxy, signal: AbortSignal): Promise<ReadPages> {
  const pages: (readonly Line[] | undefined)[] = [];
  let lastError: unknown;
  const turn = turnsFor(signal);
  for (let number = 1; number <= pdf.numPages; number++) {
    await turn();
    try {
      const page = await pdf.getPage(number);
      pages.push(toLines(toItems(await page.getTextContent())));
      page.cleanup();
    } catch (error) {
      // One damaged page does not cost the others: a cut-off file still has its first pages.
      pages.push(undefined);
      lastError = error;
    }
  }
  return { pages, lastError };
}

async function readDocument(pdf: PDFDocumentProxy, signal: AbortSignal): Promise<ParsedDocument> {
  const trails = await outlineTrails(pdf);
  const { pages, lastError } = await readPages(pdf, signal);
  const legible = pages.filter((page) => page !== undefined);
  const broken = pages.length - legible.length;
  if (legible.length === 0) throw toCoded(lastError);
  const running = runningLines(legible);
  const hyphens = findHyphens(legible.flatMap((lines) => lines.map(({ text }) => text)));
  const builder = new DocumentBuilder();
  const empty: number[] = [];
  for (const [i, lines] of pages.entries()) {
    if (!lines) continue;
    if (lines.length === 0) empty.push(i + 1);
    builder.section(trails[i] ?? [], i + 1);
    const body = lines.filter((line) => !running.has(line));
    for (const paragraph of toParagraphs(body, hyphens)) builder.block(paragraph);
  }
  const warnings: ParseWarning[] = [];
  if (empty.length > 0) {
    warnings.push({ code: 'pages-without-text', details: { pages: empty.join(', '), count: empty.length } });
  }
  if (broken > 0) warnings.push({ code: 'skipped-parts', details: { count: broken } });
  return builder.build({ format: 'pdf', pages: pdf.numPages, warnings });
}

export const pdfParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const missing: string[] = [];
    const task = await openPdf(bytes, missing);
    try {
      signal.throwIfAborted();
      let pdf: PDFDocumentProxy;
      try {
        pdf = await task.promise;
      } catch (error) {
        throw toCoded(error);
      }
      return await readDocument(pdf, signal).finally(() => {
        // Offline before the map was ever fetched: better tried again than kept without its text.
        if (missing.length > 0 && !signal.aborted) {
          throw new SatchelError('parse-failed', {
            reason: 'character-map-missing',
            file: missing.join(', '),
          });
        }
      });
    } finally {
      await task.destroy();
    }
  },
};
