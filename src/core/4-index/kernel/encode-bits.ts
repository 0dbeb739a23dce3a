import { rotate } from './rotate';

/** Of eight codes the first four, as what they stand for. */
@inline function firstFour(wide: v128, scale: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(wide)), scale);
}

@inline function lastFour(wide: v128, scale: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(wide)), scale);
}

@inline function addTo(at: usize, values: v128): void {
  v128.store(at, f32x4.add(v128.load(at), values));
}

/**
 * Adds up the vectors of a segment.
 * @param codes, scales, count, stride as in `scanBytes`.
 * @param sums `stride` float32.
 */
export function sumRows(codes: usize, scales: usize, count: i32, stride: i32, sums: usize): void {
  for (let row = 0; row < count; row++, codes += <usize>stride) {
    const scale = f32x4.splat(load<f32>(scales + (<usize>row << 2)));
    for (let at = codes, to = sums; at < codes + <usize>stride; at += 16, to += 64) {
      const bytes = v128.load(at);
      const low = i16x8.extend_low_i8x16_s(bytes);
      const high = i16x8.extend_high_i8x16_s(bytes);
      addTo(to, firstFour(low, scale));
      addTo(to + 16, lastFour(low, scale));
      addTo(to + 32, firstFour(high, scale));
      addTo(to + 48, lastFour(high, scale));
    }
  }
}

/** One vector, from its mean. */
@inline function decode(codes: usize, scale: v128, stride: i32, mean: usize, work: usize): void {
  for (let at = codes; at < codes + <usize>stride; at += 16, mean += 64, work += 64) {
    const bytes = v128.load(at);
    const low = i16x8.extend_low_i8x16_s(bytes);
    const high = i16x8.extend_high_i8x16_s(bytes);
    v128.store(work, f32x4.sub(firstFour(low, scale), v128.load(mean)));
    v128.store(work + 16, f32x4.sub(lastFour(low, scale), v128.load(mean + 16)));
    v128.store(work + 32, f32x4.sub(firstFour(high, scale), v128.load(mean + 32)));
    v128.store(work + 48, f32x4.sub(lastFour(high, scale), v128.load(mean + 48)));
  }
}

@inline function isAbove(at: usize): i32 {
  return i32x4.bitmask(f32x4.gt(v128.load(at), f32x4.splat(0)));
}

/**
 * Writes a bit for each dimension of rows of a segment: 1 where the row, less the mean and turned, is above 0. Sixteen
 * rows lie together, byte by byte: the first byte of each, then the second of each, so that a scan reads sixteen rows at
 * once.
 * @param codes, scales, stride as in `scanBytes`.
 * @param first row of the segment that is written first.
 * @param mean `stride` float32, 0 beyond a vector's end.
 * @param block as in `rotate`.
 * @param work room for `stride` float32.
 * @param bits the segment's: room for `rows × stride / 8` bytes, the rows being a multiple of 16.
 */
export function encodeBits(
  codes: usize,
  scales: usize,
  first: i32,
  count: i32,
  stride: i32,
  mean: usize,
  block: i32,
  work: usize,
  bits: usize,
): void {
  for (let row = first; row < first + count; row++) {
    const scale = f32x4.splat(load<f32>(scales + (<usize>row << 2)));
    decode(codes + <usize>(row * stride), scale, stride, mean, work);
    rotate(work, stride, block);
    let to = bits + <usize>((row >> 4) * stride * 2 + (row & 15));
    const end = work + (<usize>stride << 2);
    for (let at = work; at < end; at += 32, to += 16) store<u8>(to, isAbove(at) | (isAbove(at + 16) << 4));
  }
}
