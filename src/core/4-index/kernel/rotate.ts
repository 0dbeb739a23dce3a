/**
 * Turns a vector in place, so that what it says of itself is spread over all dimensions: Hadamard's transform of each
 * run of `block` numbers, then, of the numbers at the same place of all runs, their reflection at their mean. Both keep
 * angles; lengths grow by √block, which no sign and no order depends on.
 * @param at `stride` float32; `stride` is an odd multiple of `block`, and `block` a power of two of 16 or more.
 */
export function rotate(at: usize, stride: i32, block: i32): void {
  const runBytes = <usize>block << 2;
  const end = at + (<usize>stride << 2);
  for (let run = at; run < end; run += runBytes) {
    for (let to = run; to < run + runBytes; to += 16) v128.store(to, ofFour(v128.load(to)));
    for (let half: usize = 16; half < runBytes; half <<= 1) {
      for (let start = run; start < run + runBytes; start += half << 1) {
        for (let to = start; to < start + half; to += 16) {
          const a = v128.load(to);
          const b = v128.load(to + half);
          v128.store(to, f32x4.add(a, b));
          v128.store(to + half, f32x4.sub(a, b));
        }
      }
    }
  }
  if (stride > block) reflect(at, end, runBytes, f32x4.splat(<f32>2 / <f32>(stride / block)));
}


/** The transform of four neighbours. */
@inline function ofFour(v: v128): v128 {
  const pairs = f32x4.add(v128.shuffle<f32>(v, v, 1, 0, 3, 2), f32x4.mul(v, f32x4(1, -1, 1, -1)));
  return f32x4.add(v128.shuffle<f32>(pairs, pairs, 2, 3, 0, 1), f32x4.mul(pairs, f32x4(1, 1, -1, -1)));
}

@inline function reflect(at: usize, end: usize, runBytes: usize, twice: v128): void {
  for (let first = at; first < at + runBytes; first += 16) {
    let sum = f32x4.splat(0);
    for (let to = first; to < end; to += runBytes) sum = f32x4.add(sum, v128.load(to));
    sum = f32x4.mul(sum, twice);
    for (let to = first; to < end; to += runBytes) v128.store(to, f32x4.sub(v128.load(to), sum));
  }
}
