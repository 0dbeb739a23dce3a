import { normal, type Random } from './random.ts';

export interface ClusteredVectors {
  readonly count: number;
  readonly dimensions: number;
  readonly clusters: number;
  /** Length of what is added to a cluster's centre, which has length 1: 0.5 gives a cosine with it of 0.89. */
  readonly spread: number;
}

/**
 * Random vectors round common centres, as those of real texts lie. Uniform ones would flatter an index that
 * prunes badly: all are about equally far from any query.
 * @returns `count × dimensions`, rows of length 1.
 */
export function clusteredVectors(
  random: Random,
  { count, dimensions, clusters, spread }: ClusteredVectors,
): Float32Array<ArrayBuffer> {
  const direction = (): number[] => scaled(Array.from({ length: dimensions }, () => normal(random)));
  const centres = Array.from({ length: clusters }, direction);
  const rows = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const centre = centres[Math.floor(random() * clusters)] ?? [];
    const offset = direction();
    rows.set(scaled(centre.map((value, i) => value + spread * (offset[i] ?? 0))), row * dimensions);
  }
  return rows;
}

function scaled(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
