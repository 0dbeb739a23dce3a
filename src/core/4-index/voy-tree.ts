import * as glue from 'voy-search/voy_search_bg.js';
import { SatchelError } from '../errors.ts';
import { VOY_DIMENSIONS } from './voy-limits.ts';

/**
 * Voy's k-d tree splits on one axis after another and panics when more than 32 vectors agree on one. It pads short
 * vectors with zeros, on which all agree, so those too short for the depth of a tree are repeated. Sixty-four axes
 * are several times the depth of 20,000 vectors in buckets of 32.
 */
const MIN_AXES = 64;

export interface TreeEntry {
  readonly key: number;
  readonly vector: Float32Array;
}

let active: WebAssembly.Instance | undefined;

/**
 * The glue has one instance in mind and keeps views of its memory. Growing that memory by nothing empties the views,
 * which is what makes the glue take new ones from the next instance.
 */
function activate(instance: WebAssembly.Instance): void {
  if (instance === active) return;
  (active?.exports['memory'] as WebAssembly.Memory | undefined)?.grow(0);
  glue.__wbg_set_wasm(instance.exports);
  active = instance;
}

/**
 * One Voy index in a WASM instance of its own, so that a panic, which leaves the instance unusable, harms no other.
 * Every member throws SatchelError `index-broken` { reason }, after which the tree is to be thrown away.
 */
export class VoyTree {
  readonly #instance: WebAssembly.Instance;
  readonly #voy: glue.Voy;
  readonly #copies: number;

  constructor(module: WebAssembly.Module, dimensions: number) {
    this.#instance = new WebAssembly.Instance(module, {
      './voy_search_bg.js': glue as unknown as WebAssembly.ModuleImports,
    });
    // More copies than needed would only be text for Voy to parse: 10,000 × 384 took 6.6 s filled up, 4.4 s as it is.
    this.#copies = Math.min(Math.floor(VOY_DIMENSIONS / dimensions), Math.ceil(MIN_AXES / dimensions));
    this.#voy = this.#run(() => new glue.Voy({ embeddings: [] }));
  }

  add(entries: readonly TreeEntry[]): void {
    if (entries.length > 0) this.#run(() => this.#voy.add({ embeddings: entries.map(this.#resource) }));
  }

  /** The vectors must be the very ones that were added. */
  remove(entries: readonly TreeEntry[]): void {
    if (entries.length > 0) this.#run(() => this.#voy.remove({ embeddings: entries.map(this.#resource) }));
  }

  /**
   * The keys of the nearest entries, nearest first.
   * @param limit at least 1: Voy panics at 0.
   */
  search(query: Float32Array, limit: number): number[] {
    const { neighbors } = this.#run(() => this.#voy.search(Float32Array.from(this.#repeat(query)), limit));
    return neighbors.map(({ id }) => Number(id));
  }

  readonly #resource = ({ key, vector }: TreeEntry): glue.EmbeddedResource => ({
    id: String(key),
    title: '',
    url: '',
    embeddings: this.#repeat(vector),
  });

  /** A plain array: Voy takes no Float32Array here. */
  #repeat(vector: Float32Array): number[] {
    return Array.from({ length: this.#copies }, () => Array.from(vector)).flat();
  }

  #run<Result>(action: () => Result): Result {
    activate(this.#instance);
    try {
      return action();
    } catch (error) {
      throw new SatchelError('index-broken', { reason: String(error) }, error);
    }
  }
}
