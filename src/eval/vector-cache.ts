import type { LoadedEmbedder } from '../core/3-embed/embedder.ts';
import { fingerprintKey } from '../core/fingerprint.ts';
import type { EmbeddingRole } from '../core/types.ts';

const BATCH = 32;

async function cacheUrl(key: string, role: EmbeddingRole, texts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([key, role, texts]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `/eval-vectors/${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Embeds texts, taking batches that an earlier run embedded from the cache of the browser profile. The key
 * holds the fingerprint, so another model or prefix never meets old vectors.
 */
export async function* embedCached(
  texts: readonly string[],
  role: EmbeddingRole,
  { embedder, fingerprint }: LoadedEmbedder,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const cache = await caches.open('satchel-eval');
  const key = fingerprintKey({ ...fingerprint, chunker: 'row' });
  for (let at = 0; at < texts.length; at += BATCH) {
    const batch = texts.slice(at, at + BATCH);
    const url = await cacheUrl(key, role, batch);
    const known = await cache.match(url);
    const vectors = known
      ? new Float32Array(await known.arrayBuffer())
      : await embedder.embed(batch, role, signal);
    if (!known) await cache.put(url, new Response(vectors));
    yield vectors;
  }
}
