import { codeBytes } from './encode-vectors.ts';

/**
 * Vectors from their codes, off by half a code each dimension: near enough for pictures and groups, not for scores.
 * @param codes rows as `encodeVectors` writes them.
 * @param into one row of `dimensions` floats, written over by the next call.
 */
export function decodeVector(codes: Uint8Array, row: number, into: Float32Array): Float32Array {
  const { length } = into;
  const start = codes.byteOffset + row * codeBytes(length);
  const view = new DataView(codes.buffer, start, codeBytes(length));
  const scale = view.getFloat32(codeBytes(length) - 4, true);
  const signed = new Int8Array(codes.buffer, start, length);
  for (let i = 0; i < length; i++) into[i] = (signed[i] ?? 0) * scale;
  return into;
}
