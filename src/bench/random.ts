/** Numbers from 0 (included) to 1 (excluded), the same for the same seed: two runs measure the same work. */
export type Random = () => number;

/** Marsaglia's xorshift with 32 bits (2003); more than enough for texts and vectors. */
export function seededRandom(seed: number): Random {
  // The state must not be 0; multiplying keeps neighbouring seeds apart.
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A draw from the standard normal distribution (Box and Muller 1958). */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
