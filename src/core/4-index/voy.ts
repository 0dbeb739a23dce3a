import wasmUrl from 'voy-search/voy_search_bg.wasm?url';
import { SatchelError } from '../errors.ts';
import type { Hit } from '../types.ts';
import { DistinctVectors, type DistinctVector } from './distinct-vectors.ts';
import { decodeRows, encodeRows } from './saved-rows.ts';
import { TopHits } from './top-hits.ts';
import type { VectorIndex } from './vector-index.ts';
import { VectorRows } from './vector-rows.ts';
import { VOY_DIMENSIONS, VOY_MAX_CHUNKS } from './voy-limits.ts';
import { VoyTree } from './voy-tree.ts';

/** Voy computes distances in 32 bits and orders near ties as it likes; the exact scores put a few more right. */
const EXTRA = 16;

/** How much wider the next search is when a filter left too few. */
const WIDEN = 4;

/**
 * Voy finds candidates, our own rows give the scores that it doesn't. The rows are what counts: a tree that broke
 * is built again from them, and they are what is saved, since Voy's own serialisation is JSON of 8 kB a chunk that
 * silently comes out empty for large indexes.
 *
 * The tree holds each vector once: 33 equal ones make it panic.
 */
class VoyIndex implements VectorIndex {
  readonly #module: WebAssembly.Module;
  #rows: VectorRows;
  #distinct = new DistinctVectors();
  /** Absent when it broke; built again by whoever needs it next. */
  #tree: VoyTree | undefined;

  constructor(module: WebAssembly.Module, dimensions: number) {
    this.#module = module;
    this.#rows = new VectorRows(dimensions);
  }

  add(ids: readonly number[], vectors: Float32Array): void {
    this.#rows.check(ids, vectors);
    const added = new Set(ids.filter((id) => !this.#rows.has(id))).size;
    if (this.#rows.size + added > VOY_MAX_CHUNKS) {
      throw new SatchelError('index-full', { maxChunks: VOY_MAX_CHUNKS });
    }
    const { dimensions } = this.#rows;
    this.#change((change) => {
      ids.forEach((id, i) => {
        change.delete(id);
        change.insert(id, vectors.subarray(i * dimensions, (i + 1) * dimensions));
      });
    });
    this.#rows.add(ids, vectors);
  }

  remove(ids: readonly number[]): void {
    this.#change((change) => ids.forEach((id) => change.delete(id)));
    for (const id of ids) this.#rows.remove(id);
  }

  search(query: Float32Array, k: number, filter?: (chunkId: number) => boolean): Hit[] {
    this.#rows.checkQuery(query);
    const total = this.#distinct.size;
    if (!(k >= 1) || total === 0) return [];
    for (let limit = Math.min(total, Math.floor(k) + EXTRA); ; limit = Math.min(total, limit * WIDEN)) {
      const ids = this.#candidates(query, limit).filter((id) => !filter || filter(id));
      if (ids.length >= k || limit === total) return this.#rank(query, ids, k);
    }
  }

  save(): Uint8Array<ArrayBuffer> {
    return encodeRows(this.#rows);
  }

  load(bytes: Uint8Array<ArrayBuffer>): void {
    const rows = decodeRows(bytes, this.#rows.dimensions);
    if (rows.size > VOY_MAX_CHUNKS) throw new SatchelError('index-full', { maxChunks: VOY_MAX_CHUNKS });
    const distinct = DistinctVectors.of(rows);
    this.#tree = this.#build(distinct.values());
    this.#rows = rows;
    this.#distinct = distinct;
  }

  /** Brings the tree in line with what `plan` does. When the tree breaks, all is as before. */
  #change(plan: (change: Pick<DistinctVectors, 'delete' | 'insert'>) => unknown): void {
    const tree = this.#currentTree();
    const gone: DistinctVector[] = [];
    const fresh = new Map<number, DistinctVector>();
    plan({
      delete: (id) => {
        const entry = this.#distinct.delete(id);
        // An id that is listed twice takes back what its first place brought.
        if (entry && !fresh.delete(entry.key)) gone.push(entry);
        return entry;
      },
      insert: (id, vector) => {
        const entry = this.#distinct.insert(id, vector);
        if (entry) fresh.set(entry.key, entry);
        return entry;
      },
    });
    try {
      tree.remove(gone);
      tree.add([...fresh.values()]);
    } catch (error) {
      this.#tree = undefined;
      this.#distinct = DistinctVectors.of(this.#rows);
      throw error;
    }
  }

  /** Ids of at least `limit` chunks, or of all. */
  #candidates(query: Float32Array, limit: number): number[] {
    const tree = this.#currentTree();
    try {
      return tree.search(query, limit).flatMap((key) => [...(this.#distinct.get(key)?.ids ?? [])]);
    } catch (error) {
      this.#tree = undefined;
      throw error;
    }
  }

  #rank(query: Float32Array, ids: readonly number[], k: number): Hit[] {
    const top = new TopHits(k);
    for (const id of ids) {
      const vector = this.#rows.get(id);
      if (vector)
        top.offer(
          id,
          vector.reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0),
        );
    }
    return top.take();
  }

  #currentTree(): VoyTree {
    return (this.#tree ??= this.#build(this.#distinct.values()));
  }

  #build(entries: readonly DistinctVector[]): VoyTree {
    const tree = new VoyTree(this.#module, this.#rows.dimensions);
    tree.add(entries);
    return tree;
  }
}

/** @throws SatchelError `index-broken` when the WASM can't be fetched or compiled. */
export async function loadVoyIndex(): Promise<(dimensions: number) => VectorIndex> {
  let module: WebAssembly.Module;
  try {
    const response = await fetch(wasmUrl);
    module = await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new SatchelError('index-broken', { reason: String(error) }, error);
  }
  return createVoyIndex(module);
}

/** For hosts that get hold of the WASM in their own way. */
export const createVoyIndex =
  (module: WebAssembly.Module) =>
  (dimensions: number): VectorIndex => {
    if (dimensions > VOY_DIMENSIONS) {
      throw new SatchelError('dimension-mismatch', { expected: VOY_DIMENSIONS, actual: dimensions });
    }
    return new VoyIndex(module, dimensions);
  };
