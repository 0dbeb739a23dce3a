import { Channel } from './channel.ts';
import { SatchelError } from './errors.ts';
import { checkFreeSpace } from './free-space.ts';
import { acceptedBytes, foreseenBytes } from './ingest-space.ts';
import {
  giveUp,
  indexFile,
  readFile,
  type Contents,
  type Cut,
  type IngestDependencies,
  type Report,
} from './ingest.ts';
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
  /** A step is at work on it; it sees the signal by itself. */
  busy: boolean;
  read?: Cut;
  /** Resolves when the file is committed or given up. */
  readonly done: Promise<void>;
  readonly finish: () => void;
  readonly batch: Batch;
}

/** Files that were given together, and what was in their archives. */
interface Batch {
  readonly events: Channel<IngestEvent>;
  readonly admit: (file: PendingFile, accepted: boolean) => Job;
}

/**
 * Takes files in, reads them one after the other, and embeds the shortest of those that are read: a batch
 * with one very long document has all the others searchable first.
 */
export class IngestQueue {
  readonly #jobs = new Map<string, Job>();
  readonly #deps: IngestDependencies;
  #isRunning = false;
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

  has(ingestId: string): boolean {
    return this.#jobs.has(ingestId);
  }

  /** Resolves when nothing of the file is left, or when it was committed just before. */
  async cancel(ingestId: string): Promise<void> {
    const job = this.#jobs.get(ingestId);
    job?.controller.abort();
    await (job ? job.done : this.#deps.pending.remove(ingestId));
  }

  /** Cancels every file and waits until none of them is being worked on. */
  async stop(): Promise<void> {
    const jobs = [...this.#jobs.values()];
    for (const { controller } of jobs) controller.abort();
    await Promise.all(jobs.map(({ done }) => done));
  }

  async *#run(
    files: readonly PendingFile[],
    isNew: boolean,
    signal?: AbortSignal,
  ): AsyncGenerator<IngestEvent> {
    if (files.length === 0) return;
    const events = new Channel<IngestEvent>();
    const jobs: Job[] = [];
    let open = 0;
    const admit: Batch['admit'] = (file, accepted) => {
      const { ingestId, name } = file;
      const report: Report = (event) => events.push({ ingestId, name, ...event });
      let resolve: () => void = () => undefined;
      const done = new Promise<void>((settle) => (resolve = settle));
      const finish = (): void => {
        this.#jobs.delete(ingestId);
        this.#changed();
        resolve();
        if (--open === 0) events.close();
      };
      const controller = new AbortController();
      const batch = { events, admit };
      const job: Job = { file, report, controller, accepted, busy: false, done, finish, batch };
      // One that waits for its turn, perhaps behind a long document or another tab, is dropped at once.
      controller.signal.addEventListener('abort', () => {
        if (!job.busy) void this.#attempt(job, async () => false);
      });
      open++;
      jobs.push(job);
      this.#jobs.set(ingestId, job);
      report({ type: 'queued', sizeBytes: file.file.size });
      return job;
    };
    const abort = (): void => jobs.forEach(({ controller }) => controller.abort());
    signal?.addEventListener('abort', abort);
    for (const file of files) admit(file, !isNew);
    if (signal?.aborted) abort();
    void this.#accept([...jobs], isNew);
    try {
      yield* events;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Writes new files to the disk before any work is done on them, then sees that the queue runs. */
  async #accept(jobs: readonly Job[], isNew: boolean): Promise<void> {
    if (!this.#isRunning) void this.#work();
    for (const job of isNew ? jobs : []) {
      if (job.controller.signal.aborted) continue;
      await this.#attempt(job, async () => {
        await checkFreeSpace(acceptedBytes(job.file) + this.#foreseenBytes(job));
        await this.#deps.pending.put(job.file);
        job.accepted = true;
        return true;
      });
    }
  }

  /** Of this file and of all that are waiting: those before it are to have their room. */
  #foreseenBytes(job: Job): number {
    const waiting = [...this.#jobs.values()].filter(({ accepted }) => accepted);
    return [...waiting, job].reduce((sum, { file }) => sum + foreseenBytes(file), 0);
  }

  async #work(): Promise<void> {
    this.#isRunning = true;
    while (this.#jobs.size > 0) await navigator.locks.request(LOCK, () => this.#readAndIndex());
    this.#isRunning = false;
  }

  async #readAndIndex(): Promise<void> {
    let isOver = false;
    // Both end together: if one ended alone, a file added in that moment would wait for it forever.
    const goesOn = (): boolean => !(isOver ||= this.#jobs.size === 0);
    await Promise.all([this.#readAll(goesOn), this.#indexAll(goesOn)]);
  }

  async #readAll(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const job = [...this.#jobs.values()].find(({ accepted, busy, read }) => accepted && !busy && !read);
      if (!job || this.#charactersRead() > MAX_READ_AHEAD) await this.#change;
      else
        await this.#attempt(job, async ({ file, report, controller }) => {
          const read = await readFile(file, this.#deps, report, controller.signal);
          if (read && 'files' in read) return this.#follow(job, read);
          if (read) job.read = read;
          return read !== undefined;
        });
    }
  }

  /** What was in an archive goes on in its place. */
  async #follow({ report, batch, controller }: Job, { files, failed }: Contents): Promise<boolean> {
    report({ type: 'unpacked', files: files.length + failed.length });
    const jobs = files.map((file) => batch.admit(file, true));
    for (const { name, error } of failed) {
      const ingestId = crypto.randomUUID();
      batch.events.push({ ingestId, name, type: 'queued', sizeBytes: 0 });
      batch.events.push({ ingestId, name, type: 'failed', error });
    }
    // It was cancelled while its files were being written.
    if (controller.signal.aborted) {
      for (const job of jobs) job.controller.abort();
      await Promise.all(jobs.map(({ done }) => done));
    }
    return false;
  }

  async #indexAll(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const ready = [...this.#jobs.values()].filter(({ busy, read }) => read && !busy);
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

  /** @param step tells whether the job goes on; it is finished otherwise. */
  async #attempt(job: Job, step: (job: Job) => Promise<boolean>): Promise<void> {
    const { signal } = job.controller;
    job.busy = true;
    try {
      if (signal.aborted) throw new SatchelError('aborted');
      const isOpen = await step(job);
      if (isOpen && signal.aborted) throw new SatchelError('aborted');
      if (isOpen) {
        job.busy = false;
        this.#changed();
        return;
      }
    } catch (error) {
      await giveUp(job.file, error, this.#deps, job.report, signal);
    }
    job.finish();
  }
}
