import type { OcrService } from '../../core/1-parse/ocr/ocr-service.ts';
import { SatchelError, type ErrorData } from '../../core/errors.ts';
import type { RetrievalService } from '../../core/service.ts';
import type { DocumentRecord, FileInput, PageText } from '../../core/types.ts';
import type { LibraryState } from './library.svelte.ts';
import { Work } from './work.svelte.ts';

/** Pages of one document that are being read off their pictures. */
export interface ScanReading {
  readonly name: string;
  readonly done: number;
  /** 0 while the program is fetched. */
  readonly total: number;
}

const hasText = ({ text }: PageText): boolean => text.trim() !== '';

/**
 * Has scanned pages read when a person asks for it, one document at a time. Nothing of the library changes before
 * all of them are read: then the document goes through the library again, with their texts.
 */
export class ScansState {
  readonly #ocr: OcrService;
  readonly #endOcr: () => void;
  readonly #retrieval: Pick<RetrievalService, 'source'>;
  readonly #library: Pick<LibraryState, 'addPageTexts'>;
  readonly #work = new Work<ScanReading>();
  #name = $state('');

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
    return this.#work.progress;
  }
  get failed(): { readonly name: string; readonly error: ErrorData } | undefined {
    return this.#work.error && { name: this.#name, error: this.#work.error };
  }

  /** @returns how many pages gave text; 0 when none did, and when it was cancelled or failed. */
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

  /** Nothing of what was read so far is kept; what is told of a failure goes. */
  cancel(): void {
    const { isRunning } = this.#work;
    this.#work.cancel();
    // Deep in a page it does not see the signal.
    if (isRunning) this.#endOcr();
  }

  async #read(name: string, pages: readonly number[], input: () => Promise<FileInput>): Promise<number> {
    if (this.#work.isRunning) return 0;
    this.#name = name;
    const pageTexts: PageText[] = [];
    let read: FileInput | undefined;
    const isRead = await this.#work.run(async (signal, report) => {
      try {
        report({ name, done: 0, total: 0 });
        read = await input();
        let total = 0;
        for await (const event of this.#ocr.read(read.file, pages, signal)) {
          if (event.type === 'ready') total = event.pages;
          else pageTexts.push(event.pageText);
          report({ name, done: pageTexts.length, total });
        }
        // Read again without a text, the document would be told to hold none, as if nobody had looked.
        if (!pageTexts.some(hasText)) throw new SatchelError('ocr-found-nothing', { pages: total });
      } finally {
        // It takes some 200 MB, and the next scan may be months away. Cancelled, it has ended already.
        if (!signal.aborted) this.#endOcr();
      }
    });
    if (!isRead || !read) return 0;
    await this.#library.addPageTexts({ ...read, pageTexts });
    return pageTexts.filter(hasText).length;
  }
}
