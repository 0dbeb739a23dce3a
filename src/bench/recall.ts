/**
 * The share of `wanted` that `found` holds: the mean over all questions.
 * @param wanted ids for each question; a question without any counts for nothing.
 * @returns 0 to 1, NaN when nothing is wanted.
 */
export function recallOf(
  found: readonly (readonly number[])[],
  wanted: readonly (readonly number[])[],
): number {
  const shares = wanted.flatMap((ids, i) => {
    const hits = new Set(found[i]);
    return ids.length > 0 ? [ids.filter((id) => hits.has(id)).length / ids.length] : [];
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
