import { pageUnitOf, type PageUnit } from '../../core/1-parse/page-unit.ts';
import { ollamaFingerprintId } from '../../core/3-embed/ollama-names.ts';
import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { IngestEvent, Library, ReindexEvent, RetrievalService } from '../../core/service.ts';
import type { FileInput } from '../../core/types.ts';
import { IngestFile } from './ingest-file.svelte.ts';
import type { SettingsState } from './settings.svelte.ts';
import type { StorageState } from './storage.svelte.ts';

export interface Outcome {
  readonly added: number;
  readonly duplicates: number;
  readonly failed: number;
  readonly cancelled: number;
}

const NO_OUTCOME: Outcome = { added: 0, duplicates: 0, failed: 0, cancelled: 0 };
/** Part of the bytes to be embedded that has to be done before the time left is told. */
const PROMISE_FROM = 0.03;
const EMPTY: Library = { documents: [], chunks: 0, pending: [] };

/** The documents that are there, the files on their way in, and what can be done with them. */
export class LibraryState {
  readonly #service: RetrievalService;
  readonly #settings: SettingsState;
  readonly #storage: Pick<StorageState, 'persistOnce'>;

  #status = $state<'opening' | 'open' | 'failed'>('opening');
  #library = $state.raw<Library>(EMPTY);
  #files = $state.raw<readonly IngestFile[]>([]);
  #outcome = $state.raw<Outcome>(NO_OUTCOME);
  /** Files handed over that no event has named yet. */
  #unannounced = $state(0);
  #streams = $state(0);
  #resumed = $state(0);
  #restoring = $state(0);
  #error = $state.raw<ErrorData>();
  #reindexing = $state.raw<ReindexEvent>();
  #chunksPerSecond = $state(0);

  readonly #aborts = new Set<AbortController>();
  readonly #byId = new Map<string, IngestFile>();
  #batchStartedAt = 0;

  readonly documents = $derived.by(() => this.#library.documents);
  readonly #unitById: ReadonlyMap<string, PageUnit> = $derived(
    new Map(this.documents.map(({ id, format }) => [id, pageUnitOf(format)])),
  );
  /** Files that have not ended; those that wait come last. */
  readonly active: readonly IngestFile[] = $derived.by(() => {
    const running = this.#files.filter((file) => !file.hasEnded);
    return [
      ...running.filter((file) => file.phase !== 'queued'),
      ...running.filter((file) => file.phase === 'queued'),
    ];
  });
  /** Files that ended without becoming a document: each stays until it is dismissed. */
  readonly problems: readonly IngestFile[] = $derived.by(() =>
    this.#files.filter((file) => file.phase === 'failed' || file.phase === 'duplicate'),
  );

  constructor(
    service: RetrievalService,
    settings: SettingsState,
    storage: Pick<StorageState, 'persistOnce'>,
  ) {
    this.#service = service;
    this.#settings = settings;
    this.#storage = storage;
  }

  get status(): 'opening' | 'open' | 'failed' {
    return this.#status;
  }
  get chunks(): number {
    return this.#library.chunks;
  }
  /** As fingerprints name it. */
  get embedder(): string {
    const { embedder, ollamaModel } = this.#settings.retrieval;
    return this.#library.embedder ?? (embedder === 'ollama' ? ollamaFingerprintId(ollamaModel) : embedder);
  }
  get mismatch(): Library['mismatch'] {
    return this.#library.mismatch;
  }
  get indexError(): ErrorData | undefined {
    return this.#library.indexError;
  }
  get outcome(): Outcome {
    return this.#outcome;
  }
  get unannounced(): number {
    return this.#unannounced;
  }
  get isAdding(): boolean {
    return this.#streams > 0;
  }
  /** How many files this visit took up from an earlier one. */
  get resumed(): number {
    return this.#resumed;
  }
  /** How many of them are documents that the browser had lost, while they are indexed anew. */
  get restoring(): number {
    return this.#restoring;
  }
  /** What interrupted the last operation as a whole; errors of single files are with the file. */
  get error(): ErrorData | undefined {
    return this.#error;
  }
  get chunksPerSecond(): number {
    return this.#chunksPerSecond;
  }
  get reindexing(): ReindexEvent | undefined {
    return this.#reindexing;
  }

