import { dotRow } from '../4-index/dot-row.ts';

/** A plane in the space of vectors: where its middle lies, and two directions at right angles, of length 1. */
export interface Plane {
  readonly middle: Float32Array;
  readonly axes: readonly [Float32Array, Float32Array];
}

/** Power iteration ends here at the latest; the axes of texts are found in a third of it. */
const MAX_ITERATIONS = 60;
/** An axis that turns by less than this between two iterations (one minus the cosine) stays as it is. */
const STILL = 1e-6;

/**
 * The plane in which rows lie furthest apart: their first two principal components, by power iteration. The covariance
 * is never formed; an iteration costs two products with the rows.
 * @param aside a direction of length 1 that the plane leaves aside, whatever the rows do along it.
 */
export function principalPlane(
  rows: readonly Float32Array[],
  dimensions: number,
  aside?: Float32Array,
): Plane {
  const middle = meanOf(rows, dimensions);
  const others = aside ? [aside] : [];
  const first = strongestAxis(rows, middle, others);
  return { middle, axes: [first, strongestAxis(rows, middle, [...others, first])] };
}

/** Where vectors fall in a plane: `2 × rows`, x and y in turn. */
export function project(rows: readonly Float32Array[], { middle, axes }: Plane): Float32Array<ArrayBuffer> {
  const [x, y] = axes;
  const [originX, originY] = [dotRow(middle, x), dotRow(middle, y)];
  const points = new Float32Array(2 * rows.length);
  rows.forEach((row, i) => points.set([dotRow(row, x) - originX, dotRow(row, y) - originY], 2 * i));
  return points;
}

export function meanOf(rows: readonly Float32Array[], dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions);
  for (const row of rows) addScaled(sum, row, 1);
  return Float32Array.from(sum, (value) => value / Math.max(rows.length, 1));
}

function strongestAxis(
  rows: readonly Float32Array[],
  middle: Float32Array,
  others: readonly Float32Array[],
): Float32Array {
  // Any start will do that is not at right angles to the axis, as hardly one is.
  let axis = unit(
    Float64Array.from(middle, (_, i) => Math.sin(i + 1)),
    others,
  );
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const next = new Float64Array(middle.length);
    const offset = dotRow(middle, axis);
    let total = 0;
    for (const row of rows) {
      const along = dotRow(row, axis) - offset;
      total += along;
      addScaled(next, row, along);
    }
    addScaled(next, middle, -total);
    const turned = unit(next, others);
    const isStill = Math.abs(dotRow(turned, axis)) > 1 - STILL;
    axis = turned;
    if (isStill) break;
  }
  return axis;
}

/** At right angles to the others and of length 1; what has no length is left without. */
function unit(vector: Float64Array, others: readonly Float32Array[]): Float32Array {
  for (const other of others) {
    let along = 0;
    vector.forEach((value, i) => (along += value * (other[i] ?? 0)));
    addScaled(vector, other, -along);
  }
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => (length > 1e-12 ? value / length : 0));
}

function addScaled(sum: Float64Array, row: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + factor * (row[i] ?? 0);
}
