import { toErrorData, type ErrorData } from '../../core/errors.ts';

/** The models that a host has, or why it can't be asked for them: the check of the connection as well. */
export class HostModelsState {
  #names = $state.raw<readonly string[]>();
  #error = $state.raw<ErrorData>();

  /** Absent until the host has answered. */
  get names(): readonly string[] | undefined {
    return this.#names;
  }
  get error(): ErrorData | undefined {
    return this.#error;
  }

  /** Forgets what was known and asks anew. @returns a function that gives the question up. */
  ask(
    list: (signal: AbortSignal) => Promise<readonly string[]>,
    onfound: (names: readonly string[]) => void,
  ): () => void {
    this.#names = undefined;
    this.#error = undefined;
    const controller = new AbortController();
    const { signal } = controller;
    list(signal).then(
      (names) => {
        if (signal.aborted) return;
        this.#names = names;
        onfound(names);
      },
      (error: unknown) => {
        if (!signal.aborted) this.#error = toErrorData(error);
      },
    );
    return () => controller.abort();
  }
}
