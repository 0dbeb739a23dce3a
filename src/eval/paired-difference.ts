import { seededRandom } from '../bench/random.ts';

export interface PairedDifference {
  readonly mean: number;
  /** The middle 95 % of the means of resampled pairs. */
  readonly low: number;
  readonly high: number;
}

const SAMPLES = 2000;

/**
 * How far two ways of doing something lie apart on the same questions, by a paired bootstrap. The same differences
 * give the same interval.
 * @param differences one a question.
 */
export function pairedDifference(differences: readonly number[]): PairedDifference {
  const random = seededRandom(1);
  const { length } = differences;
  const means = Array.from({ length: SAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += differences[Math.floor(random() * length)] ?? 0;
    return sum / length;
  }).sort((a, b) => a - b);
  const at = (share: number): number => means[Math.round(share * (SAMPLES - 1))] ?? 0;
  return {
    mean: differences.reduce((sum, difference) => sum + difference, 0) / length,
    low: at(0.025),
    high: at(0.975),
  };
}
