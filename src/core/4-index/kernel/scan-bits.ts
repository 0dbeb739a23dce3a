/**
 * Scores rows by their bits: for each four of a row's bits a table says what they add.
 * @param bits as `encodeBits` writes them: `blocks × 16` rows of `columns` bytes.
 * @param tables for each byte of a row 16 bytes for its low four bits, and 16 for its high four. Two of them add up to
 * less than 256, and those of all bytes to less than 32,768.
 * @param scores room for `blocks × 16` uint16.
 */
export function scanBits(bits: usize, blocks: i32, columns: i32, tables: usize, scores: usize): void {
  const four = i8x16.splat(15);
  for (let block = 0; block < blocks; block++, scores += 32) {
    // The sums of two rows each, the odd one's 256 times; and of the odd one alone.
    let both = i16x8.splat(0);
    let odd = i16x8.splat(0);
    let table = tables;
    for (let column = 0; column < columns; column++, bits += 16, table += 32) {
      const bytes = v128.load(bits);
      const low = i8x16.swizzle(v128.load(table), v128.and(bytes, four));
      const high = i8x16.swizzle(v128.load(table, 16), v128.and(i16x8.shr_u(bytes, 4), four));
      const sum = i8x16.add(low, high);
      both = i16x8.add(both, sum);
      odd = i16x8.add(odd, i16x8.shr_u(sum, 8));
    }
    const even = i16x8.sub(both, i16x8.shl(odd, 8));
    v128.store(scores, v128.shuffle<i16>(even, odd, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(scores, v128.shuffle<i16>(even, odd, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  }
}

/**
 * Leaves those rows of a mask whose score is not below `lowest`.
 * @param scores `blocks × 16` uint16, below 32,768.
 * @param mask `blocks × 16` bytes.
 */
export function keepFrom(scores: usize, blocks: i32, lowest: i32, mask: usize): void {
  const least = i16x8.splat(<i16>lowest);
  for (let block = 0; block < blocks; block++, scores += 32, mask += 16) {
    const kept = i8x16.narrow_i16x8_s(
      i16x8.ge_s(v128.load(scores), least),
      i16x8.ge_s(v128.load(scores, 16), least),
    );
    v128.store(mask, v128.and(v128.load(mask), kept));
  }
}
