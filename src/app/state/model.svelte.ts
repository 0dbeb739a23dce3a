import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { PrepareEvent, RetrievalService } from '../../core/service.ts';

type ReadyEvent = Extract<PrepareEvent, { type: 'ready' }>;

/** Whether the embedding model is loaded, and where it runs. */
export class ModelState {
  readonly #service: RetrievalService;
  #fraction = $state<number>();
  #ready = $state.raw<ReadyEvent>();
  #error = $state.raw<ErrorData>();
  #running = 0;
  /** Asked for, since the settings last changed. */
  #isPrepared = $state(false);

  constructor(service: RetrievalService) {
    this.#service = service;
  }

  /** 0 to 1 while it loads; absent when it doesn't, or when the sizes are not known. */
  get fraction(): number | undefined {
    return this.#fraction;
  }
  get ready(): ReadyEvent | undefined {
    return this.#ready;
  }
  get isPrepared(): boolean {
    return this.#isPrepared;
  }
  get error(): ErrorData | undefined {
    return this.#error;
  }

  /** After a change of settings nothing is known about the model until it is prepared again. */
  forget(): void {
    this.#running += 1;
    this.#ready = undefined;
    this.#error = undefined;
    this.#fraction = undefined;
    this.#isPrepared = false;
  }

  /** Loads it ahead of the first question, so that the question does not wait for it. */
  async prepare(): Promise<void> {
    this.#isPrepared = true;
    const run = ++this.#running;
    this.#ready = undefined;
    this.#error = undefined;
    try {
      for await (const event of this.#service.prepare()) {
        if (run !== this.#running) return;
        if (event.type === 'ready') this.#ready = event;
        else this.#fraction = event.totalBytes > 0 ? event.loadedBytes / event.totalBytes : undefined;
      }
    } catch (error) {
      if (run === this.#running) this.#error = toErrorData(error);
    } finally {
      if (run === this.#running) this.#fraction = undefined;
    }
  }
}
