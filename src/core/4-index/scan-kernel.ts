import bytes from 'virtual:scan-kernel';
import { createPlainKernel } from './plain-kernel.ts';

/** Addresses are bytes in `memory`. What the arguments mean is said in `kernel/`. */
interface KernelExports {
  scanBytes(
    codes: number,
    scales: number,
    mask: number,
    count: number,
    stride: number,
    query: number,
    heapScores: number,
    heapRows: number,
    size: number,
    k: number,
    first: number,
  ): number;
  scanBits(bits: number, blocks: number, columns: number, tables: number, scores: number): void;
  keepFrom(scores: number, blocks: number, lowest: number, mask: number): void;
  rotate(at: number, stride: number, block: number): void;
  unpack(rows: number, count: number, rowBytes: number, codes: number, scales: number, stride: number): void;
  encodeBytes(vectors: number, rows: number, count: number, stride: number, rowBytes: number): number;
  encodeBits(
    codes: number,
    scales: number,
    first: number,
    count: number,
    stride: number,
    mean: number,
    block: number,
    work: number,
    bits: number,
  ): void;
  sumRows(codes: number, scales: number, count: number, stride: number, sums: number): void;
}

export interface ScanKernel extends KernelExports {
  /** Growing may replace the buffer. `grow` throws RangeError when there is no more. */
  readonly memory: { readonly buffer: ArrayBufferLike; grow(pages: number): number };
}

/** 4 GiB, what 32-bit addresses reach. */
const MAX_PAGES = 65_536;

/** @returns a kernel with a memory of its own: WebAssembly, or JavaScript where the engine has no SIMD. */
export function createScanKernel(): ScanKernel {
  if (!WebAssembly.validate(bytes)) return createPlainKernel();
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
  // A few kilobytes: compiled at once, on every thread.
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return { ...(exports as unknown as KernelExports), memory };
}
