/* eslint-disable @typescript-eslint/no-non-null-assertion -- every place read is within the arrays, by the arithmetic */
import { PlainHeap } from './plain-heap.ts';
import { PlainMemory } from './plain-memory.ts';
import type { ScanKernel } from './scan-kernel.ts';

/**
 * What `kernel/` does, in plain JavaScript, for engines without SIMD in WebAssembly. Every result is the same to the
 * last bit: sums are of integers, and each step that the kernel takes in 32-bit floats is rounded to one here.
 */
export function createPlainKernel(): ScanKernel {
  const memory = new PlainMemory();
  const heap = new PlainHeap(memory);
  return {
    memory,

    scanBytes(codes, scales, mask, count, stride, query, heapScores, heapRows, size, k, first) {
      heap.open(heapScores, heapRows, size, k);
      const { bytes, words16, floats } = memory;
      for (let row = 0; row < count; row++) {
        if (mask !== 0 && bytes[mask + row] === 0) continue;
        const sum = dot(bytes, codes + row * stride, words16, query / 2, stride);
        const score = Math.fround(Math.fround(sum) * floats[scales / 4 + row]!);
        if (score > heap.worst) heap.offer(score, first + row);
      }
      return heap.size;
    },

    scanBits(bits, mask, count, stride, query, heapScores, heapRows, size, k, first) {
      heap.open(heapScores, heapRows, size, k);
      const { bytes, words32 } = memory;
      for (let row = 0; row < count; row++) {
        if (mask !== 0 && bytes[mask + row] === 0) continue;
        const score = -differing(words32, (bits + row * stride) / 4, query / 4, stride / 4);
        if (score > heap.worst) heap.offer(score, first + row);
      }
      return heap.size;
    },

    encodeBytes(vectors, rows, count, stride, rowBytes) {
      const { bytes, floats, view } = memory;
      for (let row = 0; row < count; row++) {
        const from = vectors / 4 + row * stride;
        const to = rows + row * rowBytes;
        const largest = greatest(floats, from, stride);
        if (!(largest < Infinity)) return row;
        const scale = Math.fround(largest / 127);
        const unit = scale > 0 ? scale : 1;
        for (let i = 0; i < rowBytes - 4; i++) bytes[to + i] = codeOf(Math.fround(floats[from + i]! / unit));
        view.setFloat32(to + rowBytes - 4, scale, true);
      }
      return count;
    },

    encodeBits(codes, scales, count, stride, mean, bits, bitStride) {
      const { bytes, floats } = memory;
      for (let row = 0; row < count; row++) {
        const scale = floats[scales / 4 + row]!;
        const from = codes + row * stride;
        for (let i = 0; i < stride; i += 8) {
          let byte = 0;
          for (let bit = 0; bit < 8; bit++) {
            const value = Math.fround(bytes[from + i + bit]! * scale);
            if (value > floats[mean / 4 + i + bit]!) byte |= 1 << bit;
          }
          bytes[bits + row * bitStride + i / 8] = byte;
        }
      }
    },

    sumRows(codes, scales, count, stride, sums) {
      const { bytes, floats } = memory;
      for (let row = 0; row < count; row++) {
        const scale = floats[scales / 4 + row]!;
        for (let i = 0; i < stride; i++) {
          floats[sums / 4 + i]! += Math.fround(bytes[codes + row * stride + i]! * scale);
        }
      }
    },
  };
}

/** A function of its own: written into the loop over the rows, V8 runs it two to five times slower. */
function dot(codes: Int8Array, at: number, query: Int16Array, queryAt: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum = (sum + codes[at + i]! * query[queryAt + i]!) | 0;
  return sum;
}

/** Bits in which two rows of words differ. */
function differing(words: Int32Array, a: number, b: number, length: number): number {
  let count = 0;
  for (let i = 0; i < length; i++) {
    let bits = words[a + i]! ^ words[b + i]!;
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

function greatest(floats: Float32Array, at: number, length: number): number {
  let largest = 0;
  for (let i = 0; i < length; i++) largest = Math.max(largest, Math.abs(floats[at + i]!));
  return largest;
}

/** To the nearest integer, halves away from zero. */
const codeOf = (scaled: number): number =>
  Math.max(-127, Math.min(127, Math.trunc(Math.fround(scaled < 0 ? scaled - 0.5 : scaled + 0.5))));
