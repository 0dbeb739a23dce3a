import { SatchelError } from '../errors.ts';
import { KernelArena, LANES } from './kernel-arena.ts';
import { createScanKernel, type ScanKernel } from './scan-kernel.ts';
import type { VectorBatch } from './vector-index.ts';

/** Vectors go through the kernel's memory in blocks of so many floats, a megabyte. */
const BLOCK_FLOATS = 2 ** 18;

/** Of a row as `encodeVectors` writes it: codes, padding to a multiple of 4, scale. */
export const codeBytes = (dimensions: number): number => Math.ceil(dimensions / 4) * 4 + 4;

/**
 * Vectors as signed bytes, a quarter of what floats take. Each row stands for itself, so that any run of rows can be
 * cut out: `dimensions` codes from -127 to 127, zeros up to a multiple of 4, then, as a little-endian float32, what a
 * code of 1 stands for.
 * @param vectors `rows × dimensions`.
 * @returns `rows × codeBytes(dimensions)`.
 * @throws SatchelError `dimension-mismatch` { expected, actual } when a row is cut short, `invalid-vector` { position }
 * for NaN and infinity.
 */
export function encodeVectors(vectors: Float32Array, dimensions: number): Uint8Array<ArrayBuffer> {
  shared ??= new VectorEncoder(createScanKernel());
  return shared.encode(vectors, dimensions);
}

/** Vectors that are at hand, as an index takes them. @throws as `encodeVectors`. */
export const encodeBatch = (vectors: Float32Array, dimensions: number): VectorBatch => ({
  codes: encodeVectors(vectors, dimensions),
  vectors: () => vectors,
});

let shared: VectorEncoder | undefined;

/** Encodes with a kernel of its own, whose memory it keeps: about a megabyte and a quarter. */
export class VectorEncoder {
  readonly #arena: KernelArena;
  #at = 0;
  #capacity = 0;

  constructor(kernel: ScanKernel) {
    this.#arena = new KernelArena(kernel);
  }

  /** What `encodeVectors` does. */
  encode(vectors: Float32Array, dimensions: number): Uint8Array<ArrayBuffer> {
    const actual = vectors.length % dimensions;
    if (actual > 0) throw new SatchelError('dimension-mismatch', { expected: dimensions, actual });
    const count = vectors.length / dimensions;
    const rowBytes = codeBytes(dimensions);
    const encoded = new Uint8Array(count * rowBytes);
    const stride = Math.ceil(dimensions / LANES) * LANES;
    const blockRows = Math.ceil(BLOCK_FLOATS / stride);
    // The kernel writes 16 codes at a time, over the end of the last row.
    this.#reserve(blockRows * (stride * 4 + rowBytes) + LANES);
    const { kernel, bytes } = this.#arena;
    const codesAt = this.#at + blockRows * stride * 4;
    for (let first = 0; first < count; first += blockRows) {
      const rows = Math.min(blockRows, count - first);
      this.#write(vectors.subarray(first * dimensions, (first + rows) * dimensions), dimensions, stride);
      const written = kernel.encodeBytes(this.#at, codesAt, rows, stride, rowBytes);
      if (written < rows) {
        const position = vectors.findIndex((value) => !Number.isFinite(value));
        throw new SatchelError('invalid-vector', { position });
      }
      encoded.set(bytes.subarray(codesAt, codesAt + rows * rowBytes), first * rowBytes);
    }
    return encoded;
  }

  #write(vectors: Float32Array, dimensions: number, stride: number): void {
    const floats = this.#arena.floats.subarray(this.#at / 4);
    if (dimensions === stride) {
      floats.set(vectors);
      return;
    }
    for (let from = 0, to = 0; from < vectors.length; from += dimensions, to += stride) {
      floats.set(vectors.subarray(from, from + dimensions), to);
      floats.fill(0, to + dimensions, to + stride);
    }
  }

  /** Room that is too small is given up: its size changes with the model alone. */
  #reserve(bytes: number): void {
    if (bytes <= this.#capacity) return;
    this.#at = this.#arena.allocate(bytes);
    this.#capacity = bytes;
  }
}
