import { encodeVectors } from './4-index/encode-vectors.ts';
import { encodeTerms } from './4-index/encode-terms.ts';
import { contents, tabledChunks } from './cut.ts';
import { hashTexts } from './known-vectors.ts';
import type { IndexedChunks, SegmentV1 } from './store/schema.ts';
import type { Store } from './store/store.ts';

/**
 * Moves what version 1 of the database kept in one record a document to where this version looks for it. A document
 * at a time, each whole: it goes on where it was broken off.
 * @throws SatchelError of the store.
 */
export async function moveSegments({ database, documents }: Store): Promise<void> {
  for (const key of await database.getAllKeys('segments')) {
    const [segment, document, stored] = await Promise.all([
      database.get('segments', key),
      database.get('documents', key[1]),
      database.get('texts', key[1]),
    ]);
    if (!segment) continue;
    if (!document || !stored) await database.delete('segments', key);
    else await documents.adopt(key, await indexedOf(segment, stored.text, document.name));
  }
}

async function indexedOf(segment: SegmentV1, text: string, name: string): Promise<IndexedChunks> {
  const { chunks: table } = segment;
  const texts = contents(tabledChunks(table, text), name);
  const vectors = new Float32Array(segment.vectors);
  return {
    table,
    hashes: segment.hashes ?? (await hashTexts(texts)),
    vectors,
    codes: encodeVectors(vectors, vectors.length / texts.length),
    terms: encodeTerms(texts),
  };
}
