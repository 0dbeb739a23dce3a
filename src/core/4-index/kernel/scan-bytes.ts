import { close, offer, open, worst } from './heap';
import { sumOf } from './lanes';

/**
 * Scores one segment of rows and keeps the best. One row at a time, in the order of the memory: four rows at a time
 * were three times slower, since reading is what takes the time.
 * @param codes `count × stride` signed bytes; `stride` is a multiple of 16.
 * @param scales a float32 for each row: what a code of 1 stands for.
 * @param mask a byte for each row, 0 for one to pass over, and room up to a multiple of 16; 0 in place of an address keeps
 * all.
 * @param query `stride` signed 16-bit codes. The sum of 32-bit products must not overflow.
 * @param heapScores room for `k` float32; `k` is at least 1.
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
  open(heapScores, heapRows, size, k);
  if (mask == 0) {
    for (let row = 0; row < count; row++) score(codes, scales, stride, query, row, first);
    return close();
  }
  // A shortlist keeps one row of fifty or so.
  for (let row = 0; row < count; row += 16) {
    const passedOver = i8x16.bitmask(i8x16.eq(v128.load(mask + <usize>row), i8x16.splat(0)));
    let kept = ~passedOver & (row + 16 > count ? (1 << (count - row)) - 1 : 0xffff);
    for (; kept != 0; kept &= kept - 1) score(codes, scales, stride, query, row + ctz(kept), first);
  }
  return close();
}

@inline function score(codes: usize, scales: usize, stride: i32, query: usize, row: i32, first: u32): void {
  let low = i32x4.splat(0);
  let high = i32x4.splat(0);
  const start = codes + <usize>(row * stride);
  const end = start + <usize>stride;
  for (let code = start, q = query; code < end; code += 16, q += 32) {
    const bytes = v128.load(code);
    low = i32x4.add(low, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(bytes), v128.load(q)));
    high = i32x4.add(high, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(bytes), v128.load(q, 16)));
  }
  const value = <f32>sumOf(i32x4.add(low, high)) * load<f32>(scales + ((<usize>row) << 2));
  if (value > worst) offer(value, first + row);
}
