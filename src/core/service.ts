import type { ErrorData } from './errors.ts';
import type { ExploreService } from './explore/explore-service.ts';
import type { LoadingEvent } from './load-cache.ts';
import type { LoadProgress } from './3-embed/embedder.ts';
import type { ChatEvent } from './7-answer/chat-engine.ts';
import type {
  Block,
  Citation,
  DocumentRecord,
  FileInput,
  IdRanges,
  Language,
  Passage,
  Section,
} from './types.ts';

/**
 * What the retrieval worker offers to the page. The worker boundary (`src/rpc`) derives its client from this
 * interface: a method returns a promise or an async iterable, and an AbortSignal is its last argument.
 */
export interface RetrievalService extends ExploreService {
  /** Opens the store and the index. Called first, and again after a settings change. */
  open(settings: RetrievalSettings): Promise<Library>;
  library(): Promise<Library>;

  /** Names of the embedding models that the host of these settings has; empty for an embedder without a host. */
  models(settings: RetrievalSettings, signal?: AbortSignal): Promise<readonly string[]>;
  /** Has the host of these settings fetch a model; nothing where there is no host. */
  pull(model: string, settings: RetrievalSettings, signal?: AbortSignal): AsyncIterable<LoadProgress>;

  /** Loads the embedding model if it is not there yet. Other calls do so by themselves. */
  prepare(signal?: AbortSignal): AsyncIterable<PrepareEvent>;

  /**
   * Loads the reranker of the settings, fetching its model if it is not there; nothing where none is chosen. Until
   * it is loaded questions are answered without it. Throws as its `load` does.
   */
  prepareReranker(signal?: AbortSignal): AsyncIterable<LoadingEvent<'loading'>>;

  /**
   * Files are kept on disk first, so that a closed tab loses none, then parsed, cut, embedded and committed
   * one document at a time. Events of several files interleave. An archive is taken apart into its files.
   */
  add(files: readonly FileInput[], signal?: AbortSignal): AsyncIterable<IngestEvent>;
  /** Goes on with files that a closed tab or a crash left unfinished. */
  resume(signal?: AbortSignal): AsyncIterable<IngestEvent>;
  /** Drops one file that is not committed yet. */
  cancel(ingestId: string): Promise<void>;

  ask(question: string, options: AskOptions, signal?: AbortSignal): AsyncIterable<AskEvent>;

  /**
   * For each sentence of a written answer the place that supports it, or null where none of the passages does.
   * `n` of a citation is the position of its passage in `passages`, from 1.
   */
  attribute(
    sentences: readonly string[],
    passages: readonly Passage[],
    signal?: AbortSignal,
  ): Promise<readonly (Citation | null)[]>;

  source(documentId: string): Promise<DocumentSource>;
  /** The document, its chunks, vectors and file are gone from the disk when this resolves. */
  remove(documentId: string): Promise<void>;
  removeAll(): Promise<void>;

  /** Cuts and embeds the whole collection again, with the embedder of the settings; the old vectors answer until the end. */
  reindex(signal?: AbortSignal): AsyncIterable<ReindexEvent>;
}

export interface RetrievalSettings {
  readonly embedder: string;
  readonly index: string;
  readonly retriever: 'hybrid' | 'dense' | 'keyword';
  /** Id of a reranker, or `NO_RERANKER`. */
  readonly reranker: string;
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
  /** Set while the collection is not what would be made today: `reindex` is the way out, and it answers till then. */
  readonly mismatch?: Mismatch;
  /** Set when the chosen index could not be used (voy's limits) and `flat` answers in its place. */
  readonly indexError?: ErrorData;
  /** How many of those that wait came back from their copies, since the browser had thrown its database away. */
  readonly restored?: number;
}

export type Mismatch =
  /** The settings name another embedder. */
  | { readonly of: 'embedder'; readonly collection: string; readonly settings: string }
  /** The host has another model under the name of the collection's; known once it was loaded. Words alone are searched. */
  | { readonly of: 'revision'; readonly embedder: string }
  /** Its texts were cut as an earlier version did. */
  | { readonly of: 'chunker' };

export type PrepareEvent =
  | LoadingEvent<'loading'>
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
  | LoadingEvent<'loading-model'>
  | {
      readonly type: 'embedding';
      readonly done: number;
      readonly total: number;
      /** 0 until the first batch is done. */
      readonly chunksPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly type: 'ready'; readonly document: DocumentRecord }
  /** An archive: its files follow, each with events of its own, and take its place. */
  | { readonly type: 'unpacked'; readonly files: number }
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
  /** Search only these chunks, whatever their documents. */
  readonly within?: IdRanges;
  /** What was asked before, oldest first: a question that leans on it is completed from it. */
  readonly history?: readonly Turn[];
}

