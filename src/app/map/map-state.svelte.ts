import type { ErrorData } from '../../core/errors.ts';
import type { CollectionMap, LocatedText, MapEvent } from '../../core/explore/explore-service.ts';
import type { RetrievalService } from '../../core/service.ts';
import { rangesOfIds } from './point-search.ts';
import type { Scope } from '../state/ask.svelte.ts';
import { Work } from '../state/work.svelte.ts';

type Progress = Extract<MapEvent, { type: 'progress' }>;

/** Points of the map that were chosen, as indices into it, and what they are called. */
export interface Selection {
  readonly indices: readonly number[];
  /** Absent for what a line was drawn round. */
  readonly name?: string;
}

/** Texts that are shown in a list of chosen passages. */
export const LISTED = 30;
/** Texts kept for hovering. */
const MAX_TEXTS = 500;

/** The drawn collection, and what of it is chosen. */
export class MapState {
  readonly #service: RetrievalService;
  #map = $state.raw<CollectionMap>();
  readonly #work = new Work<Progress>();
  readonly #texts = new Map<number, Promise<LocatedText | undefined>>();

  selection = $state.raw<Selection>();

  constructor(service: RetrievalService) {
    this.#service = service;
  }

  get map(): CollectionMap | undefined {
    return this.#map;
  }
  /** Set while it is being drawn. */
  get progress(): Progress | undefined {
    return this.#work.progress;
  }
  get error(): ErrorData | undefined {
    return this.#work.error;
  }

  /** @param isAnew chooses axes and topics again. */
  async draw(isAnew = false): Promise<void> {
    await this.#work.run(async (signal, report) => {
      report({ type: 'progress', step: 'reading', fraction: 0 });
      for await (const event of this.#service.map(isAnew, signal)) {
        if (event.type === 'progress') report(event);
        else if (!signal.aborted) {
          this.#map = event.map;
          this.selection = undefined;
          this.#texts.clear();
        }
      }
    });
  }

  stop(): void {
    this.#work.cancel();
  }

  /** The text of a point; undefined when it is gone. */
  textOf(index: number): Promise<LocatedText | undefined> {
    const chunkId = this.#map?.chunkIds[index];
    if (chunkId === undefined) return Promise.resolve(undefined);
    const text = this.#texts.get(chunkId) ?? this.#service.texts([chunkId]).then(([only]) => only);
    this.#texts.set(chunkId, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > MAX_TEXTS && oldest !== undefined) this.#texts.delete(oldest);
    return text;
  }

  /** The first of the chosen passages. */
  chosenTexts(): Promise<readonly LocatedText[]> {
    const ids = (this.selection?.indices ?? []).slice(0, LISTED).map((i) => this.#map?.chunkIds[i] ?? 0);
    return this.#service.texts(ids);
  }

  /** What a question is to be asked of. */
  scope(): Scope | undefined {
    const { selection } = this;
    if (!selection || selection.indices.length === 0) return undefined;
    return {
      within: rangesOfIds(selection.indices.map((i) => this.#map?.chunkIds[i] ?? 0)),
      chunks: selection.indices.length,
      ...(selection.name !== undefined && { name: selection.name }),
    };
  }
}
