import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Hit, IdRanges } from '../types.ts';
import { encodeBatch } from './encode-vectors.ts';
import { isInRanges } from './id-ranges.ts';
import type { ReadVector, VectorIndex, VectorIndexLine } from './vector-index.ts';

/** Uniform numbers from -1 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** @returns `count × dimensions` floats, each row of length 1. */
export function unitVectors(count: number, dimensions: number, seed: number): Float32Array<ArrayBuffer> {
  const random = randomNumbers(seed);
  const vectors = Float32Array.from({ length: count * dimensions }, random);
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
    const length = Math.hypot(...vector);
    vector.forEach((value, i) => (vector[i] = value / length));
  }
  return vectors;
}

const rowsOf = (vectors: Float32Array, dimensions: number): Float32Array[] =>
  Array.from({ length: vectors.length / dimensions }, (_, row) =>
    vectors.slice(row * dimensions, (row + 1) * dimensions),
  );

const join = (rows: readonly Float32Array[]): Float32Array =>
  Float32Array.from(rows.flatMap((row) => [...row]));

const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);

const vectorOf = (vectors: { get(id: number): Float32Array | undefined }, id: number): Float32Array => {
  const vector = vectors.get(id);
  if (!vector) throw new Error(`${id} is not in the index`);
  return vector;
};

/** An index whose floats lie in memory, as the store's lie on the disk: a row that was removed is not to be read. */
export class StoredIndex {
  readonly #dimensions: number;
  readonly #index: VectorIndex;
  readonly stored = new Map<number, Float32Array>();
  /** Where rows are read to, as from a disk: valid until the next call. */
  readonly #row: Float32Array;

  constructor(create: (dimensions: number, readVector: ReadVector) => VectorIndex, dimensions: number) {
    this.#dimensions = dimensions;
    this.#row = new Float32Array(dimensions);
    this.#index = create(dimensions, (id) => {
      this.#row.set(vectorOf(this.stored, id));
      return this.#row;
    });
  }

  add(ids: readonly number[], vectors: Float32Array): void {
    this.#index.add(ids, encodeBatch(vectors, this.#dimensions));
    rowsOf(vectors, this.#dimensions).forEach((vector, i) => this.stored.set(ids[i] ?? 0, vector));
  }

  remove(ids: readonly number[]): void {
    this.#index.remove(ids);
    for (const id of ids) this.stored.delete(id);
  }

  search(query: Float32Array, k: number, filter?: IdRanges): Hit[] {
    return this.#index.search(query, k, filter);
  }
}

const sequence = (count: number, first = 0): number[] => Array.from({ length: count }, (_, i) => first + i);

/** What an index must answer, found in the plainest way. */
function bruteForce(
  model: ReadonlyMap<number, Float32Array>,
  query: Float32Array,
  k: number,
  filter: IdRanges = [[0, Infinity]],
): Hit[] {
  return [...model]
    .filter(([id]) => isInRanges(filter, id))
    .map(([chunkId, vector]) => ({ chunkId, score: cosine(vector, query) }))
    .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
    .slice(0, k);
}

/** Sums in another order differ in the last digits, so what is nearly tied may change places. */
const TOLERANCE = 1e-5;

/** Voy builds trees for seconds, and longer where other tests run beside. */
const SLOW_MS = 60_000;

function expectSameHits(
  hits: readonly Hit[],
  expected: readonly Hit[],
  model: ReadonlyMap<number, Float32Array>,
  query: Float32Array,
): void {
  expect(hits.length).toBe(expected.length);
  expect(new Set(hits.map(({ chunkId }) => chunkId)).size).toBe(hits.length);
  hits.forEach(({ chunkId, score }, i) => {
    const vector = vectorOf(model, chunkId);
    expect(Math.abs(score - cosine(vector, query))).toBeLessThan(TOLERANCE);
    expect(Math.abs(score - (expected[i]?.score ?? NaN))).toBeLessThan(TOLERANCE);
    const before = hits[i - 1];
    if (before)
      expect(before.score > score || (before.score === score && before.chunkId < chunkId)).toBe(true);
  });
}

/** One step of a random life. Vectors are places in a small pool, so that equal ones are common. */
type Step =
  | { readonly type: 'add'; readonly rows: readonly (readonly [id: number, vector: number])[] }
  | { readonly type: 'remove'; readonly ids: readonly number[] }
  | { readonly type: 'search'; readonly query: number; readonly k: number; readonly filter: IdRanges };

const POOL = 24;
const ids = fc.oneof(fc.nat(40), fc.constantFrom(2 ** 31, 2 ** 32 - 2));
/** Bounds in order, taken in pairs. */
const filters: fc.Arbitrary<IdRanges> = fc
  .uniqueArray(fc.oneof(fc.nat(45), fc.constantFrom(2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1)), { maxLength: 8 })
  .map((bounds) => {
    const sorted = bounds.toSorted((a, b) => a - b);
    return sorted.flatMap((start, i) => {
      const end = sorted[i + 1];
      return i % 2 === 0 && end !== undefined ? [[start, end] as const] : [];
    });
  });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('add' as const),
        rows: fc.array(fc.tuple(ids, fc.nat(POOL - 1)), { maxLength: 30 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('remove' as const), ids: fc.array(ids, { maxLength: 20 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('search' as const),
        query: fc.nat(POOL - 1),
        k: fc.nat(50),
        filter: fc.oneof(filters, fc.constant([[0, 2 ** 32 - 1] as const])),
      }),
    },
  ),
  { maxLength: 25 },
);

