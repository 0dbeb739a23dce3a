/** The chunk id of each row and the row of each id: rows without gaps, in no order. */
export class RowIds {
  readonly #rowOf = new Map<number, number>();
  #ids = new Uint32Array(64);

  get size(): number {
    return this.#rowOf.size;
  }

  /** In the order of the rows; valid until the next change. */
  get ids(): Uint32Array {
    return this.#ids.subarray(0, this.size);
  }

  has(id: number): boolean {
    return this.#rowOf.has(id);
  }

  rowOf(id: number): number | undefined {
    return this.#rowOf.get(id);
  }

  /** @returns the row of an id, a new one behind the last when it has none. */
  place(id: number): number {
    const known = this.#rowOf.get(id);
    if (known !== undefined) return known;
    const row = this.size;
    if (row === this.#ids.length) {
      const grown = new Uint32Array(row * 2);
      grown.set(this.#ids);
      this.#ids = grown;
    }
    this.#ids[row] = id;
    this.#rowOf.set(id, row);
    return row;
  }

  /**
   * The last row moves into the gap.
   * @returns the gap, and the row that is no more; undefined when the id has none.
   */
  remove(id: number): { readonly gap: number; readonly last: number } | undefined {
    const gap = this.#rowOf.get(id);
    if (gap === undefined) return undefined;
    const last = this.size - 1;
    const lastId = this.#ids[last] ?? 0;
    this.#ids[gap] = lastId;
    this.#rowOf.set(lastId, gap);
    this.#rowOf.delete(id);
    return { gap, last };
  }
}
