import { hashWords } from './hash-words.ts';

/** A vector and all the chunk ids that have it. */
export interface DistinctVector {
  readonly key: number;
  readonly vector: Float32Array<ArrayBuffer>;
  readonly ids: Set<number>;
}

/** Which chunks share a vector: repeated headers and footers do, word for word. */
export class DistinctVectors {
  readonly #byKey = new Map<number, DistinctVector>();
  readonly #byId = new Map<number, DistinctVector>();
  readonly #byHash = new Map<number, DistinctVector[]>();
  #lastKey = 0;

  static of(rows: ReadonlyMap<number, Float32Array>): DistinctVectors {
    const distinct = new DistinctVectors();
    for (const [id, vector] of rows) distinct.insert(id, vector);
    return distinct;
  }

  get size(): number {
    return this.#byKey.size;
  }

  values(): DistinctVector[] {
    return [...this.#byKey.values()];
  }

  get(key: number): DistinctVector | undefined {
    return this.#byKey.get(key);
  }

  /** @returns the entry when the vector is new. The id must not be in yet. */
  insert(id: number, vector: Float32Array): DistinctVector | undefined {
    const copy = Float32Array.from(vector);
    const hash = hashOf(copy);
    const sameHash = this.#byHash.get(hash) ?? [];
    const known = sameHash.find((entry) => entry.vector.every((value, i) => value === copy[i]));
    const entry = known ?? { key: ++this.#lastKey, vector: copy, ids: new Set<number>() };
    entry.ids.add(id);
    this.#byId.set(id, entry);
    if (known) return undefined;
    this.#byKey.set(entry.key, entry);
    this.#byHash.set(hash, [...sameHash, entry]);
    return entry;
  }

  /** @returns the entry when `id` was the last with its vector. */
  delete(id: number): DistinctVector | undefined {
    const entry = this.#byId.get(id);
    if (!entry) return undefined;
    this.#byId.delete(id);
    entry.ids.delete(id);
    if (entry.ids.size > 0) return undefined;
    this.#byKey.delete(entry.key);
    const hash = hashOf(entry.vector);
    const others = (this.#byHash.get(hash) ?? []).filter((other) => other !== entry);
    if (others.length > 0) this.#byHash.set(hash, others);
    else this.#byHash.delete(hash);
    return entry;
  }
}

const hashOf = (vector: Float32Array<ArrayBuffer>): number =>
  hashWords(new Uint32Array(vector.buffer, vector.byteOffset, vector.length));
