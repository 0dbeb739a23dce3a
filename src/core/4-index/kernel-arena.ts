import { SatchelError } from '../errors.ts';
import { PAGE_BYTES } from './plain-memory.ts';
import type { ScanKernel } from './scan-kernel.ts';

/** What the kernel reads at a time, in bytes. */
export const LANES = 16;

/** Hands out the memory of a kernel. It grows and never shrinks; what is handed out stays where it is. */
export class KernelArena {
  readonly kernel: ScanKernel;
  /** 0 is the address of nothing. */
  #end = LANES;
  #bytes: Int8Array;
  #floats: Float32Array;

  constructor(kernel: ScanKernel) {
    this.kernel = kernel;
    this.#bytes = new Int8Array(kernel.memory.buffer);
    this.#floats = new Float32Array(kernel.memory.buffer);
  }

  /** All of the memory, until the next `allocate`. */
  get bytes(): Int8Array {
    return this.#bytes;
  }

  /** All of the memory, until the next `allocate`; an address is divided by four. */
  get floats(): Float32Array {
    return this.#floats;
  }

  /**
   * @returns an address that is a multiple of 16; the bytes there are 0.
   * @throws SatchelError `index-full` {}; nothing has changed then.
   */
  allocate(bytes: number): number {
    const at = Math.ceil(this.#end / LANES) * LANES;
    const { memory } = this.kernel;
    const missing = at + bytes - memory.buffer.byteLength;
    if (missing > 0) {
      try {
        memory.grow(Math.ceil(missing / PAGE_BYTES));
      } catch (error) {
        throw new SatchelError('index-full', {}, error);
      }
      this.#bytes = new Int8Array(memory.buffer);
      this.#floats = new Float32Array(memory.buffer);
    }
    this.#end = at + bytes;
    return at;
  }
}
