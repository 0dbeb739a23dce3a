import { close, offer, open, worst } from './heap';
import { sumOf } from './lanes';

/**
 * Counts the bits in which each row of a segment differs from the query, and keeps the rows with the fewest. Their
 * scores are these numbers below zero. Parameters are those of `scanBytes`.
 * @param bits `count × stride` bytes; `stride` is a multiple of 16.
 * @param query `stride` bytes.
 */
export function scanBits(
  bits: usize,
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
  let at = bits;
  for (let row = 0; row < count; row++, at += <usize>stride) {
    if (mask != 0 && load<u8>(mask + <usize>row) == 0) continue;
    let counts = i16x8.splat(0);
    for (let offset: usize = 0; offset < <usize>stride; offset += 16) {
      const differing = v128.xor(v128.load(at + offset), v128.load(query + offset));
      counts = i16x8.add(counts, i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(differing)));
    }
    const score = -(<f32>sumOf(i32x4.extadd_pairwise_i16x8_u(counts)));
    if (score > worst) offer(score, first + row);
  }
  return close();
}
