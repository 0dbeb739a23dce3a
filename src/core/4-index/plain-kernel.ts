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

    scanBits(bits, blocks, columns, tables, scores) {
      const { bytes, words16 } = memory;
      for (let row = 0; row < blocks * 16; row++) {
        const at = bits + (row >> 4) * columns * 16 + (row & 15);
        words16[scores / 2 + row] = tableSum(bytes, at, columns, tables);
      }
    },

    keepFrom(scores, blocks, lowest, mask) {
      const { bytes, words16 } = memory;
      for (let row = 0; row < blocks * 16; row++) {
        if (words16[scores / 2 + row]! < lowest) bytes[mask + row] = 0;
      }
    },

    rotate(at, stride, block) {
      rotate(memory.floats, at / 4, stride, block);
    },

    unpack(rows, count, rowBytes, codes, scales, stride) {
      const { bytes } = memory;
      for (let row = 0; row < count; row++) {
        const from = rows + row * rowBytes;
        const to = codes + row * stride;
        const scaleAt = from + rowBytes - 4;
        bytes.copyWithin(to, from, scaleAt);
        bytes.fill(0, to + rowBytes - 4, to + stride);
        bytes.copyWithin(scales + row * 4, scaleAt, scaleAt + 4);
      }
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

    encodeBits(codes, scales, first, count, stride, mean, block, work, bits) {
      const { bytes, floats } = memory;
      for (let row = first; row < first + count; row++) {
        const scale = floats[scales / 4 + row]!;
        for (let i = 0; i < stride; i++) {
          floats[work / 4 + i] =
            Math.fround(bytes[codes + row * stride + i]! * scale) - floats[mean / 4 + i]!;
        }
        rotate(floats, work / 4, stride, block);
        const to = bits + (row >> 4) * stride * 2 + (row & 15);
        for (let i = 0; i < stride; i += 8) {
          let byte = 0;
          for (let bit = 0; bit < 8; bit++) if (floats[work / 4 + i + bit]! > 0) byte |= 1 << bit;
          bytes[to + i * 2] = byte;
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

/** What the tables say of all bits of a row. */
function tableSum(bytes: Int8Array, at: number, columns: number, tables: number): number {
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    const byte = bytes[at + column * 16]!;
    const table = tables + column * 32;
    sum += (bytes[table + (byte & 15)]! & 255) + (bytes[table + 16 + ((byte >> 4) & 15)]! & 255);
  }
  return sum;
}

function rotate(floats: Float32Array, at: number, stride: number, block: number): void {
  for (let half = 1; half < block; half *= 2) {
    for (let start = at; start < at + stride; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const a = floats[i]!;
        const b = floats[i + half]!;
        floats[i] = a + b;
        floats[i + half] = a - b;
      }
    }
  }
  if (stride > block) reflect(floats, at, stride, block);
}

function reflect(floats: Float32Array, at: number, stride: number, block: number): void {
  const twice = Math.fround(2 / (stride / block));
  for (let first = at; first < at + block; first++) {
    let sum = 0;
    for (let i = first; i < at + stride; i += block) sum = Math.fround(sum + floats[i]!);
    sum = Math.fround(sum * twice);
    for (let i = first; i < at + stride; i += block) floats[i]! -= sum;
  }
}

function greatest(floats: Float32Array, at: number, length: number): number {
  let largest = 0;
  for (let i = 0; i < length; i++) largest = Math.max(largest, Math.abs(floats[at + i]!));
  return largest;
}

/** To the nearest integer, halves away from zero. */
const codeOf = (scaled: number): number =>
  Math.max(-127, Math.min(127, Math.trunc(Math.fround(scaled < 0 ? scaled - 0.5 : scaled + 0.5))));
