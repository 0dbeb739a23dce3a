import { describe, expect, it } from 'vitest';
import { clusteredVectors } from './clustered-vectors.ts';
import { seededRandom } from './random.ts';
import { cosine } from './statistics.ts';

const SHAPE = { count: 60, dimensions: 96, clusters: 3, spread: 0.5 };
const rowsOf = (seed: number): Float32Array[] => {
  const all = clusteredVectors(seededRandom(seed), SHAPE);
  expect(all).toHaveLength(SHAPE.count * SHAPE.dimensions);
  return Array.from({ length: SHAPE.count }, (_, row) =>
    all.subarray(row * SHAPE.dimensions, (row + 1) * SHAPE.dimensions),
  );
};

describe('clustered vectors', () => {
  it('have length 1 and depend on the seed alone', () => {
    for (const row of rowsOf(1)) expect(cosine(row, row)).toBeCloseTo(1, 5);
    expect(rowsOf(1)).toEqual(rowsOf(1));
    expect(rowsOf(1)).not.toEqual(rowsOf(2));
  });

  it('lie close together within a cluster and far apart between clusters', () => {
    const rows = rowsOf(1);
    const first = rows[0] ?? new Float32Array();
    const cosines = rows.slice(1).map((row) => cosine(first, row));
    const near = cosines.filter((value) => value > 0.6);
    const far = cosines.filter((value) => value < 0.4);
    expect(near.length).toBeGreaterThan(8);
    expect(far.length).toBeGreaterThan(20);
    expect(near.length + far.length).toBe(cosines.length);
  });
});
