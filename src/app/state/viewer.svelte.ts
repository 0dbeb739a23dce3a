import { tick } from 'svelte';
import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { DocumentSource, RetrievalService } from '../../core/service.ts';
import type { Citation, Passage } from '../../core/types.ts';
import { placesIn, type Place } from '../viewer/places.ts';

/** Which document is open beside the answer, and which place in it is shown. */
export class ViewerState {
  readonly #service: RetrievalService;
  #documentId = $state<string>();
  #name = $state('');
  #places = $state.raw<readonly Place[]>([]);
  #index = $state(0);
  #source = $state.raw<DocumentSource>();
  #error = $state.raw<ErrorData>();
  /** What had the focus when documents were opened; some of it may be in the source itself, and go with it. */
  readonly #openers: HTMLElement[] = [];
  /** Where documents were left, as long as the page is open: a page of a PDF, an offset in others. */
  readonly #left = new Map<string, number>();

  readonly place: Place | undefined = $derived.by(() => this.#places[this.#index]);

  constructor(service: RetrievalService) {
    this.#service = service;
  }

  get isOpen(): boolean {
    return this.#documentId !== undefined;
  }
  get documentId(): string | undefined {
    return this.#documentId;
  }
  get name(): string {
    return this.#name;
  }
  /** Cited sentences and found passages of this document, in the order of the answer. */
  get places(): readonly Place[] {
    return this.#places;
  }
  get index(): number {
    return this.#index;
  }
  get source(): DocumentSource | undefined {
    return this.#source;
  }
  get error(): ErrorData | undefined {
    return this.#error;
  }

  /** Where the open document was left before: a page of a PDF, an offset in others; 0 for its beginning. */
  get leftAt(): number {
    return this.#left.get(this.#documentId ?? '') ?? 0;
  }

  leaveAt(position: number): void {
    if (this.#documentId !== undefined) this.#left.set(this.#documentId, position);
  }

  /** @param start where the cited sentence or passage begins; without it the document opens at its top. */
  async open(
    document: { readonly id: string; readonly name: string },
    found: { readonly passages: readonly Passage[]; readonly citations: readonly Citation[] },
    at?: { readonly start: number; readonly end: number },
  ): Promise<void> {
    if (globalThis.document.activeElement instanceof HTMLElement) {
      this.#openers.push(globalThis.document.activeElement);
    }
    this.#places = at ? placesIn(document.id, found.passages, found.citations) : [];
    const wanted = this.#places.findIndex((place) => place.start === at?.start && place.end === at.end);
    const within = this.#places.findIndex(
      (place) => at !== undefined && place.start >= at.start && place.end <= at.end,
    );
    this.#index = Math.max(0, wanted === -1 ? within : wanted);
    this.#name = document.name;
    this.#error = undefined;
    if (this.#documentId === document.id && this.#source) return;
    this.#documentId = document.id;
    this.#source = undefined;
    try {
      const source = await this.#service.source(document.id);
      if (this.#documentId === document.id) this.#source = source;
    } catch (error) {
      if (this.#documentId === document.id) this.#error = toErrorData(error);
    }
  }

  move(step: 1 | -1): void {
    const count = this.#places.length;
    if (count > 0) this.#index = (this.#index + step + count) % count;
  }

  close(): void {
    const openers = this.#openers.splice(0);
    this.#documentId = undefined;
    this.#source = undefined;
    this.#places = [];
    // Where a person was reading is where they go on, once what lay beneath the source is there again.
    void tick().then(() => openers.findLast((element) => element.isConnected)?.focus());
  }
}
