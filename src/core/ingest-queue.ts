import { Channel } from './channel.ts';
import { SatchelError, toErrorData } from './errors.ts';
import { giveUp, indexFile, readFile, type Cut, type IngestDependencies, type Report } from './ingest.ts';
import type { IngestEvent } from './service.ts';
import type { PendingFile } from './store/schema.ts';
import type { FileInput } from './types.ts';

/** One tab at a time ingests, so that no file is embedded twice; the others' files wait their turn. */
const LOCK = 'satchel-ingest';
/** Reading ahead pauses at so many characters of parsed text in memory. */
const MAX_READ_AHEAD = 32_000_000;

interface Job {
  readonly file: PendingFile;
  readonly report: Report;
  readonly controller: AbortController;
  /** On the disk: nothing is lost from here on. */
  accepted: boolean;
  read?: Cut;
  readonly finished: () => void;
}

/**
 * Takes files in, reads them one after the other, and embeds the shortest of those that are read: a batch
 * with one very long document has all the others searchable first.
 */
export class IngestQueue {
  readonly #jobs = new Map<string, Job>();
  readonly #deps: IngestDependencies;
  #running: Promise<void> | undefined;
  #wake: () => void = () => undefined;
  #change = new Promise<void>((resolve) => (this.#wake = resolve));

  constructor(deps: IngestDependencies) {
    this.#deps = deps;
  }

  /** Files that are neither committed nor given up. */
  get size(): number {
    return this.#jobs.size;
  }

  add(files: readonly FileInput[], signal?: AbortSignal): AsyncIterable<IngestEvent> {
    const now = Date.now();
    const pending = files.map((input, i) => ({ ...input, ingestId: crypto.randomUUID(), addedAt: now + i }));
    return this.#run(pending, true, signal);
  }

  /** Takes up files that are pending in the store and not in the queue. */
  async *resume(signal?: AbortSignal): AsyncIterable<IngestEvent> {
    const pending = (await this.#deps.pending.all()).filter(({ ingestId }) => !this.#jobs.has(ingestId));
    if (pending.length > 0) yield* this.#run(pending, false, signal);
  }

  async cancel(ingestId: string): Promise<void> {
    this.#jobs.get(ingestId)?.controller.abort();
    if (!this.#jobs.has(ingestId)) await this.#deps.pending.remove(ingestId);
  }

  /** Cancels every file and waits until none is being worked on. */
  async stop(): Promise<void> {
    for (const { controller } of this.#jobs.values()) controller.abort();
    await this.#running;
  }

  async *#run(
    files: readonly PendingFile[],
    isNew: boolean,
    signal?: AbortSignal,
  ): AsyncGenerator<IngestEvent> {
    const events = new Channel<IngestEvent>();
    let open = files.length;
    const jobs = files.map((file): Job => {
      const { ingestId, name } = file;
      const report: Report = (event) => events.push({ ingestId, name, ...event });
      const finished = (): void => {
        this.#jobs.delete(ingestId);
        this.#changed();
        if (--open === 0) events.close();
      };
      return { file, report, controller: new AbortController(), accepted: !isNew, finished };
    });
    if (open === 0) return;
    const abort = (): void => jobs.forEach(({ controller }) => controller.abort());
    signal?.addEventListener('abort', abort);
    for (const job of jobs) {
      this.#jobs.set(job.file.ingestId, job);
      job.report({ type: 'queued', sizeBytes: job.file.file.size });
    }
    if (signal?.aborted) abort();
    void this.#accept(jobs, isNew);
    try {
      yield* events;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Writes new files to the disk before any work is done on them, then sees that the queue runs. */
  async #accept(jobs: readonly Job[], isNew: boolean): Promise<void> {
    this.#running ??= this.#work();
    for (const job of isNew ? jobs : []) {
      try {
        if (!job.controller.signal.aborted) await this.#deps.pending.put(job.file);
        job.accepted = true;
        this.#changed();
      } catch (error) {
        job.report({ type: 'failed', error: toErrorData(error) });
        job.finished();
      }
    }
  }

  async #work(): Promise<void> {
    try {
      while (this.#jobs.size > 0) {
        await navigator.locks.request(LOCK, () => Promise.all([this.#readAll(), this.#indexAll()]));
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #readAll(): Promise<void> {
    while (this.#jobs.size > 0) {
      const job = [...this.#jobs.values()].find(({ accepted, read }) => accepted && !read);
      if (!job || this.#charactersRead() > MAX_READ_AHEAD) await this.#change;
      else
        await this.#attempt(job, async ({ file, report, controller }) => {
          const read = await readFile(file, this.#deps, report, controller.signal);
          if (read) job.read = read;
          this.#changed();
          return read !== undefined;
        });
    }
  }

  async #indexAll(): Promise<void> {
    while (this.#jobs.size > 0) {
      const ready = [...this.#jobs.values()].filter(({ read }) => read);
      const [job] = ready.sort((a, b) => (a.read?.chunks.length ?? 0) - (b.read?.chunks.length ?? 0));
      if (!job?.read) await this.#change;
      else {
        const { read } = job;
        await this.#attempt(job, async ({ report, controller }) => {
          await indexFile(read, this.#deps, report, controller.signal);
          return false;
        });
      }
    }
  }

  #charactersRead(): number {
    return [...this.#jobs.values()].reduce((sum, { read }) => sum + (read?.parsed.text.length ?? 0), 0);
  }

  /** Wakes what waits on `#change`. */
  #changed(): void {
    this.#wake();
    this.#change = new Promise((resolve) => (this.#wake = resolve));
  }

  /** @param step tells whether the job goes on. */
  async #attempt(job: Job, step: (job: Job) => Promise<boolean>): Promise<void> {
    try {
      if (job.controller.signal.aborted) throw new SatchelError('aborted');
      if (await step(job)) return;
    } catch (error) {
      await giveUp(job.file, error, this.#deps, job.report);
    }
    job.finished();
  }
}
