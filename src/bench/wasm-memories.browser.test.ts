import { expect, it } from 'vitest';
import { createFlatIndex } from '../core/4-index/flat.ts';
import { watchWasmMemories } from './wasm-memories.ts';

it('counts the memory of WebAssembly that is started afterwards, and its growth', () => {
  const before = { ...Object.getOwnPropertyDescriptors(WebAssembly) };
  createFlatIndex(16);
  try {
    const bytes = watchWasmMemories();
    expect(bytes()).toBe(0);
    const memory = new WebAssembly.Memory({ initial: 1 });
    expect(bytes()).toBe(65_536);
    memory.grow(2);
    expect(bytes()).toBe(3 * 65_536);
    const index = createFlatIndex(16);
    index.add([1], new Float32Array(16).fill(0.25));
    expect(bytes()).toBeGreaterThan(4 * 65_536);
  } finally {
    Object.defineProperties(WebAssembly, before);
  }
});
