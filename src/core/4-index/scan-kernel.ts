import bytes from 'virtual:scan-kernel';

/** Addresses are bytes in `memory`. What the arguments mean is said in `kernel/scan.ts`. */
interface ScanExports {
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
}

export interface ScanKernel extends ScanExports {
  readonly memory: WebAssembly.Memory;
}

/** 4 GiB, what 32-bit addresses reach. */
const MAX_PAGES = 65_536;

/** @returns a kernel with a memory of its own, or undefined where the engine has no WebAssembly SIMD. */
export function createScanKernel(): ScanKernel | undefined {
  if (!WebAssembly.validate(bytes)) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
  // A kilobyte: compiled at once, on every thread.
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return { ...(exports as unknown as ScanExports), memory };
}
