import type { BrowserContext, Page } from 'playwright';
import type { Library, RetrievalSettings } from '../../src/core/service.ts';
import type { Headless } from '../../src/headless/main.ts';
import type { Model } from './fake-ollama.ts';
import type { IngestNews } from './ledger.ts';
import type { TestFile } from './test-file.ts';

declare const window: { satchel: Headless; tell(news: IngestNews): Promise<void> };

export interface Found {
  readonly documentId: string;
  readonly start: number;
  readonly end: number;
  readonly cosine: number;
}

export interface StoredSource {
  readonly text: string;
  readonly file: string;
}

/** Questions, or sources, that are asked for at once. */
const AT_ONCE = 16;

/** The app's services on a page of their own, told by what it shows to the outside. Rejects once it is killed. */
export class Tab {
  readonly #page: Page;
  readonly #settings: Partial<RetrievalSettings>;

  private constructor(page: Page, settings: Partial<RetrievalSettings>) {
    this.#page = page;
    this.#settings = settings;
  }

  /** @param hear is given each event of an ingest, but of its progress only the last, after which it is committed. */
  static async open(context: BrowserContext, url: string, hear: (news: IngestNews) => void): Promise<Tab> {
    const page = await context.newPage();
    await page.exposeFunction('tell', hear);
    await page.goto(new URL('headless.html', url).href);
    const tab = new Tab(page, { embedder: 'ollama', ollamaHost: url });
    await tab.#isReady();
    return tab;
  }

  /** Opens the store. */
  async start(model: Model, retriever: RetrievalSettings['retriever'] = 'hybrid'): Promise<void> {
    const changes = { ...this.#settings, ollamaModel: model, retriever };
    await this.#page.evaluate((settings) => window.satchel.open(settings), changes);
  }

  /** Resolves when each file has an outcome, and all of that was heard. */
  add(files: readonly TestFile[]): Promise<void> {
    return this.#ingest(files.map(({ name, text }) => ({ name, text })));
  }

  resume(): Promise<void> {
    return this.#ingest(undefined);
  }

  async #ingest(
    files: readonly { readonly name: string; readonly text: string }[] | undefined,
  ): Promise<void> {
    await this.#page.evaluate(async (given) => {
      const parts = given?.map(({ name, text }) => ({ name, path: '', file: new Blob([text]) }));
      const { retrieval } = window.satchel;
      const told: Promise<void>[] = [];
      for await (const event of parts ? retrieval.add(parts) : retrieval.resume()) {
        const { name, type } = event;
        if (type === 'ready' || type === 'duplicate') {
          told.push(window.tell({ name, type, documentId: event.document.id }));
        } else if (type === 'failed') told.push(window.tell({ name, type, code: event.error.code }));
        else if (type !== 'embedding' || event.done === event.total) told.push(window.tell({ name, type }));
      }
      await Promise.all(told);
    }, files);
  }

  remove({ id }: TestFile): Promise<void> {
    return this.#page.evaluate((documentId) => window.satchel.retrieval.remove(documentId), id);
  }

  removeAll(): Promise<void> {
    return this.#page.evaluate(() => window.satchel.retrieval.removeAll());
  }

  async reindex(): Promise<void> {
    await this.#page.evaluate(async () => {
      for await (const event of window.satchel.retrieval.reindex()) if (event.type === 'done') return;
    });
  }

  library(): Promise<Library> {
    return this.#page.evaluate(() => window.satchel.retrieval.library());
  }

  /** What `source` gives for each of these; undefined where there is no such document. */
  async sources(ids: readonly string[]): Promise<(StoredSource | undefined)[]> {
    const sources: (StoredSource | undefined)[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = await this.#page.evaluate(
        (documentIds) =>
          Promise.all(
            documentIds.map(async (documentId) => {
              try {
                const { text, file } = await window.satchel.retrieval.source(documentId);
                return { text, file: await file.text() };
              } catch (error) {
                if ((error as { code?: string }).code !== 'document-not-found') throw error;
                return undefined;
              }
            }),
          ),
        ids.slice(at, at + AT_ONCE),
      );
      sources.push(...some);
    }
    return sources;
  }

  /** The passages found first by each question, up to three. */
  async ask(questions: readonly string[]): Promise<Found[][]> {
    const found: Found[][] = [];
    for (let at = 0; at < questions.length; at += AT_ONCE) {
      const some = await this.#page.evaluate(
        (asked) =>
          Promise.all(
            asked.map(async (question) => {
              for await (const event of window.satchel.retrieval.ask(question, { k: 3 })) {
                // Not asked for more: no sentence is looked for.
                if (event.type !== 'passages') continue;
                return event.passages.map(({ documentId, start, end, cosine = 0 }) => ({
                  documentId,
                  start,
                  end,
                  cosine,
                }));
              }
              return [];
            }),
          ),
        questions.slice(at, at + AT_ONCE),
      );
      found.push(...some);
    }
    return found;
  }

  /** Ends the retrieval worker in whatever it is doing. */
  killWorker(): Promise<void> {
    return this.#page.evaluate(() => window.satchel.restartRetrieval());
  }

  /** Ends the page and its workers, and comes back as another. */
  async reload(): Promise<void> {
    await this.#page.reload();
    await this.#isReady();
  }

  close(): Promise<void> {
    return this.#page.close();
  }

  async #isReady(): Promise<void> {
    while (!(await this.#page.evaluate(() => 'satchel' in window))) await this.#page.waitForTimeout(20);
  }
}
