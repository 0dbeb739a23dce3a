/* eslint-disable @typescript-eslint/no-non-null-assertion -- every place read is within the arrays, by the arithmetic */

/**
 * One vector per text out of one per token.
 *
 * @param hidden `count × tokens × dimensions`, as the model gives it.
 * @param lengths tokens of each text; the rest of its row is padding and takes no part.
 * @param out receives `count × dimensions` from its start.
 */
export function poolMean(
  hidden: Float32Array,
  lengths: readonly number[],
  tokens: number,
  dimensions: number,
  out: Float32Array,
): void {
  lengths.forEach((length, row) => {
    const vector = out.subarray(row * dimensions, (row + 1) * dimensions).fill(0);
    for (let token = 0; token < length; token++) {
      const at = (row * tokens + token) * dimensions;
      for (let d = 0; d < dimensions; d++) vector[d]! += hidden[at + d]!;
    }
    for (let d = 0; d < dimensions; d++) vector[d]! /= length;
  });
}

/** As `poolMean`, but the vector of the first token stands for the text. */
export function poolFirst(
  hidden: Float32Array,
  lengths: readonly number[],
  tokens: number,
  dimensions: number,
  out: Float32Array,
): void {
  lengths.forEach((_, row) => {
    const at = row * tokens * dimensions;
    out.set(hidden.subarray(at, at + dimensions), row * dimensions);
  });
}

/**
 * Scales every row to length 1, in place.
 *
 * @returns false when a row holds NaN or infinity, or nothing but zeros: then it has no direction.
 */
export function normalizeRows(vectors: Float32Array, dimensions: number): boolean {
  for (let at = 0; at < vectors.length; at += dimensions) {
    const row = vectors.subarray(at, at + dimensions);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(length) || length === 0) return false;
    for (let d = 0; d < dimensions; d++) row[d]! /= length;
  }
  return true;
}
