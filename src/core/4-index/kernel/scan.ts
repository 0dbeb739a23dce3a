// AssemblyScript, compiled to WebAssembly by scripts/build/scan-kernel.ts; portable SIMD alone.
//
// One row at a time, in the order of the memory: four rows at a time were three times slower, since reading is what
// takes the time. The best are kept in a binary heap whose root is the worst of them.

let scores: usize = 0;
let rows: usize = 0;

@inline function scoreAt(at: i32): f32 {
  return load<f32>(scores + (<usize>at << 2));
}

@inline function put(at: i32, score: f32, row: u32): void {
  store<f32>(scores + (<usize>at << 2), score);
  store<u32>(rows + (<usize>at << 2), row);
}

@inline function move(from: i32, to: i32): void {
  put(to, scoreAt(from), load<u32>(rows + (<usize>from << 2)));
}

/** Places an entry at `at` or above. */
function rise(at: i32, score: f32, row: u32): void {
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (scoreAt(parent) <= score) break;
    move(parent, at);
    at = parent;
  }
  put(at, score, row);
}

/** Places an entry at the root or below. */
function sink(size: i32, score: f32, row: u32): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && scoreAt(child + 1) < scoreAt(child)) child++;
    if (scoreAt(child) >= score) break;
    move(child, at);
    at = child;
  }
  put(at, score, row);
}

@inline function sumOf(lanes: v128): i32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

/**
 * Scores one segment of rows and keeps the best.
 * @param codes `count × stride` signed bytes; `stride` is a multiple of 16.
 * @param scales a float32 for each row: what a code of 1 stands for.
 * @param mask a byte for each row, 0 for one to pass over; 0 in place of an address keeps all.
 * @param query `stride` signed 16-bit codes. The sum of 32-bit products must not overflow: see `QUERY_LIMIT`.
 * @param heapScores room for `k` float32.
 * @param heapRows room for `k` uint32.
 * @param size entries in the heap so far.
 * @param first number of the segment's first row.
 * @returns entries in the heap now.
 */
export function scanBytes(
  codes: usize,
  scales: usize,
  mask: usize,
  count: i32,
  stride: i32,
  query: usize,
  heapScores: usize,
  heapRows: usize,
  size: i32,
  k: i32,
  first: u32,
): i32 {
  scores = heapScores;
  rows = heapRows;
  let worst = size == k ? scoreAt(0) : -Infinity;
  let at = codes;
  for (let row = 0; row < count; row++, at += <usize>stride) {
    if (mask != 0 && load<u8>(mask + <usize>row) == 0) continue;
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    const end = at + <usize>stride;
    for (let code = at, q = query; code < end; code += 16, q += 32) {
      const bytes = v128.load(code);
      low = i32x4.add(low, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(bytes), v128.load(q)));
      high = i32x4.add(high, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(bytes), v128.load(q, 16)));
    }
    const score = <f32>sumOf(i32x4.add(low, high)) * load<f32>(scales + (<usize>row << 2));
    if (size < k) {
      rise(size++, score, first + row);
      if (size == k) worst = scoreAt(0);
    } else if (score > worst) {
      sink(size, score, first + row);
      worst = scoreAt(0);
    }
  }
  return size;
}
