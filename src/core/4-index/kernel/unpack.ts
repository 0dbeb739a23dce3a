/**
 * Takes rows as `encodeBytes` writes them apart into codes and scales.
 * @param rows `count × rowBytes`; `rowBytes` is a multiple of 4.
 * @param codes room for `count × stride`, a multiple of 16 that is not below `rowBytes - 4`; 0 beyond a row's end.
 * @param scales room for `count` float32.
 */
export function unpack(
  rows: usize,
  count: i32,
  rowBytes: i32,
  codes: usize,
  scales: usize,
  stride: i32,
): void {
  for (let row = 0; row < count; row++, scales += 4) {
    const scaleAt = rows + <usize>rowBytes - 4;
    const end = codes + <usize>stride;
    for (; rows + 16 <= scaleAt; rows += 16, codes += 16) v128.store(codes, v128.load(rows));
    for (; rows < scaleAt; rows += 4, codes += 4) store<u32>(codes, load<u32>(rows));
    for (; codes < end; codes += 4) store<u32>(codes, 0);
    store<u32>(scales, load<u32>(scaleAt));
    rows = scaleAt + 4;
  }
}
