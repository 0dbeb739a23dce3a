import { expect, it } from 'vitest';
import { encodeBatch } from '../core/4-index/encode-vectors.ts';
import { createFlatIndex } from '../core/4-index/flat.ts';
import { watchWasmMemories } from './wasm-memories.ts';

it('counts the memory of WebAssembly that is started afterwards, and its growth', () => {
  const before = { ...Object.getOwnPropertyDescriptors(WebAssembly) };
  const vector = new Float32Array(16).fill(0.25);
  createFlatIndex(16, () => vector);
  try {
    const bytes = watchWasmMemories();
    expect(bytes()).toBe(0);
    const memory = new WebAssembly.Memory({ initial: 1 });
    expect(bytes()).toBe(65_536);
    memory.grow(2);
    expect(bytes()).toBe(3 * 65_536);
    const index = createFlatIndex(16, () => vector);
    index.add([1], encodeBatch(vector, 16));
    expect(bytes()).toBeGreaterThan(4 * 65_536);
  } finally {
    Object.defineProperties(WebAssembly, before);
  }
});
