/** The rows one by one, as views. */
export const splitRows = (rows: Float32Array<ArrayBuffer>, dimensions: number): Float32Array<ArrayBuffer>[] =>
  Array.from({ length: rows.length / dimensions }, (_, row) =>
    rows.subarray(row * dimensions, (row + 1) * dimensions),
  );
