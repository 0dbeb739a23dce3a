import type { Fingerprint } from './types.ts';

/** One string for a fingerprint, equal when every field is; it keys what search needs of a document. */
export function fingerprintKey(fingerprint: Fingerprint): string {
  const fields = Object.entries(fingerprint).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(fields.map(([, value]) => value));
}
