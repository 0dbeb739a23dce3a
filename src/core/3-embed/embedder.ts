import type { EmbeddingRole } from '../types.ts';

/**
 * Turns texts into vectors. One embedder serves the documents and the questions of a collection: vectors of
 * two models live in different spaces, and a cosine between them means nothing.
 */
export interface Embedder {
  readonly dimensions: number;
  /** The longest text that the model reads, in its own tokens, prefix and special tokens included. */
  readonly maxTokens: number;
  /** Tokens of `text` with neither prefix nor special tokens. An estimate (never too low) where no tokenizer is at hand. */
  countTokens(text: string): number;
  /**
   * Prefixes are added here, by role.
   * @returns `texts.length × dimensions` floats, row by row, each row of length 1 (L2).
   * @throws SatchelError `embedding-failed`, `text-too-long`, `aborted`, or the adapter's own codes.
   */
  embed(
    texts: readonly string[],
    role: EmbeddingRole,
    signal?: AbortSignal,
  ): Promise<Float32Array<ArrayBuffer>>;
  dispose(): Promise<void>;
}

/** How far the load of an embedder has come. */
export interface LoadProgress {
  readonly file: string;
  readonly loadedBytes: number;
  /** 0 when the source does not say. */
  readonly totalBytes: number;
}

/** What a person chose; handed to every embedder's `load`. */
export interface EmbedderOptions {
  /** Base URL of a model hub or a mirror of it, such as https://huggingface.co. */
  readonly hub: string;
  readonly ollamaHost: string;
  /** Name of the Ollama model; used by that adapter alone. */
  readonly ollamaModel: string;
  /** 'auto' takes WebGPU when an adapter passes the self-check, else WASM. */
  readonly device: 'auto' | 'wasm' | 'webgpu';
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

export interface LoadedEmbedder {
  readonly embedder: Embedder;
  /** Fingerprint fields that only a loaded model knows. */
  readonly fingerprint: Omit<import('../types.ts').Fingerprint, 'chunker'>;
  readonly device: 'wasm' | 'webgpu' | 'remote';
  /** Why WebGPU was not taken, where it was asked for. */
  readonly deviceNote?: 'no-adapter' | 'self-check-failed';
}
