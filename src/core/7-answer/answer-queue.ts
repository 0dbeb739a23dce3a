import { SatchelError } from '../errors.ts';
import { orAbort } from '../or-abort.ts';

/** Has answers written one after another, in the order in which their iterations began. */
export class AnswerQueue {
  #last: Promise<void> = Promise.resolve();

  /**
   * Ends with the iteration, and then lets the next one begin.
   *
   * @param write called when it is its turn; not at all when the signal is aborted by then.
   * @throws SatchelError `aborted` as soon as the signal is, whatever has arrived before; what `write` throws.
   */
  async *run<Event>(write: () => AsyncIterable<Event>, signal?: AbortSignal): AsyncGenerator<Event, void> {
    const before = this.#last;
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    // Those before, too: one that gives up while it waits must not let the next one overtake them.
    this.#last = before.then(() => ended);
    try {
      await orAbort(before, signal);
      for await (const event of write()) {
        if (signal?.aborted) throw new SatchelError('aborted');
        yield event;
      }
    } finally {
      end();
    }
  }
}
