import type { ErrorData } from './errors.ts';
import type { LoadProgress } from './3-embed/embedder.ts';
import type { Citation, DocumentRecord, FileInput, Language, Passage, Section } from './types.ts';

/**
 * What the retrieval worker offers to the page. The worker boundary (`src/rpc`) derives its client from this
 * interface: a method returns a promise or an async iterable, and an AbortSignal is its last argument.
 */
export interface RetrievalService {
  /** Opens the store and the index. Called first, and again after a settings change. */
  open(settings: RetrievalSettings): Promise<Library>;
  library(): Promise<Library>;

  /** Loads the embedding model if it is not there yet. Other calls do so by themselves. */
  prepare(signal?: AbortSignal): AsyncIterable<PrepareEvent>;

  /**
   * Files are kept on disk first, so that a closed tab loses none, then parsed, cut, embedded and committed
   * one document at a time. Events of several files interleave.
   */
  add(files: readonly FileInput[], signal?: AbortSignal): AsyncIterable<IngestEvent>;
  /** Goes on with files that a closed tab or a crash left unfinished. */
  resume(signal?: AbortSignal): AsyncIterable<IngestEvent>;
  /** Drops one file that is not committed yet. */
  cancel(ingestId: string): Promise<void>;

  ask(question: string, options: AskOptions, signal?: AbortSignal): AsyncIterable<AskEvent>;

  source(documentId: string): Promise<DocumentSource>;
  /** The document, its chunks, vectors and file are gone from the disk when this resolves. */
  remove(documentId: string): Promise<void>;
  removeAll(): Promise<void>;

  /** Embeds the whole collection again with the embedder of the settings; the old vectors answer until the end. */
  reindex(signal?: AbortSignal): AsyncIterable<ReindexEvent>;
}

export interface RetrievalSettings {
  readonly embedder: string;
  readonly index: string;
  readonly retriever: 'hybrid' | 'dense' | 'keyword';
  readonly device: 'auto' | 'wasm' | 'webgpu';
  readonly hub: string;
  readonly ollamaHost: string;
  readonly ollamaModel: string;
}

export interface Library {
  readonly documents: readonly DocumentRecord[];
  readonly chunks: number;
  /** Files that wait for `resume`. */
  readonly pending: readonly {
    readonly ingestId: string;
    readonly name: string;
    readonly sizeBytes: number;
  }[];
  /** The embedder that made the collection's vectors; absent while it is empty. */
  readonly embedder?: string;
  /** Set when the settings name another embedder than the collection has: `reindex` is the way out. */
  readonly mismatch?: { readonly collection: string; readonly settings: string };
  /** Set when the chosen index could not be used (voy's limits) and `flat` answers in its place. */
  readonly indexError?: ErrorData;
}

export type PrepareEvent =
  | ({ readonly type: 'loading' } & LoadProgress)
  | {
      readonly type: 'ready';
      readonly device: 'wasm' | 'webgpu' | 'remote';
      readonly deviceNote?: 'no-adapter' | 'self-check-failed';
    };

export type IngestEvent = { readonly ingestId: string; readonly name: string } & (
  | { readonly type: 'queued'; readonly sizeBytes: number }
  | { readonly type: 'parsing' }
  /** Read and cut; its turn with the model comes. */
  | { readonly type: 'waiting'; readonly chunks: number }
  | { readonly type: 'loading-model'; readonly loadedBytes: number; readonly totalBytes: number }
  | {
      readonly type: 'embedding';
      readonly done: number;
      readonly total: number;
      /** 0 until the first batch is done. */
      readonly chunksPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly type: 'ready'; readonly document: DocumentRecord }
  | { readonly type: 'duplicate'; readonly document: DocumentRecord }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | { readonly type: 'cancelled' }
);

/** From here on a document is called large: minutes of work on two CPU cores. Its owner is told. */
export const LARGE_DOCUMENT_CHUNKS = 1_000;

export interface AskOptions {
  /** Passages to return. */
  readonly k: number;
  /** Search only these documents; all when absent. */
  readonly documentIds?: readonly string[];
}

export type AskEvent =
  | {
      readonly type: 'passages';
      readonly passages: readonly Passage[];
      /** Documents searched, and files that are still being indexed. */
      readonly documents: number;
      readonly indexing: number;
      readonly elapsedMs: number;
    }
  | { readonly type: 'answer'; readonly answer: Answer; readonly elapsedMs: number };

export type Answer =
  | {
      readonly type: 'extractive';
      readonly language: Language;
      /** One to three, in reading order where they come from one passage, else best first. */
      readonly sentences: readonly AnswerSentence[];
    }
  /** Nothing in the documents is good enough; the passages found are still the nearest ones. */
  | { readonly type: 'not-found'; readonly language: Language };

export interface AnswerSentence {
  readonly text: string;
  readonly citation: Citation;
}

export interface DocumentSource {
  readonly document: DocumentRecord;
  readonly text: string;
  readonly sections: readonly Section[];
  readonly file: Blob;
}

export type ReindexEvent =
  | { readonly type: 'loading-model'; readonly loadedBytes: number; readonly totalBytes: number }
  | {
      readonly type: 'progress';
      readonly documents: number;
      readonly ofDocuments: number;
      readonly chunksPerSecond: number;
    }
  | { readonly type: 'done' };
