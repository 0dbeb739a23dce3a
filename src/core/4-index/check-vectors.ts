import { SatchelError } from '../errors.ts';

/** 2^32 - 1 is left free, so that every id and every count of ids fits an unsigned 32-bit integer. */
const MAX_ID = 2 ** 32 - 2;

/** @throws SatchelError `internal` for an id that is none. */
export function checkIds(ids: readonly number[]): void {
  const invalid = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id <= MAX_ID));
  if (invalid !== undefined) throw new SatchelError('internal', { reason: `${invalid} is no chunk id` });
}

/**
 * @param vectors `rows × dimensions`.
 * @throws SatchelError `dimension-mismatch` { expected, actual }, `invalid-vector` { position } for NaN and infinity.
 */
export function checkVectors(vectors: Float32Array, rows: number, dimensions: number): void {
  if (vectors.length !== rows * dimensions) {
    throw new SatchelError('dimension-mismatch', {
      expected: dimensions,
      actual: vectors.length / Math.max(rows, 1),
    });
  }
  const position = findNonFinite(vectors);
  if (position >= 0) throw new SatchelError('invalid-vector', { position });
}

/** The position of the first NaN or infinity, -1 when all is finite. */
function findNonFinite(values: Float32Array): number {
  // A finite number times zero is zero, anything else is NaN: one branch for the whole array, when all is well.
  let sum = 0;
  // eslint-disable-next-line @typescript-eslint/prefer-for-of -- ten times slower on typed arrays in V8
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? 0) * 0;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
