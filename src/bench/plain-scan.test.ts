import { expect, it } from 'vitest';
import { clusteredVectors } from './clustered-vectors.ts';
import { plainScan } from './plain-scan.ts';
import { seededRandom } from './random.ts';
import { cosine } from './statistics.ts';

it('finds the same rows as sorting all of them', () => {
  const dimensions = 24;
  const rows = clusteredVectors(seededRandom(1), { count: 200, dimensions, clusters: 5, spread: 0.5 });
  const query = rows.slice(17 * dimensions, 18 * dimensions);
  const scored = Array.from({ length: 200 }, (_, row) => ({
    row,
    score: cosine(query, rows.subarray(row * dimensions, (row + 1) * dimensions)),
  }));
  const sorted = scored.sort((a, b) => b.score - a.score).map(({ row }) => row);
  expect(plainScan(rows, query, 10)).toEqual(sorted.slice(0, 10));
  expect(plainScan(rows, query, 1000)).toEqual(sorted);
  expect(sorted[0]).toBe(17);
});
