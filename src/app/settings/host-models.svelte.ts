import type { ErrorData } from '../../core/errors.ts';
import { Work } from '../state/work.svelte.ts';

/** The models that a host has, or why it can't be asked for them: the check of the connection as well. */
export class HostModelsState {
  readonly #work = new Work();
  #names = $state.raw<readonly string[]>();

  /** Absent until the host has answered. */
  get names(): readonly string[] | undefined {
    return this.#names;
  }
  get error(): ErrorData | undefined {
    return this.#work.error;
  }

  /** Forgets what was known and asks anew. @returns a function that gives the question up. */
  ask(
    list: (signal: AbortSignal) => Promise<readonly string[]>,
    onfound: (names: readonly string[]) => void,
  ): () => void {
    this.#names = undefined;
    void this.#work.run(async (signal) => {
      const names = await list(signal);
      if (signal.aborted) return;
      this.#names = names;
      onfound(names);
    });
    return () => this.#work.cancel();
  }
}
