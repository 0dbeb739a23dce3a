import type { BatchLimits } from '../core/3-embed/batches.ts';
import type { Message } from '../core/7-answer/chat-engine.ts';
import type { RetrievalSettings, WriteRequest } from '../core/service.ts';
import type { EmbeddingRole } from '../core/types.ts';

/** Times are milliseconds taken inside the worker: the boundary and the command are no part of them. */
export interface BenchService extends ChatBench, EmbedBench, MapBench, PdfBench, SearchBench, StoreBench {}

/**
 * `app` is what the app does: batches of texts of like length. `naive` takes eight texts after another as they
 * come and pads them to the longest of the eight.
 */
export type EmbedLoop = 'app' | 'naive';

export interface OpenedEmbedder {
  readonly device: 'wasm' | 'webgpu' | 'remote';
  /** Threads that the runtime computes with on the CPU. */
  readonly threads: number;
  readonly dimensions: number;
  /** The app's own. */
  readonly limits: BatchLimits;
}

export interface TimedVectors {
  readonly milliseconds: number;
  /** `texts × dimensions`, rows of length 1, in the order of the texts. */
  readonly vectors: Float32Array<ArrayBuffer>;
}

export interface EmbedBench {
  /** Comes first. @throws SatchelError as an embedder's `load` does. */
  openEmbedder(settings: RetrievalSettings): Promise<OpenedEmbedder>;
  embed(texts: readonly string[], role: EmbeddingRole, loop: EmbedLoop): Promise<TimedVectors>;
}

export interface ReadPdf {
  readonly parseMs: number;
  readonly cutMs: number;
  readonly pages: number;
  readonly characters: number;
  readonly chunks: number;
}

export interface PdfBench {
  /** Comes first: chunks are measured in tokens. @throws SatchelError as an embedder's `load` does. */
  openTokenizer(settings: RetrievalSettings): Promise<void>;
  /** pdf.js's `getTextContent` over all pages. @returns milliseconds. */
  readBare(file: Blob): Promise<number>;
  /** Parsed and cut as an ingest does it. @throws SatchelError as a parser does. */
  readWhole(file: Blob): Promise<ReadPdf>;
}

/** `plain` is the reference: a loop over the rows in plain JavaScript. */
export type SearchMethod = 'flat' | 'voy' | 'plain' | 'keyword' | 'hybrid';
export const SEARCH_METHODS: readonly SearchMethod[] = ['flat', 'voy', 'plain', 'keyword', 'hybrid'];

export interface LibrarySize {
  readonly chunks: number;
  readonly dimensions: number;
  readonly questions: number;
}

export interface BuildTimes {
  readonly flat: number;
  /** Absent where Voy can't hold so many chunks. */
  readonly voy?: number;
  /** Counting the terms of all texts included. */
  readonly keyword: number;
}

export interface SearchTimes {
  /** Of each question, in order. */
  readonly milliseconds: readonly number[];
  /** Chunk ids found, best first, for each question. */
  readonly hits: readonly (readonly number[])[];
}

export interface SearchBench {
  /** Fills every index with the same chunks. Comes first. */
  buildIndexes(size: LibrarySize): Promise<BuildTimes>;
  /** Runs all questions, whose vectors are there already, for the best `k` chunks. */
  search(method: SearchMethod, k: number): Promise<SearchTimes>;
}

export interface MapTimes {
  /** Milliseconds: until axes and topics are chosen, and until every chunk has its place. */
  readonly choosing: number;
  readonly placing: number;
  readonly topics: number;
  /** x and y in turn. */
  readonly points: Float32Array<ArrayBuffer>;
  readonly topicOf: Uint8Array<ArrayBuffer>;
}

export interface MapBench {
  /** Draws a map of made vectors, as the app draws one of a collection. */
  drawMap(size: Omit<LibrarySize, 'questions'>): Promise<MapTimes>;
}

export interface StoredSize {
  readonly documents: number;
  readonly chunksPerDocument: number;
  readonly dimensions: number;
}

export interface Stored {
  /** Of each document in order, in milliseconds: what the disk takes, and what memory takes. */
  readonly commits: readonly number[];
  readonly additions: readonly number[];
  /** Bytes of files and texts as they were given, which are stored beside the index. */
  readonly givenBytes: number;
}

export interface Reopened {
  /** From a closed database until both indexes have answered a question. */
  readonly firstSearchMs: number;
  /** From a closed database until the service has listed its documents. */
  readonly openMs: number;
  readonly documents: number;
  readonly chunks: number;
}

export interface DiskUsage {
  /** Of vectors, of their codes, of merged terms. */
  readonly files: Readonly<Record<'vectors' | 'codes' | 'terms', number>>;
  /** As the browser counts it, what IndexedDB needs for itself included; undefined where it doesn't tell. */
  readonly databaseBytes: number | undefined;
}

export interface StoreBench {
  /** Fills a database of the bench's own, document by document as an ingest does. */
  storeCollection(size: StoredSize): Promise<Stored>;
  /** Once per worker, as a reloaded page does it. */
  reopenCollection(settings: RetrievalSettings): Promise<Reopened>;
  diskUsage(): Promise<DiskUsage>;
  deleteCollection(): Promise<void>;
}

/** `app` is the app's engine. `bare` is the library alone, called as its README's first example does. */
export type ChatLoop = 'app' | 'bare';

/** What both were opened with. */
export interface OpenedChat {
  /** What the app chose. */
  readonly device: 'cpu' | 'gpu';
  readonly contextWindow: number;
  readonly batchTokens: number;
  readonly threads: number;
}

export interface TimedAnswer {
  readonly firstTokenMs: number;
  readonly lastTokenMs: number;
  readonly promptTokens: number;
  /** Tokens of the prompt that were computed; the others were kept from the prompt before. */
  readonly evaluatedTokens: number;
  readonly completionTokens: number;
}

export interface StopTimes {
  /** From the abort until whoever reads the answer is told. */
  readonly toldMs: number;
  /** Until the model has stopped: it has counted the tokens of a short text. */
  readonly freeMs: number;
}

export interface ChatBench {
  /** Comes first. @param model a GGUF. @throws SatchelError as `openWllamaChat` does. */
  openChat(model: Blob): Promise<OpenedChat>;
  /** The prompt that the app makes of a question and its passages. */
  promptOf(request: WriteRequest): Promise<readonly Message[]>;
  answer(messages: readonly Message[], maxTokens: number, loop: ChatLoop): Promise<TimedAnswer>;
  /** Stops the app's engine: that long after it was asked, or at its first token. */
  stop(messages: readonly Message[], after: number | 'first-token'): Promise<StopTimes>;
}
