/* eslint-disable @typescript-eslint/no-non-null-assertion -- every place read is within the arrays, by the arithmetic */

/** A function of its own: written into the loop over the rows, V8 ran it two to five times slower. */
function dot(rows: Float32Array, at: number, query: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < query.length; i++) sum += rows[at + i]! * query[i]!;
  return sum;
}

/**
 * The reference of `npm run bench -- search`: a row after another, in plain JavaScript.
 * @param rows `n × query.length`.
 * @returns numbers of the `k` rows with the highest dot products, best first.
 */
export function plainScan(rows: Float32Array, query: Float32Array, k: number): number[] {
  const best: { readonly row: number; readonly score: number }[] = [];
  const count = rows.length / query.length;
  for (let row = 0; row < count; row++) {
    const score = dot(rows, row * query.length, query);
    const worst = best[k - 1];
    if (worst && score <= worst.score) continue;
    const place = best.findIndex((other) => other.score < score);
    best.splice(place < 0 ? best.length : place, 0, { row, score });
    best.length = Math.min(best.length, k);
  }
  return best.map(({ row }) => row);
}
