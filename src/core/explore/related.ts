import { tokenize } from '../4-index/tokenize.ts';
import { withDocumentName, type LibraryIndex } from '../library.ts';
import type { Passage } from '../types.ts';

/** Two texts that share this part of all their terms say the same in the same words. */
const SAME = 0.8;
/** Read so many times deeper, for what is left out. */
const DEPTH = 4;

/**
 * Passages nearest by vector to the one at this place, nearest first, without itself and without repetitions of it or
 * of one another.
 */
export async function relatedPassages(
  library: LibraryIndex,
  place: { readonly documentId: string; readonly start: number },
  k: number,
): Promise<Passage[]> {
  const chunkId = await library.chunkAt(place.documentId, place.start);
  if (chunkId === undefined) return [];
  const hits = library.vectors.search(library.vectorOf(chunkId), DEPTH * k + 1);
  const scores = new Map(hits.map((hit) => [hit.chunkId, hit.score]));
  const [source, ...others] = await library.locate([
    chunkId,
    ...hits.map((hit) => hit.chunkId).filter((id) => id !== chunkId),
  ]);
  const seen = source ? [termsOf(source.text)] : [];
  const related: Passage[] = [];
  for (const chunk of others) {
    if (related.length === k) break;
    const terms = termsOf(chunk.text);
    if (seen.some((before) => overlap(before, terms) >= SAME)) continue;
    seen.push(terms);
    const score = scores.get(chunk.chunkId) ?? 0;
    related.push({ ...withDocumentName(chunk), score, cosine: score });
  }
  return related;
}

const termsOf = (text: string): ReadonlySet<string> => new Set(tokenize(text));

/** Jaccard's: terms of both over terms of either. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const term of a) if (b.has(term)) both++;
  return both / Math.max(a.size + b.size - both, 1);
}
