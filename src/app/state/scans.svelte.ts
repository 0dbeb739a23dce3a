import type { OcrService } from '../../core/1-parse/ocr/ocr-service.ts';
import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { RetrievalService } from '../../core/service.ts';
import type { DocumentRecord, FileInput, PageText } from '../../core/types.ts';
import type { LibraryState } from './library.svelte.ts';

/** Pages of one document that are being read off their pictures. */
export interface ScanReading {
  readonly name: string;
  readonly done: number;
  /** 0 while the program is fetched. */
  readonly total: number;
}

/**
 * Has scanned pages read when a person asks for it, one document at a time. Nothing of the library changes before
 * all of them are read: then the document goes through the library again, with their texts.
 */
export class ScansState {
  readonly #ocr: OcrService;
  readonly #endOcr: () => void;
  readonly #retrieval: Pick<RetrievalService, 'source'>;
  readonly #library: Pick<LibraryState, 'addPageTexts'>;
  #running = $state.raw<ScanReading>();
  #failed = $state.raw<{ readonly name: string; readonly error: ErrorData }>();
  #abort: AbortController | undefined;

  constructor(
    ocr: OcrService,
    endOcr: () => void,
    retrieval: Pick<RetrievalService, 'source'>,
    library: Pick<LibraryState, 'addPageTexts'>,
  ) {
    this.#ocr = ocr;
    this.#endOcr = endOcr;
    this.#retrieval = retrieval;
    this.#library = library;
  }

  get running(): ScanReading | undefined {
    return this.#running;
  }
  get failed(): { readonly name: string; readonly error: ErrorData } | undefined {
    return this.#failed;
  }

  /** @returns how many pages were read; 0 when it was cancelled or failed. */
  readDocument({ id, name, path, pagesWithoutText }: DocumentRecord): Promise<number> {
    return this.#read(name, pagesWithoutText, async () => {
      const { file } = await this.#retrieval.source(id);
      return { file, name, path };
    });
  }

  /** A file that holds no text at all. */
  readFile(input: FileInput): Promise<number> {
    return this.#read(input.name, [], async () => input);
  }

  /** Nothing of what was read so far is kept. */
  cancel(): void {
    this.#abort?.abort();
    // Deep in a page it does not see the signal.
    this.#endOcr();
  }

  async #read(name: string, pages: readonly number[], input: () => Promise<FileInput>): Promise<number> {
    if (this.#running) return 0;
    const abort = new AbortController();
    this.#abort = abort;
    this.#failed = undefined;
    this.#running = { name, done: 0, total: 0 };
    const pageTexts: PageText[] = [];
    let read: FileInput;
    try {
      read = await input();
      let total = 0;
      for await (const event of this.#ocr.read(read.file, pages, abort.signal)) {
        if (event.type === 'ready') total = event.pages;
        else pageTexts.push(event.pageText);
        this.#running = { name, done: pageTexts.length, total };
      }
    } catch (error) {
      const data = toErrorData(error);
      if (data.code !== 'aborted') this.#failed = { name, error: data };
      return 0;
    } finally {
      this.#running = undefined;
      // It takes some 200 MB, and the next scan may be months away.
      this.#endOcr();
    }
    await this.#library.addPageTexts({ ...read, pageTexts });
    return pageTexts.length;
  }
}
