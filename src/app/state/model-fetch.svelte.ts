import type { ErrorData } from '../../core/errors.ts';
import type { LoadingEvent } from '../../core/load-cache.ts';
import { Work } from './work.svelte.ts';

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
  readonly #work = new Work<LoadingEvent<'loading'>>();
  #name = $state('');
  #readyModel = $state<string>();

  constructor(preparation: Preparation) {
    this.#preparation = preparation;
  }

  /** Name of the model that is on its way. */
  get model(): string | undefined {
    return this.#work.isRunning ? this.#name : undefined;
  }
  /** Name of the model that was made ready last. */
  get readyModel(): string | undefined {
    return this.#readyModel;
  }
  get progress(): LoadingEvent<'loading'> | undefined {
    return this.#work.progress;
  }
  get error(): ErrorData | undefined {
    return this.#work.error;
  }

  /** The model of the settings; another one that is on its way ends. @returns its name, once it is ready. */
  async start(): Promise<string | undefined> {
    const name = this.#preparation.name();
    this.#name = name;
    const isReady = await this.#work.run(async (signal, report) => {
      for await (const event of this.#preparation.prepare(signal)) report(event);
    });
    if (!isReady) return undefined;
    this.#readyModel = name;
    return name;
  }

  cancel(): void {
    this.#work.cancel();
  }

  /** What was ready is so no more. */
  forget(): void {
    this.cancel();
    this.#readyModel = undefined;
  }
}
