/** One observation: features, and whether it is a case of what is to be told. */
export interface Observation {
  readonly features: readonly number[];
  readonly isCase: boolean;
}

export interface LogisticFit {
  readonly bias: number;
  /** In the order of the features, in their own units. */
  readonly weights: readonly number[];
}

const STEPS = 1_500;
const RATE = 1;
/**
 * Weight of the penalty on the squared weights of features scaled to standard deviation 1. Classes that a line
 * divides without error would drive weights to infinity, and the line would hang on the two nearest points.
 */
const PENALTY = 0.01;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

export const logitOf = ({ bias, weights }: LogisticFit, features: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * (features[i] ?? 0), bias);

/**
 * Logistic regression by gradient descent on scaled features. Both classes count the same, however many
 * observations each has. A feature that never varies gets the weight 0.
 */
export function fitLogistic(observations: readonly Observation[]): LogisticFit {
  const count = observations[0]?.features.length ?? 0;
  const columns = Array.from({ length: count }, (_, i) =>
    observations.map(({ features }) => features[i] ?? 0),
  );
  const means = columns.map(mean);
  const deviations = columns.map(
    (column, i) => Math.sqrt(mean(column.map((value) => (value - (means[i] ?? 0)) ** 2))) || Infinity,
  );
  const scaled = observations.map(({ features, isCase }) => ({
    isCase,
    x: features.map((value, i) => (value - (means[i] ?? 0)) / (deviations[i] ?? 1)),
  }));
  const cases = observations.filter(({ isCase }) => isCase).length;
  const share = { true: 0.5 / Math.max(1, cases), false: 0.5 / Math.max(1, observations.length - cases) };
  let bias = 0;
  const weights = new Array<number>(count).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const slopes = weights.map((weight) => PENALTY * weight);
    let biasSlope = 0;
    for (const { x, isCase } of scaled) {
      const logit = logitOf({ bias, weights }, x);
      const error = (1 / (1 + Math.exp(-logit)) - Number(isCase)) * share[`${isCase}`];
      biasSlope += error;
      x.forEach((value, i) => (slopes[i] = (slopes[i] ?? 0) + error * value));
    }
    bias -= RATE * biasSlope;
    slopes.forEach((slope, i) => (weights[i] = (weights[i] ?? 0) - RATE * slope));
  }
  const own = weights.map((weight, i) => weight / (deviations[i] ?? 1));
  return { bias: bias - own.reduce((sum, weight, i) => sum + weight * (means[i] ?? 0), 0), weights: own };
}

/** Fold of the item at `i` of a list: neighbours, often of one document, fall into different ones. */
export const foldOf = (i: number, folds: number): number => i % folds;
