import type { Citation, Passage } from '../../core/types.ts';

/** Something to be shown in a document: a cited sentence, or a passage that no sentence was cited from. */
export interface Place {
  readonly kind: 'citation' | 'passage';
  /** The number shown with it, as in [n]. */
  readonly n: number;
  readonly start: number;
  readonly end: number;
  readonly quote: string;
  readonly page?: number;
}

/**
 * The places of one document, ordered as its passages are ranked. A passage with cited sentences is shown
 * by them: the sentence is what the answer rests on.
 */
export function placesIn(
  documentId: string,
  passages: readonly Passage[],
  citations: readonly Citation[],
): readonly Place[] {
  return passages.flatMap((passage, i): Place[] => {
    if (passage.documentId !== documentId) return [];
    const n = i + 1;
    const cited = withoutRepeats(citations)
      .filter((citation) => citation.n === n && citation.documentId === documentId)
      .sort((a, b) => a.start - b.start)
      .map(({ start, end, quote, page }): Place => {
        return { kind: 'citation', n, start, end, quote, ...(page === undefined ? {} : { page }) };
      });
    if (cited.length > 0) return cited;
    const { start, end, text, page } = passage;
    return [{ kind: 'passage', n, start, end, quote: text, ...(page === undefined ? {} : { page }) }];
  });
}

/** Two sentences of an answer may rest on the same one. */
const withoutRepeats = (citations: readonly Citation[]): Citation[] => [
  ...new Map(
    citations.map((citation) => [`${citation.n}:${citation.start}:${citation.end}`, citation]),
  ).values(),
];
