/**
 * A term as an integer from 0 to 2^53 - 1. Among a million terms two that share one are expected once in
 * 20,000 libraries, and would cost a wrong hit for a rare word; in return a segment holds no string. Stored: a
 * change here makes every segment unreadable.
 */
export function hashTerm(term: string): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < term.length; i++) {
    const unit = term.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high ^= unit;
    high = Math.imul((high << 5) | (high >>> 27), 0x85ebca6b);
  }
  // The last characters have not reached all bits so far; segments code hashes as evenly spread numbers.
  low = Math.imul(low ^ (low >>> 16), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 15), 0x27d4eb2f);
  return (high >>> 11) * 2 ** 32 + ((low ^ (low >>> 13)) >>> 0);
}
