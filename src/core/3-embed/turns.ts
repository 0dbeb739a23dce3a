import { nextTurn } from '../next-turn.ts';

/**
 * Hands out turns at the model, one at a time; of those who wait, the smallest job goes first. A question thus
 * waits for the batch that is running and for no more: indexing a long document takes minutes, and a person who
 * asks meanwhile shall not notice.
 */
export class Turns {
  readonly #waiting: { readonly size: number; readonly start: () => void }[] = [];
  #busy = false;

  /**
   * Runs `work` when it is its turn.
   *
   * @param size of the whole job that this turn is a part of, in tokens; equal sizes go in the order of asking.
   */
  async take<Result>(size: number, work: () => Promise<Result>): Promise<Result> {
    if (this.#busy) await new Promise<void>((start) => this.#enqueue(size, start));
    this.#busy = true;
    try {
      return await work();
    } finally {
      void this.#pass();
    }
  }

  #enqueue(size: number, start: () => void): void {
    const at = this.#waiting.findIndex((other) => other.size > size);
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, { size, start });
  }

  async #pass(): Promise<void> {
    // The model blocks the thread while it runs. A turn of the event loop lets a question that came in
    // meanwhile be heard before the next batch is chosen.
    await nextTurn();
    const next = this.#waiting.shift();
    if (next) next.start();
    else this.#busy = false;
  }
}
