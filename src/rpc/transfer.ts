const transferLists = new WeakMap<object, Transferable[]>();

/**
 * Marks what is moved instead of copied when `value` crosses the boundary as an argument, a result or an item
 * of a stream. The sender's buffers are empty (detached) afterwards.
 *
 * @example return transfer(vectors, [vectors.buffer]);
 */
export function transfer<Value extends object>(value: Value, buffers: readonly Transferable[]): Value {
  transferLists.set(value, [...buffers]);
  return value;
}

/** The transfer lists of all of `values`, joined. */
export const transferListOf = (values: readonly unknown[]): Transferable[] =>
  values.flatMap((value) =>
    typeof value === 'object' && value !== null ? (transferLists.get(value) ?? []) : [],
  );