/** What every vector index must do; run over each line of the registry. */
export function vectorIndexContract(
  line: Pick<VectorIndexLine, 'id' | 'exact' | 'maxChunks' | 'load'>,
): void {
  describe(`vector index ${line.id}`, () => {
    const dimensions = 16;
    let createIndex: (dimensions: number, readVector: ReadVector) => VectorIndex;
    const create = (size: number): StoredIndex => new StoredIndex(createIndex, size);
    beforeAll(async () => {
      createIndex = await line.load();
    });

    const vectors = unitVectors(200, dimensions, 1);
    const query = unitVectors(1, dimensions, 2);
    const model = new Map(rowsOf(vectors, dimensions).map((vector, i) => [i * 7, vector]));
    const filled = (): StoredIndex => {
      const index = create(dimensions);
      index.add([...model.keys()], vectors);
      return index;
    };

    test('an empty index finds nothing', () => {
      expect(create(dimensions).search(query, 5)).toEqual([]);
    });

    const farthest = bruteForce(model, query, 200).at(-1)?.chunkId ?? NaN;

    test.each([1, 5, 199, 200, 201, 100_000, Infinity])('finds the nearest %s', (k) => {
      expectSameHits(filled().search(query, k), bruteForce(model, query, k), model, query);
    });

    test.each([0, -1, NaN, 0.5])('finds nothing for k = %s', (k) => {
      expect(filled().search(query, k)).toEqual([]);
    });

    test.each([
      ['all', [[0, 2 ** 32 - 1]]],
      ['most', sequence(100).map((i): [number, number] => [i * 14, i * 14 + 10])],
      ['half', [[0, 700]]],
      [
        'few',
        [
          [7, 8],
          [700, 701],
        ],
      ],
      [
        'one by one',
        [
          [1, 7],
          [8, 14],
          [15, 22],
        ],
      ],
      ['the farthest', [[farthest, farthest + 1]]],
      [
        'none that is there',
        [
          [1, 7],
          [2000, 3000],
        ],
      ],
      ['none', []],
    ] satisfies [string, IdRanges][])('a filter that keeps %s', (_, filter) => {
      expectSameHits(filled().search(query, 9, filter), bruteForce(model, query, 9, filter), model, query);
    });

    test('a vector finds itself, with a cosine of 1', () => {
      const [hit] = filled().search(vectorOf(model, 70), 1);
      expect(hit?.chunkId).toBe(70);
      expect(hit?.score).toBeCloseTo(1, 5);
    });

    test('neither vectors nor query are kept or changed', () => {
      const own = vectors.slice();
      const index = create(dimensions);
      index.add([...model.keys()], own);
      expect(own).toEqual(vectors);
      own.fill(0);
      expectSameHits(index.search(query, 3), bruteForce(model, query, 3), model, query);
    });

    test('what is removed is not found; ids that are not there are ignored', () => {
      const index = filled();
      const gone = bruteForce(model, query, 5).map(({ chunkId }) => chunkId);
      index.remove([...gone, ...gone, 1, 2, 3]);
      const rest = new Map([...model].filter(([id]) => !gone.includes(id)));
      expectSameHits(index.search(query, 300), bruteForce(rest, query, 300), rest, query);
    });

    test('an index that was emptied can be filled again', () => {
      const index = filled();
      index.remove([...model.keys()]);
      expect(index.search(query, 5)).toEqual([]);
      index.add([3], query);
      expect(index.search(query, 5).map(({ chunkId }) => chunkId)).toEqual([3]);
    });

    test('an id that is added again is replaced; the last of several in one call counts', () => {
      const index = filled();
      index.add([14, 14], join([vectorOf(model, 21), query]));
      const hits = index.search(query, 300);
      expect(hits[0]).toMatchObject({ chunkId: 14 });
      expect(hits.length).toBe(200);
    });

    test('a hundred equal vectors: all found, ties by lower id', () => {
      const index = filled();
      const equal = sequence(100, 5000);
      for (const id of equal.toReversed()) index.add([id], query);
      index.remove([5001]);
      expect(index.search(query, 3).map(({ chunkId }) => chunkId)).toEqual([5000, 5002, 5003]);
      expect(index.search(query, 1000).length).toBe(299);
      index.remove(equal);
      expectSameHits(index.search(query, 300), bruteForce(model, query, 300), model, query);
    });

    test('other numbers of dimensions: odd, one, 384, 768', () => {
      for (const other of [1, 5, 384, 768]) {
        const index = create(other);
        const many = unitVectors(20, other, other);
        const own = new Map(rowsOf(many, other).map((vector, id) => [id, vector]));
        index.add([...own.keys()], many);
        const asked = vectorOf(own, 4);
        expectSameHits(index.search(asked, 6), bruteForce(own, asked, 6), own, asked);
      }
    });

    test('several segments, and removals across them', { timeout: SLOW_MS }, () => {
      const index = create(8);
      const many = unitVectors(6000, 8, 3);
      const own = new Map(rowsOf(many, 8).map((vector, id) => [id, vector]));
      index.add([...own.keys()], many);
      const gone = sequence(6000).filter((id) => id % 2 === 0 || id > 5000);
      index.remove(gone);
      gone.forEach((id) => own.delete(id));
      const asked = unitVectors(1, 8, 4);
      expectSameHits(index.search(asked, 50), bruteForce(own, asked, 50), own, asked);
    });

    test.each([
      ['too short', new Float32Array(dimensions - 1), 'dimension-mismatch'],
      ['too long', new Float32Array(2 * dimensions), 'dimension-mismatch'],
      ['with NaN', query.with(3, NaN), 'invalid-vector'],
      ['with infinity', query.with(15, -Infinity), 'invalid-vector'],
    ])('a vector %s is refused, and changes nothing', (_, bad, code) => {
      const index = filled();
      expect(() => index.add([7], bad)).toThrow(expect.objectContaining({ code }));
      expect(() => index.search(bad, 3)).toThrow(expect.objectContaining({ code }));
      if (bad.length === dimensions) {
        expect(() => index.add([9999, 7], join([query, bad]))).toThrow(expect.objectContaining({ code }));
      }
      expectSameHits(index.search(query, 300), bruteForce(model, query, 300), model, query);
    });

    test.each([-1, 1.5, NaN, 2 ** 32 - 1])('%s is no id', (id) => {
      expect(() => create(dimensions).add([id], query)).toThrow(
        expect.objectContaining({ code: 'internal' }),
      );
    });

    test('a batch of another size is refused, and changes nothing', () => {
      const stored = filled();
      const batch = encodeBatch(vectors.slice(0, 2 * dimensions), dimensions);
      const index = createIndex(dimensions, () => query);
      for (const wrong of [[1], [1, 2, 3]]) {
        expect(() => index.add(wrong, batch)).toThrow(
          expect.objectContaining({ code: 'dimension-mismatch' }),
        );
      }
      expect(index.search(query, 3)).toEqual([]);
      expectSameHits(stored.search(query, 300), bruteForce(model, query, 300), model, query);
    });

    test('no vectors at all are nothing to do', () => {
      const index = filled();
      index.add([], new Float32Array());
      index.remove([]);
      expect(index.search(query, 300).length).toBe(200);
    });

    test('zero vectors and zero queries are vectors', () => {
      const index = create(dimensions);
      index.add([5, 3], new Float32Array(2 * dimensions));
      const hits = [3, 5].map((chunkId) => ({ chunkId, score: 0 }));
      expect(index.search(query, 3)).toEqual(hits);
      expect(index.search(new Float32Array(dimensions), 3)).toEqual(hits);
    });

    test('any life: adding, replacing, removing, searching', { timeout: SLOW_MS }, () => {
      fc.assert(
        fc.property(steps, fc.constantFrom(3, 16), fc.nat(), (life, size, seed) => {
          const pool = new Map(rowsOf(unitVectors(POOL, size, seed), size).entries());
          const content = new Map<number, Float32Array>();
          const index = create(size);
          for (const step of life) {
            if (step.type === 'add') {
              index.add(
                step.rows.map(([id]) => id),
                join(step.rows.map(([, vector]) => vectorOf(pool, vector))),
              );
              for (const [id, vector] of step.rows) content.set(id, vectorOf(pool, vector));
            } else if (step.type === 'remove') {
              index.remove(step.ids);
              for (const id of step.ids) content.delete(id);
            } else {
              const asked = vectorOf(pool, step.query);
              const expected = bruteForce(content, asked, step.k, step.filter);
              expectSameHits(index.search(asked, step.k, step.filter), expected, content, asked);
            }
          }
        }),
        { numRuns: 200 },
      );
    });

    test.runIf(line.exact)('exact: the very same hits as brute force', () => {
      const index = filled();
      for (const asked of rowsOf(unitVectors(50, dimensions, 9), dimensions)) {
        const found = index.search(asked, 20).map(({ chunkId }) => chunkId);
        expect(found).toEqual(bruteForce(model, asked, 20).map(({ chunkId }) => chunkId));
      }
    });

    test.runIf(line.maxChunks < Infinity)('full, it says so and keeps what it has', () => {
      const index = filled();
      const more = sequence(line.maxChunks - 199, 10_000);
      const add = (): void => index.add(more, unitVectors(more.length, dimensions, 5));
      expect(add).toThrow(
        expect.objectContaining({ code: 'index-full', details: { maxChunks: line.maxChunks } }),
      );
      expectSameHits(index.search(query, 300), bruteForce(model, query, 300), model, query);
      index.add([...model.keys()], vectors);
    });
  });
}
