// AssemblyScript, compiled to WebAssembly by scripts/build/scan-kernel.ts; portable SIMD alone.
// `plain-kernel.ts` does the same in JavaScript, bit by bit: a change here is one there.

export { encodeBytes } from './encode-bytes';
export { encodeBits, sumRows } from './encode-bits';
export { rotate } from './rotate';
export { keepFrom, scanBits } from './scan-bits';
export { scanBytes } from './scan-bytes';
export { unpack } from './unpack';
