import type { Embedder } from '../core/3-embed/embedder.ts';
import { encodeTerms } from '../core/4-index/encode-terms.ts';
import { KeywordIndex } from '../core/4-index/keyword-index.ts';
import { TermSegment } from '../core/4-index/term-segment.ts';
import { bytesInMemory } from '../core/4-index/term-source.ts';
import { keywordRetriever } from '../core/5-retrieve/keyword.ts';
import type { RankedHit, Retriever } from '../core/5-retrieve/retriever.ts';
import type { Run } from './metrics.ts';
import type { RetrievalSet } from './retrieval-set.ts';
import { depthOf, rowPieces, rowsOf } from './row-pieces.ts';
import { scanRetriever } from './scan-retriever.ts';

/** What fusion is given, for each query of a set. */
export interface Sides {
  readonly keyword: readonly (readonly RankedHit[])[];
  readonly dense: readonly (readonly RankedHit[])[];
  /** The row of the corpus that a hit is of. */
  readonly rowOf: readonly string[];
}

/** Ranks in Node, by the app's own terms and by plain scan of the vectors. */
export async function rankNatively(set: RetrievalSet, embedder: Embedder): Promise<Sides> {
  const pieces = rowPieces(set.corpus, embedder);
  const texts = pieces.map(({ text }) => text);
  const rowOf = pieces.map(({ id }) => id);
  const rows = await embedder.embed(texts, 'passage');
  // At once: one by one they would be computed one by one.
  await embedder.embed(
    set.queries.map(({ text }) => text),
    'query',
  );
  const index = new KeywordIndex();
  index.add(TermSegment.open(bytesInMemory(encodeTerms(texts))), [0]);
  const dense = scanRetriever(rows, [...rowOf.keys()], embedder);
  const k = depthOf(set.corpus, rowOf);
  const rank = async (retriever: Retriever): Promise<RankedHit[][]> => {
    const ranked: RankedHit[][] = [];
    for (const { text } of set.queries) ranked.push(await retriever.retrieve(text, { k }));
    return ranked;
  };
  return { keyword: await rank(keywordRetriever(index)), dense: await rank(dense), rowOf };
}

/** Rankings of pieces as rankings of rows. */
export const runOf = (
  { queries }: RetrievalSet,
  ranked: readonly (readonly RankedHit[])[],
  rowOf: readonly string[],
): Run => new Map(queries.map(({ id }, i) => [id, rowsOf(ranked[i] ?? [], rowOf)]));
