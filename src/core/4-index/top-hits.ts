import type { Hit } from '../types.ts';

/** The order of every result: best first, ties by lower id. */
export const byScore = (a: Hit, b: Hit): number => b.score - a.score || a.chunkId - b.chunkId;

/** Keeps the best `k` of all that is offered: a binary heap whose root is the worst one kept. */
export class TopHits {
  readonly #k: number;
  readonly #heap: Hit[] = [];

  /** @param k any number; less than 1 keeps nothing. */
  constructor(k: number) {
    this.#k = k >= 1 ? Math.floor(k) : 0;
  }

  /** False when `offer` would drop a hit with this score whatever its id: a cheap test before a costly filter. */
  wants(score: number): boolean {
    const worst = this.#heap[0];
    return this.#heap.length < this.#k || (worst !== undefined && score >= worst.score);
  }

  offer(chunkId: number, score: number): void {
    const hit = { chunkId, score };
    const worst = this.#heap[0];
    if (this.#heap.length < this.#k) this.#rise(hit, this.#heap.length);
    else if (worst && byScore(hit, worst) < 0) this.#sink(hit);
  }

  /** The hits kept, in order; the heap is used up. */
  take(): Hit[] {
    return this.#heap.sort(byScore);
  }

  /** Places `hit` at `at` or above, moving better ones down. */
  #rise(hit: Hit, at: number): void {
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#heap[above];
      if (!parent || byScore(hit, parent) <= 0) break;
      this.#heap[at] = parent;
      at = above;
    }
    this.#heap[at] = hit;
  }

  /** Places `hit` at the root or below, moving worse ones up. */
  #sink(hit: Hit): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [this.#heap[left], this.#heap[left + 1]];
      const worse = a && b && byScore(b, a) > 0 ? b : a;
      if (!worse || byScore(worse, hit) <= 0) break;
      this.#heap[at] = worse;
      at = worse === a ? left : left + 1;
    }
    this.#heap[at] = hit;
  }
}
