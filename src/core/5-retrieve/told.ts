import { splitSentences } from '../2-chunk/sentences.ts';

/** What stays of a sentence however its file was laid out. */
const bare = (sentence: string): string => sentence.normalize('NFKC').replace(/\s/gu, '').toLowerCase();

/**
 * Tells, passage by passage, which say something new. The same paragraph in two files, or two cuts of it, would fill
 * the few places that a person reads. Sentences are compared, and not vectors: two versions of a contract that
 * differ in one figure or one "not" have a cosine of 0.97 to 0.99, as copies have, and both must be seen.
 */
export class Told {
  readonly #sentences = new Set<string>();

  /** @returns whether any sentence of this text is in none of those before it. */
  add(text: string): boolean {
    const before = this.#sentences.size;
    for (const { start, end } of splitSentences(text)) this.#sentences.add(bare(text.slice(start, end)));
    return this.#sentences.size > before;
  }
}
