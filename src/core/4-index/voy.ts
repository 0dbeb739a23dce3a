import wasmUrl from 'voy-search/voy_search_bg.wasm?url';
import { SatchelError } from '../errors.ts';
import type { Hit, IdRanges } from '../types.ts';
import { checkIds, checkVectors } from './check-vectors.ts';
import { DistinctVectors, type DistinctVector } from './distinct-vectors.ts';
import { dotRow } from './dot-row.ts';
import { isInRanges } from './id-ranges.ts';
import { TopHits } from './top-hits.ts';
import type { VectorBatch, VectorIndex } from './vector-index.ts';
import { VOY_DIMENSIONS, VOY_MAX_CHUNKS } from './voy-limits.ts';
import { VoyTree } from './voy-tree.ts';

/** Voy computes distances in 32 bits and orders near ties as it likes; the exact scores put a few more right. */
const EXTRA = 16;

/** How much wider the next search is when a filter left too few. */
const WIDEN = 4;

/**
 * Voy finds candidates, our own rows give the scores that it doesn't. The rows are what counts: a tree that broke
 * is built again from them. They stay in memory: taking a vector out of the tree needs the very one that was added.
 *
 * The tree holds each vector once: 33 equal ones make it panic.
 */
class VoyIndex implements VectorIndex {
  readonly #module: WebAssembly.Module;
  readonly #dimensions: number;
  /** By chunk id. */
  readonly #rows = new Map<number, Float32Array>();
  #distinct = new DistinctVectors();
  /** Absent when it broke; built again by whoever needs it next. */
  #tree: VoyTree | undefined;

  constructor(module: WebAssembly.Module, dimensions: number) {
    this.#module = module;
    this.#dimensions = dimensions;
  }

  add(ids: readonly number[], batch: VectorBatch): void {
    checkIds(ids);
    const vectors = batch.vectors();
    checkVectors(vectors, ids.length, this.#dimensions);
    const added = new Set(ids.filter((id) => !this.#rows.has(id))).size;
    if (this.#rows.size + added > VOY_MAX_CHUNKS) {
      throw new SatchelError('index-full', { maxChunks: VOY_MAX_CHUNKS });
    }
    const rows = ids.map(
      (id, i) => [id, vectors.slice(i * this.#dimensions, (i + 1) * this.#dimensions)] as const,
    );
    this.#change((change) => {
      for (const [id, vector] of rows) {
        change.delete(id);
        change.insert(id, vector);
      }
    });
    for (const [id, vector] of rows) this.#rows.set(id, vector);
  }

  remove(ids: readonly number[]): void {
    this.#change((change) => ids.forEach((id) => change.delete(id)));
    for (const id of ids) this.#rows.delete(id);
  }

  search(query: Float32Array, k: number, filter?: IdRanges): Hit[] {
    checkVectors(query, 1, this.#dimensions);
    const total = this.#distinct.size;
    if (!(k >= 1) || total === 0) return [];
    for (let limit = Math.min(total, Math.floor(k) + EXTRA); ; limit = Math.min(total, limit * WIDEN)) {
      const ids = this.#candidates(query, limit).filter((id) => !filter || isInRanges(filter, id));
      if (ids.length >= k || limit === total) return this.#rank(query, ids, k);
    }
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
      if (vector) top.offer(id, dotRow(query, vector));
    }
    return top.take();
  }

  #currentTree(): VoyTree {
    return (this.#tree ??= this.#build(this.#distinct.values()));
  }

  #build(entries: readonly DistinctVector[]): VoyTree {
    const tree = new VoyTree(this.#module, this.#dimensions);
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
