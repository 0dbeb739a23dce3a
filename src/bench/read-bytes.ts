/** Opcodes of WebAssembly, as its specification numbers them. */
const LOOP = [0x03, 0x40];
const END = 0x0b;
const BR_IF = 0x0d;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const I32_CONST = 0x41;
const I32_LT_U = 0x49;
const I32_ADD = 0x6a;
const V128_LOAD = [0xfd, 0x00];
const V128_OR = [0xfd, 0x50];
const V128_ANY_TRUE = [0xfd, 0x53];
const I32 = 0x7f;
const V128 = 0x7b;

/** Aligned to 16 bytes, 2 to the 4th. */
const ALIGN = 4;
const BLOCK_BYTES = 64;
const PAGE_BYTES = 65_536;
const PASSES = 20;
/** The engine compiles a busy loop a second time, better, in the background; what runs before is not measured. */
const WARM_UP_MS = 100;
/** Few bytes are read several times a pass: a browser's clock goes in steps of 5 microseconds. */
const BYTES_A_PASS = 64e6;

/** Numbers up to 127, and so every length here, are one byte in a module. */
const section = (id: number, content: readonly number[]): number[] => [id, content.length, ...content];
const name = (letter: string): number[] => [1, letter.charCodeAt(0)];

/**
 * `r(at, end)`: reads 64 bytes a turn into four accumulators (one would wait for itself) and says whether any bit was
 * set, so that no load may be left out.
 */
const BODY = [
  // One group of locals, 2 to 5, after the two arguments.
  ...[1, 4, V128],
  ...LOOP,
  ...[2, 3, 4, 5].flatMap((sum, i) => [
    ...[LOCAL_GET, sum, LOCAL_GET, 0, ...V128_LOAD, ALIGN, i * 16],
    ...[...V128_OR, LOCAL_SET, sum],
  ]),
  // 64 takes two bytes where numbers have a sign.
  ...[LOCAL_GET, 0, I32_CONST, 0xc0, 0x00, I32_ADD, LOCAL_TEE, 0],
  ...[LOCAL_GET, 1, I32_LT_U, BR_IF, 0, END],
  ...[LOCAL_GET, 2, LOCAL_GET, 3, ...V128_OR, LOCAL_GET, 4, ...V128_OR, LOCAL_GET, 5, ...V128_OR],
  ...[...V128_ANY_TRUE, END],
];

const MODULE = Uint8Array.from([
  // '\0asm', version 1
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  // One type: (i32, i32) -> i32
  ...section(1, [1, 0x60, 2, I32, I32, 1, I32]),
  // The memory, imported as e.m, of at least one page
  ...section(2, [1, ...name('e'), ...name('m'), 2, 0, 1]),
  ...section(3, [1, 0]),
  ...section(7, [1, ...name('r'), 0, 0]),
  ...section(10, [1, BODY.length, ...BODY]),
]);

/**
 * How fast this machine reads memory with one thread and 16 bytes at a time: no scan of so many bytes is faster.
 * @returns milliseconds, each for one pass over `bytes` bytes, rounded up to 64.
 */
export function timeReading(bytes: number): number[] {
  const end = Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE_BYTES) });
  // Pages that were never written are one and the same page of zeros.
  new Uint8Array(memory.buffer).fill(1);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE), { e: { m: memory } });
  const read = exports['r'] as (at: number, end: number) => number;
  const repeats = Math.ceil(BYTES_A_PASS / end);
  const pass = (): number => {
    const startedAt = performance.now();
    for (let i = 0; i < repeats; i++) if (read(0, end) !== 1) throw new Error('nothing was read');
    return (performance.now() - startedAt) / repeats;
  };
  for (let milliseconds = 0; milliseconds < WARM_UP_MS;) milliseconds += pass();
  return Array.from({ length: PASSES }, pass);
}
