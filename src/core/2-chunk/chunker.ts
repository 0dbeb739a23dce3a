import type { Chunk, ParsedDocument } from '../types.ts';

export interface ChunkLimits {
  /** Most tokens of a chunk's text, counted by the embedder that will read it. */
  readonly maxTokens: number;
  countTokens(text: string): number;
}

export interface Chunker {
  /** Part of the collection's fingerprint: a change of cut makes a change of id. */
  readonly id: string;
  /**
   * Chunks in reading order, lazily, so that a long document can be cut in slices of time.
   * `chunk.text === document.text.slice(chunk.start, chunk.end)` always holds.
   */
  chunk(document: Pick<ParsedDocument, 'text' | 'sections'>, limits: ChunkLimits): Iterable<Chunk>;
}

/** Longest heading trail put before a chunk, in characters: it must not crowd out the text itself. */
const MAX_TRAIL = 160;

/**
 * What is embedded and searched for a chunk: its headings, then its text. A heading often holds the only
 * word that says what a paragraph is about.
 */
export function chunkContent({ headings, text }: Pick<Chunk, 'headings' | 'text'>): string {
  const trail = headings.filter((heading) => !text.startsWith(heading)).join(' › ');
  return trail ? `${trail.slice(0, MAX_TRAIL)}\n${text}` : text;
}
