import { SatchelError } from '../errors.ts';
import { dotRow, dotRows } from './dot-rows.ts';
import type { TopHits } from './top-hits.ts';

/** Growing by segments never copies what is there; one call of the kernel per segment lets the engine tier up. */
export const SEGMENT_ROWS = 4096;

/** 2^32 - 1 is left free, so that every id and every count of ids fits an unsigned 32-bit integer. */
const MAX_ID = 2 ** 32 - 2;

/** The position of the first NaN or infinity, -1 when all is finite. */
export function findNonFinite(values: Float32Array): number {
  // A finite number times zero is zero, anything else is NaN: one branch for the whole array, when all is well.
  let sum = 0;
  // eslint-disable-next-line @typescript-eslint/prefer-for-of -- ten times slower on typed arrays in V8
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? 0) * 0;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

/** Keeps something beside each row, under the same number. */
export interface RowMirror {
  /** Takes the room for this many rows. @throws SatchelError `index-full`; nothing has changed then. */
  reserve(rows: number): void;
  /** Writes a row, or adds one behind the last. */
  set(row: number, vector: Float32Array): void;
  /** The last row moves to this place, and is a row no more. */
  remove(row: number): void;
}

/** Vectors by chunk id: contiguous rows in segments, in no order, without gaps. */
export class VectorRows {
  readonly dimensions: number;
  readonly #segments: Float32Array<ArrayBuffer>[] = [];
  readonly #ids: number[] = [];
  readonly #rowOf = new Map<number, number>();
  readonly #scores = new Float64Array(SEGMENT_ROWS);
  readonly #mirror: RowMirror | undefined;

  constructor(dimensions: number, mirror?: RowMirror) {
    this.dimensions = dimensions;
    this.#mirror = mirror;
  }

  get size(): number {
    return this.#ids.length;
  }

  /** In the order of the rows. */
  get ids(): readonly number[] {
    return this.#ids;
  }

  has(id: number): boolean {
    return this.#rowOf.has(id);
  }

  /** A view, valid until the next change. */
  get(id: number): Float32Array<ArrayBuffer> | undefined {
    const row = this.#rowOf.get(id);
    return row === undefined ? undefined : this.#view(row);
  }

  /**
   * @throws SatchelError `dimension-mismatch` { expected, actual }, `invalid-vector` { position }, `internal` for
   * an id that is none.
   */
  check(ids: readonly number[], vectors: Float32Array): void {
    const expected = ids.length * this.dimensions;
    if (vectors.length !== expected) {
      const actual = ids.length > 0 ? vectors.length / ids.length : vectors.length;
      throw new SatchelError('dimension-mismatch', { expected: this.dimensions, actual });
    }
    const invalid = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id <= MAX_ID));
    if (invalid !== undefined) throw new SatchelError('internal', { reason: `${invalid} is no chunk id` });
    const position = findNonFinite(vectors);
    if (position >= 0) throw new SatchelError('invalid-vector', { position });
  }

  /** @throws SatchelError `dimension-mismatch`, `invalid-vector`. */
  checkQuery(query: Float32Array): void {
    if (query.length !== this.dimensions) {
      throw new SatchelError('dimension-mismatch', { expected: this.dimensions, actual: query.length });
    }
    const position = findNonFinite(query);
    if (position >= 0) throw new SatchelError('invalid-vector', { position });
  }

  /** All or nothing. @throws SatchelError as `check` does, and `index-full` when the memory is used up. */
  add(ids: readonly number[], vectors: Float32Array): void {
    this.check(ids, vectors);
    this.#reserve(ids.length);
    ids.forEach((id, i) => {
      let row = this.#rowOf.get(id);
      if (row === undefined) {
        row = this.#ids.push(id) - 1;
        this.#rowOf.set(id, row);
      }
      const vector = vectors.subarray(i * this.dimensions, (i + 1) * this.dimensions);
      this.#view(row).set(vector);
      this.#mirror?.set(row, vector);
    });
    this.#release();
  }

  /** The last row moves into the gap. */
  remove(id: number): void {
    const row = this.#rowOf.get(id);
    if (row === undefined) return;
    this.#rowOf.delete(id);
    this.#mirror?.remove(row);
    const lastId = this.#ids.pop();
    if (lastId !== undefined && lastId !== id) {
      this.#view(row).set(this.#view(this.#ids.length));
      this.#ids[row] = lastId;
      this.#rowOf.set(lastId, row);
    }
    this.#release();
  }

  /** Offers every row that `filter` keeps to `top`. */
  scan(query: Float32Array, top: TopHits, filter?: (chunkId: number) => boolean): void {
    const scores = this.#scores;
    this.#segments.forEach((segment, s) => {
      const first = s * SEGMENT_ROWS;
      const count = Math.min(SEGMENT_ROWS, this.#ids.length - first);
      dotRows(query, segment, count, this.dimensions, scores);
      for (let i = 0; i < count; i++) {
        const score = scores[i] ?? 0;
        if (!top.wants(score)) continue;
        const id = this.#ids[first + i] ?? 0;
        if (!filter || filter(id)) top.offer(id, score);
      }
    });
  }

  /** Offers these rows to `top`, with the scores that `scan` would give them. */
  score(query: Float32Array, rows: Uint32Array, top: TopHits): void {
    for (const row of rows) top.offer(this.#ids[row] ?? 0, dotRow(query, this.#view(row)));
  }

  /** All rows, one after another, without copying. */
  *blocks(): Generator<Float32Array<ArrayBuffer>> {
    let left = this.size;
    for (const segment of this.#segments) {
      yield segment.subarray(0, Math.min(left, SEGMENT_ROWS) * this.dimensions);
      left -= SEGMENT_ROWS;
    }
  }

  #view(row: number): Float32Array<ArrayBuffer> {
    const start = (row % SEGMENT_ROWS) * this.dimensions;
    const segment = this.#segments[Math.floor(row / SEGMENT_ROWS)];
    if (!segment) throw new SatchelError('internal', { reason: `no row ${row}` });
    return segment.subarray(start, start + this.dimensions);
  }

  #reserve(more: number): void {
    try {
      while (this.#segments.length * SEGMENT_ROWS < this.size + more) {
        this.#segments.push(new Float32Array(SEGMENT_ROWS * this.dimensions));
      }
      this.#mirror?.reserve(this.size + more);
    } catch (error) {
      this.#release();
      throw new SatchelError('index-full', { maxChunks: this.#segments.length * SEGMENT_ROWS }, error);
    }
  }

  #release(): void {
    this.#segments.length = Math.ceil(this.size / SEGMENT_ROWS);
  }
}
