/**
 * The greatest of absolute values, infinity or NaN when one is. Compared as integers, which without their sign are in
 * the same order, NaN being above infinity: a maximum of floats is several instructions.
 */
@inline function greatest(at: usize, end: usize): f32 {
  const withoutSign = i32x4.splat(0x7fffffff);
  let lanes = i32x4.splat(0);
  for (; at < end; at += 16) lanes = i32x4.max_s(lanes, v128.and(v128.load(at), withoutSign));
  return reinterpret<f32>(
    max(
      max(i32x4.extract_lane(lanes, 0), i32x4.extract_lane(lanes, 1)),
      max(i32x4.extract_lane(lanes, 2), i32x4.extract_lane(lanes, 3)),
    ),
  );
}

/** Four codes: to the nearest integer, halves away from zero. */
@inline function codesOf(at: usize, unit: v128): v128 {
  const scaled = f32x4.div(v128.load(at), unit);
  const half = v128.or(v128.and(scaled, f32x4.splat(-0.0)), f32x4.splat(0.5));
  return i32x4.trunc_sat_f32x4_s(f32x4.add(scaled, half));
}

/**
 * Writes vectors as signed bytes, -127 to 127, with a scale each.
 * @param vectors `count × stride` float32; `stride` is a multiple of 16, what is beyond a vector's end is 0.
 * @param rows room for `count × rowBytes` and 16 bytes more; a row is its codes, then its scale as a float32.
 * @returns rows written: fewer than `count` when the next one holds NaN or infinity.
 */
export function encodeBytes(vectors: usize, rows: usize, count: i32, stride: i32, rowBytes: i32): i32 {
  const size = <usize>stride << 2;
  for (let row = 0; row < count; row++, vectors += size, rows += <usize>rowBytes) {
    const largest = greatest(vectors, vectors + size);
    if (!(largest < Infinity)) return row;
    const scale: f32 = largest / 127;
    const unit = f32x4.splat(scale > 0 ? scale : 1);
    for (let at = vectors, to = rows; at < vectors + size; at += 64, to += 16) {
      const low = i16x8.narrow_i32x4_s(codesOf(at, unit), codesOf(at + 16, unit));
      const high = i16x8.narrow_i32x4_s(codesOf(at + 32, unit), codesOf(at + 48, unit));
      v128.store(to, i8x16.max_s(i8x16.narrow_i16x8_s(low, high), i8x16.splat(-127)));
    }
    // Over what the last 16 codes may have put there.
    store<f32>(rows + <usize>rowBytes - 4, scale);
  }
  return count;
}