  /** Files of the running batch: `done` of `total`, a fraction by bytes, and what it leads one to expect. */
  get progress(): { done: number; total: number; fraction: number; secondsLeft: number } {
    const { added, duplicates, failed, cancelled } = this.#outcome;
    const done = added + duplicates + failed + cancelled;
    const total = done + this.active.length + this.#unannounced;
    return { done, total, ...this.#estimate() };
  }

  async open(): Promise<void> {
    this.#status = 'opening';
    this.#error = undefined;
    try {
      this.#library = await this.#service.open(this.#settings.retrieval);
      this.#status = 'open';
    } catch (error) {
      this.#error = toErrorData(error);
      this.#status = 'failed';
      return;
    }
    const waiting = this.#library.pending.length;
    if (waiting > 0 && this.#streams === 0) {
      this.#resumed = waiting;
      this.#restoring = this.#library.restored ?? 0;
      await this.#run((signal) => this.#service.resume(signal), waiting);
      this.#restoring = 0;
    }
  }

  /** What the numbers of its places count: pages, or slides. */
  pageUnit(documentId: string): PageUnit {
    return this.#unitById.get(documentId) ?? 'page';
  }

  /** Hands changed settings to the worker. The documents stay listed meanwhile. */
  async applySettings(): Promise<void> {
    this.#error = undefined;
    try {
      this.#library = await this.#service.open(this.#settings.retrieval);
      this.#status = 'open';
    } catch (error) {
      this.#error = toErrorData(error);
    }
  }

  async add(files: readonly FileInput[]): Promise<void> {
    if (files.length === 0) return;
    await this.#run((signal) => this.#service.add(files, signal), files.length, files);
  }

  /** A file again, with texts of its pages; others that failed keep their rows. */
  async addPageTexts(input: FileInput): Promise<void> {
    this.#files = this.#files.filter((file) => file.input?.file !== input.file);
    await this.#run((signal) => this.#service.add([input], signal), 1, [input], true);
  }

  async cancel(file: IngestFile): Promise<void> {
    await this.#attempt(() => this.#service.cancel(file.ingestId));
  }

  cancelAll(): void {
    for (const abort of this.#aborts) abort.abort();
  }

  dismiss(file: IngestFile): void {
    this.#files = this.#files.filter((one) => one !== file);
  }

  dismissAll(): void {
    this.#files = this.#files.filter((file) => !file.hasEnded);
    this.#error = undefined;
    this.#resumed = 0;
    if (this.#streams === 0) this.#outcome = NO_OUTCOME;
  }

  /** @returns whether the document is gone from the disk. */
  async remove(documentId: string): Promise<boolean> {
    return this.#attempt(async () => {
      await this.#service.remove(documentId);
      await this.#refresh();
    });
  }

  async removeAll(): Promise<boolean> {
    this.cancelAll();
    return this.#attempt(async () => {
      await this.#service.removeAll();
      this.#files = [];
      await this.#refresh();
    });
  }

  async reindex(): Promise<void> {
    const abort = new AbortController();
    this.#aborts.add(abort);
    await this.#attempt(async () => {
      for await (const event of this.#service.reindex(abort.signal)) this.#reindexing = event;
      await this.#refresh();
    });
    this.#aborts.delete(abort);
    this.#reindexing = undefined;
  }

  async #run(
    start: (signal: AbortSignal) => AsyncIterable<IngestEvent>,
    count: number,
    inputs: readonly FileInput[] = [],
    keepsProblems = false,
  ): Promise<void> {
    const abort = new AbortController();
    this.#aborts.add(abort);
    if (this.#streams === 0) {
      this.#outcome = NO_OUTCOME;
      if (!keepsProblems) this.#files = this.#files.filter((file) => !file.hasEnded);
      this.#byId.clear();
      this.#batchStartedAt = 0;
      this.#chunksPerSecond = 0;
    }
    this.#streams += 1;
    this.#error = undefined;
    let unannounced = count;
    this.#unannounced += count;
    try {
      for await (const event of start(abort.signal)) {
        // Files are announced in the order in which they were given.
        if (this.#apply(event, inputs[count - unannounced]) && unannounced > 0) {
          unannounced -= 1;
          this.#unannounced -= 1;
        }
      }
    } catch (error) {
      const data = toErrorData(error);
      if (data.code !== 'aborted') this.#error = data;
    } finally {
      this.#aborts.delete(abort);
      this.#streams -= 1;
      this.#unannounced -= unannounced;
    }
    // Whatever ended the stream, the store knows what became of its files.
    await this.refresh();
    if (this.#streams === 0) this.#endStalled();
  }

  /** @returns whether this is the first event of its file. */
  #apply(event: IngestEvent, input?: FileInput): boolean {
    const known = this.#byId.get(event.ingestId);
    const file = known ?? new IngestFile(event.ingestId, event.name, input);
    if (!known) {
      this.#byId.set(event.ingestId, file);
      this.#files = [...this.#files, file];
    }
    file.apply(event);
    if (event.type === 'embedding') {
      this.#batchStartedAt ||= performance.now();
      // Between two files nothing is embedded; the last speed is still the best news.
      if (event.chunksPerSecond > 0) this.#chunksPerSecond = event.chunksPerSecond;
    } else if (event.type === 'ready') {
      this.#count('added');
      void this.#storage.persistOnce();
      const { document } = event;
      this.#library = {
        ...this.#library,
        documents: [...this.#library.documents.filter(({ id }) => id !== document.id), document],
        chunks: this.#library.chunks + document.chunks,
      };
    } else if (event.type === 'unpacked') {
      // Its files stand for it from now on, in number and in bytes.
      this.#files = this.#files.filter((one) => one !== file);
    } else if (event.type === 'duplicate') this.#count('duplicates');
    else if (event.type === 'failed') this.#count('failed');
    else if (event.type === 'cancelled') this.#count('cancelled');
    return known === undefined;
  }

  #count(kind: keyof Outcome): void {
    this.#outcome = { ...this.#outcome, [kind]: this.#outcome[kind] + 1 };
  }

  /** Rows of a stream that broke off say nothing any more; the store resumes the files they stood for. */
  #endStalled(): void {
    this.#files = this.#files.filter((file) => file.hasEnded);
  }

  /**
   * By bytes: chunks per file are unknown until it is parsed, and bytes are known from the start. Formats
   * differ in text per byte, so nothing is promised before a part is done. What was there beforehand, such as
   * chunks of an earlier version, took no time and tells nothing of the speed.
   */
  #estimate(): { fraction: number; secondsLeft: number } {
    let all = 0;
    let done = 0;
    let embedded = 0;
    for (const file of this.#files) {
      all += file.sizeBytes;
      done += file.sizeBytes * file.fraction;
      embedded += file.sizeBytes * file.embeddedFraction;
    }
    const fraction = all === 0 ? 0 : done / all;
    const left = all - done;
    if (embedded === 0 || embedded < PROMISE_FROM * (embedded + left)) return { fraction, secondsLeft: 0 };
    const seconds = (performance.now() - this.#batchStartedAt) / 1000;
    return { fraction, secondsLeft: (seconds * left) / embedded };
  }

  /** Reads again what the service says of the whole. */
  async refresh(): Promise<void> {
    await this.#attempt(() => this.#refresh());
  }

  async #refresh(): Promise<void> {
    this.#library = await this.#service.library();
  }

  async #attempt(operation: () => Promise<void>): Promise<boolean> {
    try {
      await operation();
      return true;
    } catch (error) {
      const data = toErrorData(error);
      if (data.code !== 'aborted') this.#error = data;
      return false;
    }
  }
}
