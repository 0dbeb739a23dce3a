import type { RegistryLine } from '../../core/registry.ts';

/** Libraries differ in whether they wait; a call that does not costs no more for being awaited. */
export type Awaitable<Value> = Value | Promise<Value>;

/** What was kept in IndexedDB. */
export interface SavedIndex {
  /** @returns the size of what was kept. */
  bytes(): Awaitable<number>;
  open(): Awaitable<PeerIndex>;
}

/** An index with content, called as its library's own documentation calls it. Members throw what the library throws. */
export interface PeerIndex {
  /** @param vector of length 1. */
  add(id: number, vector: Float32Array): Awaitable<void>;
  /** @param vector the one that was added. */
  remove(id: number, vector: Float32Array): Awaitable<void>;
  /** @returns at most `k` ids, nearest first. */
  search(query: Float32Array, k: number): Awaitable<readonly number[]>;
  save(): Awaitable<SavedIndex>;
}

/** @param rows `n × dimensions`, of length 1; their ids are 0 to n - 1. */
export type BuildIndex = (rows: Float32Array<ArrayBuffer>, dimensions: number) => Awaitable<PeerIndex>;

export interface PeerLine extends RegistryLine<BuildIndex> {
  /** Where its code starts, from the root of the repository: what a visitor would load. */
  readonly entry: string;
}
