import type { Embedder } from '../3-embed/embedder.ts';
import { dotRow } from '../4-index/dot-row.ts';
import type { TextComparison } from './explore-service.ts';
import { languageAxis } from './language-axis.ts';
import { principalPlane, project } from './principal-axes.ts';

/** Embeds short texts as questions are, so that all are treated alike. @throws as `Embedder.embed`. */
export async function compareTexts(
  embedder: Pick<Embedder, 'embed' | 'dimensions'>,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<TextComparison> {
  const { dimensions } = embedder;
  const vectors = await embedder.embed(texts, 'query', signal);
  const rows = texts.map((_, i) => vectors.subarray(i * dimensions, (i + 1) * dimensions));
  const cosines = new Float32Array(rows.flatMap((a) => rows.map((b) => dotRow(a, b))));
  const points = project(rows, principalPlane(rows, dimensions, languageAxis(rows, texts, dimensions)));
  return { cosines, points: rows.map((_, i) => ({ x: points[2 * i] ?? 0, y: points[2 * i + 1] ?? 0 })) };
}
