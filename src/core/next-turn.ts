/** How long work goes on before waiting messages, such as an abort, get their turn. */
const TURN_MS = 20;

/**
 * Lets every message be heard that waits for this thread. By a message itself: timers that start one another are
 * held back for 4 ms each, which made up a fifth of cutting a long document.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/**
 * To be awaited between the parts of long work.
 * @throws SatchelError `aborted`, or whatever reason the signal has
 */
export function turnsFor(signal?: AbortSignal): () => Promise<void> {
  let endsAt = performance.now() + TURN_MS;
  return async () => {
    if (performance.now() > endsAt) {
      await nextTurn();
      endsAt = performance.now() + TURN_MS;
    }
    signal?.throwIfAborted();
  };
}
