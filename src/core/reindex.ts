import type { Chunker } from './2-chunk/chunker.ts';
import type { Embedder } from './3-embed/embedder.ts';
import { encodeVectors } from './4-index/encode-vectors.ts';
import { encodeTerms } from './4-index/encode-terms.ts';
import { chunkTable, contents, cut } from './cut.ts';
import { hashTexts } from './known-vectors.ts';
import type { DocumentStore } from './store/documents.ts';
import type { IndexedChunks } from './store/schema.ts';
import type { DocumentRecord } from './types.ts';

/** Cuts and embeds a stored document for another embedder, from its parsed text: the file is not read again. */
export async function reindexDocument(
  document: DocumentRecord,
  documents: DocumentStore,
  chunker: Chunker,
  embedder: Embedder,
  signal: AbortSignal = new AbortController().signal,
): Promise<IndexedChunks> {
  const chunks = await cut(await documents.text(document.id), chunker, embedder, signal);
  const texts = contents(chunks, document.name);
  const vectors = await embedder.embed(texts, 'passage', signal);
  return {
    table: chunkTable(chunks),
    hashes: await hashTexts(texts),
    vectors,
    codes: encodeVectors(vectors, embedder.dimensions),
    terms: encodeTerms(texts),
  };
}
