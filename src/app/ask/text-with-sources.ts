import type { Citation, Passage } from '../../core/types.ts';

/** An answer as it is pasted elsewhere: the text, then the documents that it rests on, each with its pages. */
export function textWithSources(
  text: string,
  citations: readonly Citation[],
  passages: readonly Passage[],
  heading: string,
): string {
  const cited = new Set(citations.map(({ n }) => n));
  const lines = passages.flatMap(({ documentName, page }, i) =>
    cited.has(i + 1) ? [`[${i + 1}] ${documentName}${page === undefined ? '' : `, p. ${page}`}`] : [],
  );
  return lines.length === 0 ? text : `${text.trim()}\n\n${heading}\n${lines.join('\n')}`;
}
