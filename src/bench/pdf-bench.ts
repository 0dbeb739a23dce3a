import { openPdf, pdfParser } from '../core/1-parse/pdf.ts';
import { sentenceChunker } from '../core/2-chunk/sentence-chunker.ts';
import type { Embedder } from '../core/3-embed/embedder.ts';
import { embedders } from '../core/3-embed/registry.ts';
import { cut } from '../core/cut.ts';
import { SatchelError } from '../core/errors.ts';
import type { PdfBench } from './bench-service.ts';

const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());

/** pdf.js alone over all pages, and the app's parser and chunker, in one worker. */
export function createPdfBench(): PdfBench {
  let embedder: Embedder | undefined;

  return {
    async openTokenizer(settings) {
      ({ embedder } = await embedders.get(settings.embedder).load(settings));
    },

    async readBare(file) {
      const bytes = await bytesOf(file);
      const startedAt = performance.now();
      const task = await openPdf(bytes, []);
      const pdf = await task.promise;
      for (let number = 1; number <= pdf.numPages; number++) {
        const page = await pdf.getPage(number);
        await page.getTextContent();
        page.cleanup();
      }
      await task.destroy();
      return performance.now() - startedAt;
    },

    async readWhole(file) {
      if (!embedder) throw new SatchelError('internal', { reason: 'openTokenizer() comes first' });
      const { signal } = new AbortController();
      const bytes = await bytesOf(file);
      const startedAt = performance.now();
      const parsed = await pdfParser.parse({ bytes, name: 'bench.pdf' }, signal);
      const parseMs = performance.now() - startedAt;
      const { length } = await cut(parsed, sentenceChunker, embedder, signal);
      const cutMs = performance.now() - startedAt - parseMs;
      return { parseMs, cutMs, pages: parsed.pages ?? 0, characters: parsed.text.length, chunks: length };
    },
  };
}
