import { sentenceChunker } from './2-chunk/sentence-chunker.ts';
import type { LoadedEmbedder } from './3-embed/embedder.ts';
import { embedders } from './3-embed/registry.ts';
import { rerankers } from './5-retrieve/rerank/registry.ts';
import type { Reranker } from './5-retrieve/rerank/reranker.ts';
import { fingerprintKey } from './fingerprint.ts';
import { CHUNK_TOKENS } from './cut.ts';
import { LoadCache } from './load-cache.ts';
import type { RetrievalSettings } from './service.ts';
import type { Fingerprint } from './types.ts';

/** A loaded embedder with the fingerprint that its vectors have in a collection. */
export type Embedding = LoadedEmbedder & { readonly complete: Fingerprint; readonly key: string };

/** The fingerprint of what this version makes with an embedder, however texts were cut before. */
export const cutAnew = (fingerprint: Omit<Fingerprint, 'chunker'>): Fingerprint => ({
  ...fingerprint,
  chunker: `${sentenceChunker.id}:${CHUNK_TOKENS}`,
});

/**
 * The embedding for a collection whose texts were cut in another way: where nothing else differs, its vectors are of
 * the same model, and go on being searched and added to under its own fingerprint.
 */
export function forCollection(embedding: Embedding, { chunker }: Fingerprint): Embedding {
  const complete = { ...embedding.complete, chunker };
  return { ...embedding, complete, key: fingerprintKey(complete) };
}

/** `get` of the cache throws `unknown-embedder`, `aborted`, or what the embedder's `load` throws. */
export const createEmbedderCache = (): LoadCache<RetrievalSettings, Embedding> =>
  new LoadCache({
    keyOf: ({ embedder, device, hub, ollamaHost, ollamaModel }) =>
      JSON.stringify([embedder, device, hub, ollamaHost, ollamaModel]),
    async load(settings, options) {
      const loaded = await embedders.get(settings.embedder).load({ ...settings, ...options });
      const complete = cutAnew(loaded.fingerprint);
      return { ...loaded, complete, key: fingerprintKey(complete) };
    },
    dispose: ({ embedder }) => embedder.dispose(),
  });

/** `get` of the cache throws `unknown-reranker`, `aborted`, or what the reranker's `load` throws. */
export const createRerankerCache = (): LoadCache<RetrievalSettings, Reranker> =>
  new LoadCache({
    keyOf: ({ reranker, hub }) => JSON.stringify([reranker, hub]),
    load: (settings, options) => rerankers.get(settings.reranker).load({ ...settings, ...options }),
    dispose: (reranker) => reranker.dispose(),
  });
