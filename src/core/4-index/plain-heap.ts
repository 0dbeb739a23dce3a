/* eslint-disable @typescript-eslint/no-non-null-assertion -- every place read is within the arrays, by the arithmetic */
import type { PlainMemory } from './plain-memory.ts';

/** `kernel/heap.ts` in JavaScript, step by step: equal scores must fall out in the same order. */
export class PlainHeap {
  readonly #memory: PlainMemory;
  #scores = 0;
  #rows = 0;
  #capacity = 0;
  size = 0;
  worst = -Infinity;

  constructor(memory: PlainMemory) {
    this.#memory = memory;
  }

  open(heapScores: number, heapRows: number, entries: number, k: number): void {
    this.#scores = heapScores / 4;
    this.#rows = heapRows / 4;
    this.size = entries;
    this.#capacity = k;
    this.worst = this.size === k ? this.#scoreAt(0) : -Infinity;
  }

  offer(score: number, row: number): void {
    if (this.size < this.#capacity) this.#rise(this.size++, score, row);
    else this.#sink(score, row);
    if (this.size === this.#capacity) this.worst = this.#scoreAt(0);
  }

  #scoreAt(at: number): number {
    return this.#memory.floats[this.#scores + at]!;
  }

  #put(at: number, score: number, row: number): void {
    this.#memory.floats[this.#scores + at] = score;
    this.#memory.words32[this.#rows + at] = row;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#scoreAt(from), this.#memory.words32[this.#rows + from]!);
  }

  #rise(at: number, score: number, row: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#scoreAt(parent) <= score) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, score, row);
  }

  #sink(score: number, row: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.#scoreAt(child + 1) < this.#scoreAt(child)) child++;
      if (this.#scoreAt(child) >= score) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, score, row);
  }
}
