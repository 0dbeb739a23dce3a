/* eslint-disable @typescript-eslint/no-non-null-assertion -- every place read is within the arrays, by the arithmetic */

/** The dot product of two rows; two sums keep the adders busy. */
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