export type AskEvent =
  /** Comes again, in a better order, where a reranker reads the passages. */
  | {
      readonly type: 'passages';
      readonly passages: readonly Passage[];
      /** What was searched for, where the question leant on one before it. */
      readonly completed?: string;
      /** Documents searched, and files that are still being indexed. */
      readonly documents: number;
      readonly indexing: number;
      readonly elapsedMs: number;
    }
  /** One sentence, where it is clearly the best; the answer that follows takes its place. */
  | { readonly type: 'sentence'; readonly answer: Answer; readonly elapsedMs: number }
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

/** What the generation worker offers to the page: the part of an answer that a chat model writes. */
export interface GenerationService {
  /** Names of the chat models that the host of these settings has; empty for an engine without a host. */
  models(settings: GenerationSettings, signal?: AbortSignal): Promise<readonly string[]>;
  /** Has the host of these settings fetch a model; nothing where it can't be asked to. */
  pull(model: string, settings: GenerationSettings, signal?: AbortSignal): AsyncIterable<LoadProgress>;
  /**
   * Keeps a model file of a person's own for the engine of these settings; nothing where it runs no files.
   * A file with the name and the size of an earlier one takes its place. Cancelled, nothing of it stays.
   * @throws SatchelError `not-gguf`, `not-a-chat-model`, `model-in-parts`, `model-too-large`,
   * `quota-exceeded`, `storage-unavailable`, `aborted`.
   */
  addModel(file: FileInput, settings: GenerationSettings, signal?: AbortSignal): AsyncIterable<AddModelEvent>;
  /** Models that this device holds, whole or in part. */
  storedModels(): Promise<readonly StoredModel[]>;
  /** Deletes one of them from memory and disk. */
  removeModel(model: Pick<StoredModel, 'engine' | 'id'>): Promise<void>;
  /** Frees the memory that a loaded engine takes; the next answer loads it again. */
  unload(): Promise<void>;
  /** Loads the engine of these settings, fetching its model if it is not there. Throws as `write` does. */
  prepare(settings: GenerationSettings, signal?: AbortSignal): AsyncIterable<LoadingEvent<'loading'>>;
  /**
   * Writes an answer from passages, loading the engine if it is not there yet.
   * @throws SatchelError by engine; `context-overflow` when not even the best passage fits.
   */
  write(request: WriteRequest, settings: GenerationSettings, signal?: AbortSignal): AsyncIterable<WriteEvent>;
}

/** In place of the id of a model of WebLLM's catalogue: one at addresses that the settings name. */
export const OWN_MLC_MODEL = 'own';

export interface GenerationSettings {
  /** Id of a chat engine, or `none`: the extractive answer stands alone. */
  readonly engine: string;
  /** Id of a catalogue model or of a file that was added; used by that engine alone. */
  readonly wllamaModel: string;
  /** Id of a catalogue model, or `OWN_MLC_MODEL`; used by WebLLM alone. */
  readonly webLlmModel: string;
  /** Base URL of the compiled libraries of catalogue models, for the version of WebLLM that is built in. */
  readonly webLlmLibraries: string;
  /** Address of the weights of one's own model: a repository, or one revision of it, `…/resolve/<revision>`. */
  readonly webLlmWeights: string;
  /** Address of its compiled library, a WASM file. */
  readonly webLlmLibrary: string;
  /** Base URL of a model hub or a mirror of it, for models of the catalogue. */
  readonly hub: string;
  readonly ollamaHost: string;
  readonly ollamaModel: string;
  /** Base URL up to and with the version, such as http://localhost:8080/v1. */
  readonly openAiUrl: string;
  /** Sent to `openAiUrl` and nowhere else; may be empty. */
  readonly openAiKey: string;
  readonly openAiModel: string;
}

export interface StoredModel {
  /** Id of the chat engine that keeps it. */
  readonly engine: string;
  readonly id: string;
  /** Name of a file that a person added; absent for models of the catalogue, which has their names. */
  readonly label?: string;
  readonly sizeBytes: number;
  /** False for a download that was broken off; the next one goes on from there. */
  readonly isComplete: boolean;
}

export type AddModelEvent = LoadingEvent<'adding'> | { readonly type: 'added'; readonly model: StoredModel };

/** A question of before with its answer. */
export interface Turn {
  readonly question: string;
  readonly answer: string;
}

export interface WriteRequest {
  readonly question: string;
  /** To answer in. */
  readonly language: Language;
  /** Best first. */
  readonly passages: readonly Passage[];
  /** Oldest first. */
  readonly history: readonly Turn[];
}

export type WriteEvent =
  | LoadingEvent<'loading'>
  /** What the model is shown: positions in `WriteRequest.passages`, and how many did not fit. */
  | { readonly type: 'prompt'; readonly passages: readonly number[]; readonly leftOut: number }
  | ChatEvent;

export interface DocumentSource {
  readonly document: DocumentRecord;
  readonly text: string;
  readonly sections: readonly Section[];
  readonly blocks?: readonly Block[];
  readonly file: Blob;
}

export type ReindexEvent =
  | LoadingEvent<'loading-model'>
  | {
      readonly type: 'progress';
      readonly documents: number;
      readonly ofDocuments: number;
      readonly chunksPerSecond: number;
    }
  | { readonly type: 'done' };
