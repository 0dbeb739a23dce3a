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

@inline function above(values: v128, mean: usize): v128 {
  return f32x4.gt(values, v128.load(mean));
}

/**
 * Writes a bit for each code: 1 where it stands for more than the mean does there.
 * @param codes, scales, count, stride as in `scanBytes`.
 * @param mean `stride` float32, 0 beyond a vector's end.
 * @param bits room for `count × bitStride` bytes; those beyond `stride` bits of a row are left as they are.
 */
export function encodeBits(
  codes: usize,
  scales: usize,
  count: i32,
  stride: i32,
  mean: usize,
  bits: usize,
  bitStride: i32,
): void {
  for (let row = 0; row < count; row++, codes += <usize>stride, bits += <usize>bitStride) {
    const scale = f32x4.splat(load<f32>(scales + (<usize>row << 2)));
    for (let at = codes, m = mean, to = bits; at < codes + <usize>stride; at += 16, m += 64, to += 2) {
      const bytes = v128.load(at);
      const low = i16x8.extend_low_i8x16_s(bytes);
      const high = i16x8.extend_high_i8x16_s(bytes);
      const mask = i8x16.narrow_i16x8_s(
        i16x8.narrow_i32x4_s(above(firstFour(low, scale), m), above(lastFour(low, scale), m + 16)),
        i16x8.narrow_i32x4_s(above(firstFour(high, scale), m + 32), above(lastFour(high, scale), m + 48)),
      );
      store<u16>(to, <u16>i8x16.bitmask(mask));
    }
  }
}
