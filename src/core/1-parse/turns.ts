/** How long a parser reads on before waiting messages, such as an abort, get their turn. */
const TURN_MS = 50;

/**
 * To be awaited between the parts of a document.
 * @throws SatchelError `aborted`, or whatever reason the signal has
 */
export function turnsFor(signal: AbortSignal): () => Promise<void> {
  let endsAt = performance.now() + TURN_MS;
  return async () => {
    if (performance.now() > endsAt) {
      await new Promise((resolve) => setTimeout(resolve));
      endsAt = performance.now() + TURN_MS;
    }
    signal.throwIfAborted();
  };
}
