import type { ComparedTexts, CosineScale } from '../3-embed/cosine-scale.ts';
import type { Passage } from '../types.ts';

/** Where something lies in the picture. Units mean nothing; both axes have the same. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Chunks that are near one another. */
export interface Topic {
  /** What tells it from the others, best first; empty until they are known. */
  readonly words: readonly string[];
  /** Chunks in it. */
  readonly chunks: number;
  /** Of its chunks, on average. */
  readonly middle: Point;
}

/** A picture of the collection: near means alike, as far as a plane can show it. One entry a chunk, ids ascending. */
export interface CollectionMap {
  readonly chunkIds: Uint32Array<ArrayBuffer>;
  /** x and y in turn. */
  readonly points: Float32Array<ArrayBuffer>;
  /** Index into `documents`. */
  readonly documentOf: Uint32Array<ArrayBuffer>;
  /** Index into `topics`. */
  readonly topicOf: Uint8Array<ArrayBuffer>;
  readonly documents: readonly { readonly id: string; readonly name: string; readonly chunks: number }[];
  /** Empty where there are too few chunks for them. */
  readonly topics: readonly Topic[];
  /** Chunks that were there when axes and topics were chosen; those that came since are placed by them. */
  readonly chosenFor: number;
}

export type MapEvent =
  | {
      readonly type: 'progress';
      readonly step: 'reading' | 'grouping' | 'placing';
      readonly fraction: number;
    }
  | { readonly type: 'map'; readonly map: CollectionMap };

/** A place in a document, and what is written there. */
export type LocatedText = Omit<Passage, 'score'>;

export interface TextComparison {
  /** `texts × texts`. */
  readonly cosines: Float32Array<ArrayBuffer>;
  /** Where each falls in the plane that shows these texts best. */
  readonly points: readonly Point[];
}

/** The part of the retrieval worker that lets a person see what vectors do. */
export interface ExploreService {
  /** What cosines of the collection's model mean; measured with a dozen short texts. */
  similarityScale(compared: ComparedTexts, signal?: AbortSignal): Promise<CosineScale>;
  /**
   * Draws the collection; the last event is the map. Axes and topics are kept, and chosen again when `isAnew` or when
   * there are none for the collection's embedder.
   */
  map(isAnew: boolean, signal?: AbortSignal): AsyncIterable<MapEvent>;
  /** Where a question falls in the map made last; undefined when there is none. */
  placeQuestion(question: string, signal?: AbortSignal): Promise<Point | undefined>;
  /** Chunks by id, in the same order, without those that are gone. */
  texts(chunkIds: readonly number[], signal?: AbortSignal): Promise<readonly LocatedText[]>;
  /** Passages nearest to the one at this place, without itself and those that say the same in the same words. */
  related(
    place: { readonly documentId: string; readonly start: number },
    k: number,
    signal?: AbortSignal,
  ): Promise<readonly Passage[]>;
  /** Compares short texts by the collection's embedder. */
  compareTexts(texts: readonly string[], signal?: AbortSignal): Promise<TextComparison>;
}
