/**
 * The value below which the share `q` of the values lies, with linear interpolation between neighbours.
 * @param q 0 to 1.
 * @returns NaN for no values.
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** NaN for no values. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** A median with the extremes, so that a reader sees what it is worth on a busy machine. */
export interface Summary {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export const summarize = (values: readonly number[]): Summary => ({
  median: median(values),
  lowest: quantile(values, 0),
  highest: quantile(values, 1),
});

/**
 * `values[i] / references[i]`, summarized. The two of a pair were measured one right after the other, so what
 * else the machine did meanwhile mostly cancels out.
 */
export const pairedRatio = (values: readonly number[], references: readonly number[]): Summary =>
  summarize(values.map((value, i) => value / (references[i] ?? NaN)));

/** Cosine of two rows of length 1. */
export const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** The lowest cosine between rows of the same place. @throws RangeError when the sizes differ. */
export function lowestCosine(a: Float32Array, b: Float32Array, dimensions: number): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} values`);
  let lowest = Infinity;
  for (let at = 0; at < a.length; at += dimensions) {
    const end = at + dimensions;
    lowest = Math.min(lowest, cosine(a.subarray(at, end), b.subarray(at, end)));
  }
  return lowest;
}
