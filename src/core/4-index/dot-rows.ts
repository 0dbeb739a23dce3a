/* eslint-disable @typescript-eslint/no-non-null-assertion -- every place read is within the arrays, by the arithmetic */

/**
 * Dot products of `query` with the first `count` rows of `rows`, written to `scores`. `rows` must have room for
 * `count` rounded up to a multiple of four rows.
 *
 * Four rows at a time share each load of the query, and two sums per row keep the adders busy: the fastest of
 * ten variants in a Chromium worker (10,000 × 384: 4.4 ms against 5.8 to 7.3 for the plain loop, on two busy
 * cores). A Float64Array for the query was slower in all of them.
 */
export function dotRows(
  query: Float32Array,
  rows: Float32Array,
  count: number,
  dimensions: number,
  scores: Float64Array,
): void {
  const even = dimensions - (dimensions % 2);
  for (let row = 0, at0 = 0; row < count; row += 4, at0 += 4 * dimensions) {
    const at1 = at0 + dimensions;
    const at2 = at1 + dimensions;
    const at3 = at2 + dimensions;
    let a0 = 0,
      b0 = 0,
      a1 = 0,
      b1 = 0,
      a2 = 0,
      b2 = 0,
      a3 = 0,
      b3 = 0;
    for (let i = 0; i < even; i += 2) {
      const q0 = query[i]!;
      const q1 = query[i + 1]!;
      a0 += q0 * rows[at0 + i]!;
      b0 += q1 * rows[at0 + i + 1]!;
      a1 += q0 * rows[at1 + i]!;
      b1 += q1 * rows[at1 + i + 1]!;
      a2 += q0 * rows[at2 + i]!;
      b2 += q1 * rows[at2 + i + 1]!;
      a3 += q0 * rows[at3 + i]!;
      b3 += q1 * rows[at3 + i + 1]!;
    }
    if (even < dimensions) {
      const q = query[even]!;
      a0 += q * rows[at0 + even]!;
      a1 += q * rows[at1 + even]!;
      a2 += q * rows[at2 + even]!;
      a3 += q * rows[at3 + even]!;
    }
    scores[row] = a0 + b0;
    scores[row + 1] = a1 + b1;
    scores[row + 2] = a2 + b2;
    scores[row + 3] = a3 + b3;
  }
}

/** The dot product of one row, with the very sums of `dotRows`. */
export function dotRow(query: Float32Array, row: Float32Array): number {
  let a = 0,
    b = 0;
  const even = query.length - (query.length % 2);
  for (let i = 0; i < even; i += 2) {
    a += query[i]! * row[i]!;
    b += query[i + 1]! * row[i + 1]!;
  }
  if (even < query.length) a += query[even]! * row[even]!;
  return a + b;
}
