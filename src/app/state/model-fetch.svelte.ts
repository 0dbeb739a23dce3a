import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { LoadingEvent } from '../../core/load-cache.ts';
import type { GenerationService } from '../../core/service.ts';
import { chatModelOf } from './preferences.ts';
import type { SettingsState } from './settings.svelte.ts';

/**
 * A chat model that is made ready ahead of the first question. It goes on while the settings are closed; what
 * was fetched before a cancel is kept, and the next time goes on from there.
 */
export class ModelFetchState {
  readonly #generation: Pick<GenerationService, 'prepare'>;
  readonly #settings: SettingsState;
  #model = $state<string>();
  #readyModel = $state<string>();
  #progress = $state.raw<LoadingEvent<'loading'>>();
  #error = $state.raw<ErrorData>();
  #abort: AbortController | undefined;

  constructor(generation: Pick<GenerationService, 'prepare'>, settings: SettingsState) {
    this.#generation = generation;
    this.#settings = settings;
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
    const { generation } = this.#settings;
    const name = chatModelOf(generation);
    this.#model = name;
    try {
      for await (const event of this.#generation.prepare(generation, abort.signal)) {
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
