/** Bytes that can be read at once, in memory or through a synchronous file handle. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** A view of `[start, end)`, valid until the next call. */
  read(start: number, end: number): Uint8Array;
}

export const bytesInMemory = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: (start, end) => bytes.subarray(start, end),
});
