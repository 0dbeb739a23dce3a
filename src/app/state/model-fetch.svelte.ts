import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { LoadingEvent } from '../../core/load-cache.ts';

interface Preparation {
  /** The model that the settings name. */
  name(): string;
  prepare(signal: AbortSignal): AsyncIterable<LoadingEvent<'loading'>>;
}

/**
 * A model that is made ready ahead of the first question. It goes on while the settings are closed; what was
 * fetched before a cancel is kept, and the next time goes on from there.
 */
export class ModelFetchState {
  readonly #preparation: Preparation;
  #model = $state<string>();
  #readyModel = $state<string>();
  #progress = $state.raw<LoadingEvent<'loading'>>();
  #error = $state.raw<ErrorData>();
  #abort: AbortController | undefined;

  constructor(preparation: Preparation) {
    this.#preparation = preparation;
  }

  /** Name of the model that is on its way. */
  get model(): string | undefined {
    return this.#model;
  }
  /** Name of the model that was made ready last. */
  get readyModel(): string | undefined {
    return this.#readyModel;
  }
  get progress(): LoadingEvent<'loading'> | undefined {
    return this.#progress;
  }
  get error(): ErrorData | undefined {
    return this.#error;
  }

  /** The model of the settings; another one that is on its way ends. @returns its name, once it is ready. */
  async start(): Promise<string | undefined> {
    this.cancel();
    const abort = new AbortController();
    this.#abort = abort;
    const name = this.#preparation.name();
    this.#model = name;
    try {
      for await (const event of this.#preparation.prepare(abort.signal)) {
        if (this.#abort === abort) this.#progress = event;
      }
      if (this.#abort !== abort) return undefined;
      this.#readyModel = name;
      return name;
    } catch (error) {
      if (this.#abort === abort) this.#error = toErrorData(error);
      return undefined;
    } finally {
      if (this.#abort === abort) this.#end();
    }
  }

  cancel(): void {
    this.#abort?.abort();
    this.#error = undefined;
    this.#end();
  }

  /** What was ready is so no more. */
  forget(): void {
    this.cancel();
    this.#readyModel = undefined;
  }

  #end(): void {
    this.#abort = undefined;
    this.#model = undefined;
    this.#progress = undefined;
  }
}
