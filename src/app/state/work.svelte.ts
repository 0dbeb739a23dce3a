import { toErrorData, type ErrorData } from '../../core/errors.ts';

/** One piece of work at a time that can be cancelled: whether it runs, how far it is, and why it failed. */
export class Work<Progress = never> {
  #isRunning = $state(false);
  #progress = $state.raw<Progress>();
  #error = $state.raw<ErrorData>();
  #abort: AbortController | undefined;

  get isRunning(): boolean {
    return this.#isRunning;
  }
  /** What was reported last; absent when nothing runs. */
  get progress(): Progress | undefined {
    return this.#progress;
  }
  get error(): ErrorData | undefined {
    return this.#error;
  }

  /**
   * Starts it; what ran before ends. A cancel is no error.
   * @param work its reports count until another takes its place.
   * @returns whether it came to its end.
   */
  async run(
    work: (signal: AbortSignal, report: (progress: Progress) => void) => Promise<void>,
  ): Promise<boolean> {
    this.cancel();
    const abort = new AbortController();
    this.#abort = abort;
    this.#isRunning = true;
    try {
      await work(abort.signal, (progress) => {
        if (this.#abort === abort) this.#progress = progress;
      });
      return this.#abort === abort;
    } catch (cause) {
      const error = toErrorData(cause);
      if (this.#abort === abort && error.code !== 'aborted') this.#error = error;
      return false;
    } finally {
      if (this.#abort === abort) this.#end();
    }
  }

  /** Ends it; an error of before is forgotten. */
  cancel(): void {
    this.#abort?.abort();
    this.#error = undefined;
    this.#end();
  }

  #end(): void {
    this.#abort = undefined;
    this.#isRunning = false;
    this.#progress = undefined;
  }
}
