import { findHits, firstAfter, type Range } from './find-hits.ts';
import { foldText } from './fold-text.ts';

/** What is looked for in the open document, and which hit is shown. */
export class FindState {
  readonly #text: () => string;
  #isOpen = $state(false);
  #query = $state('');
  #index = $state(0);
  /** Offset from which the hits were looked for. */
  #from = $state(0);
  /** Offset that was being read when it was opened, then the hit that was moved to. */
  #anchor = 0;

  // Folded when it is first needed: a book of 10 MB takes a fifth of a second.
  readonly #folded: string = $derived.by(() => (this.#isOpen ? foldText(this.#text()) : ''));
  readonly hits: readonly Range[] = $derived.by(() => findHits(this.#folded, this.#query, this.#from));
  readonly current: Range | undefined = $derived.by(() => this.hits[this.#index]);

  constructor(text: () => string) {
    this.#text = text;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }
  get query(): string {
    return this.#query;
  }
  get index(): number {
    return this.#index;
  }

  /** @param from offset that is being read: the first hit shown is the next one from there. */
  open(from: number): void {
    this.#isOpen = true;
    this.#anchor = from;
  }

  close(): void {
    this.#isOpen = false;
    this.#query = '';
    this.#index = 0;
  }

  search(query: string): void {
    this.#query = query;
    this.#from = this.#anchor;
    const next = firstAfter(this.hits, this.#from);
    this.#index = next < this.hits.length ? next : 0;
  }

  move(step: 1 | -1): void {
    const count = this.hits.length;
    if (count === 0) return;
    this.#index = (this.#index + step + count) % count;
    this.#anchor = this.current?.start ?? this.#anchor;
  }
}
