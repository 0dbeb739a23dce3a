import { chunkContent, type Chunker } from './2-chunk/chunker.ts';
import type { Embedder } from './3-embed/embedder.ts';
import { turnsFor } from './next-turn.ts';
import type { ChunkTable } from './store/schema.ts';
import type { Chunk, ParsedDocument } from './types.ts';

/** Most tokens of a chunk. */
export const CHUNK_TOKENS = 256;

const stripExtension = (name: string): string => name.replace(/\.[^.]+$/, '');

/** Cuts a document, giving way to other work: an 8 MB text takes seconds. */
export async function cut(
  document: Pick<ParsedDocument, 'text' | 'sections'>,
  chunker: Chunker,
  embedder: Pick<Embedder, 'countTokens'>,
  signal: AbortSignal,
): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const turn = turnsFor(signal);
  const countTokens = (text: string): number => embedder.countTokens(text);
  for (const chunk of chunker.chunk(document, { maxTokens: CHUNK_TOKENS, countTokens })) {
    chunks.push(chunk);
    await turn();
  }
  return chunks;
}

/** What is embedded for a chunk; `title` stands in for the headings of formats that have none. */
export function contents(chunks: readonly Chunk[], name: string): string[] {
  const title = stripExtension(name);
  return chunks.map((chunk) =>
    chunkContent(chunk.headings.length > 0 ? chunk : { ...chunk, headings: [title] }),
  );
}

/** The chunks that a table was made of. */
export function tabledChunks(table: ChunkTable, text: string): Chunk[] {
  return Array.from(table.starts, (_, ordinal) => tabledChunk(table, text, ordinal));
}

export function tabledChunk(table: ChunkTable, text: string, ordinal: number): Chunk {
  const start = table.starts[ordinal] ?? 0;
  const end = table.ends[ordinal] ?? 0;
  const page = table.pages[ordinal] ?? 0;
  return {
    start,
    end,
    text: text.slice(start, end),
    headings: table.trails[table.trailOf[ordinal] ?? 0] ?? [],
    ...(page > 0 && { page }),
  };
}

export function chunkTable(chunks: readonly Chunk[]): ChunkTable {
  const trails: (readonly string[])[] = [];
  const known = new Map<string, number>();
  const trailOf = chunks.map(({ headings }) => {
    const key = JSON.stringify(headings);
    const index = known.get(key) ?? trails.push(headings) - 1;
    known.set(key, index);
    return index;
  });
  return {
    starts: Uint32Array.from(chunks, ({ start }) => start),
    ends: Uint32Array.from(chunks, ({ end }) => end),
    pages: Uint32Array.from(chunks, ({ page }) => page ?? 0),
    trailOf: Uint32Array.from(trailOf),
    trails,
  };
}
