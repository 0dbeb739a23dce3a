import { close, offer, open, worst } from './heap';
import { sumOf } from './lanes';

/**
 * Scores one segment of rows and keeps the best. One row at a time, in the order of the memory: four rows at a time
 * were three times slower, since reading is what takes the time.
 * @param codes `count × stride` signed bytes; `stride` is a multiple of 16.
 * @param scales a float32 for each row: what a code of 1 stands for.
 * @param mask a byte for each row, 0 for one to pass over, and room up to a multiple of 16; it may be
 * written over. 0 in place of an address keeps all.
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
  let waiting = 0;
  for (let row = 0; row < count; row += 16) {
    const passedOver = i8x16.bitmask(i8x16.eq(v128.load(mask + <usize>row), i8x16.splat(0)));
    let kept = ~passedOver & (row + 16 > count ? (1 << (count - row)) - 1 : 0xffff);
    for (; kept != 0; kept &= kept - 1) {
      store<u16>(mask + (<usize>waiting << 1), <u16>(row + ctz(kept)));
      if (++waiting < TOGETHER) continue;
      scoreTogether(codes, scales, stride, query, mask, waiting, first);
      waiting = 0;
    }
  }
  if (waiting > 0) scoreTogether(codes, scales, stride, query, mask, waiting, first);
  return close();
}

/** As many as 16 bytes have room for: those of the mask that were read first. */
const TOGETHER = 8;
/** Rows in which that many are one after the other, or nearly so: the memory foresees them. */
const NEAR = 16;
/** Something to store, so that no compiler leaves out the reading. */
let fetched: u32 = 0;

/**
 * Scores rows of a shortlist, which keeps one of fifty or so. They lie in pages that no other row was read of, so
 * something of each 64 bytes of all is read first: what the memory is asked for at once it answers at once. 4,000 rows
 * of 384 take 0.5 ms, and one after the other 0.8.
 * @param rows a uint16 for each.
 */
function scoreTogether(
  codes: usize,
  scales: usize,
  stride: i32,
  query: usize,
  rows: usize,
  count: i32,
  first: u32,
): void {
  const end = rows + (<usize>count << 1);
  if (<i32>load<u16>(end - 2) - <i32>load<u16>(rows) >= NEAR) {
    let sum: u32 = 0;
    for (let row = rows; row < end; row += 2) {
      const start = codes + <usize>(load<u16>(row) * stride);
      for (let at = start; at < start + <usize>stride; at += 64) sum += load<u8>(at);
    }
    fetched = sum;
  }
  for (let row = rows; row < end; row += 2) score(codes, scales, stride, query, load<u16>(row), first);
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
