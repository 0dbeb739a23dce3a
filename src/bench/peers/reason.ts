/** What a library says of its failure. WebAssembly also throws what is no Error: texts, and objects with a message. */
export function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return typeof error === 'string' ? error : JSON.stringify(error);
}
