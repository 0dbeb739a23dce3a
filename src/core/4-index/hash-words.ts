/**
 * A 32-bit hash for telling damage and equal content, not for security. Each step is a bijection of what went
 * before, so a change within a single word always changes the result. A table-driven CRC-32 took four to ten times
 * as long.
 */
export function hashWords(words: Uint32Array): number {
  let hash = words.length;
  // eslint-disable-next-line @typescript-eslint/prefer-for-of -- 137 ms instead of 7 for 15 MB in V8
  for (let i = 0; i < words.length; i++) {
    hash = Math.imul(hash ^ (words[i] ?? 0), 0x9e3779b1);
    hash = (hash << 13) | (hash >>> 19);
  }
  return hash >>> 0;
}
