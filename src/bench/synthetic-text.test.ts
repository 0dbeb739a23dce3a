import { describe, expect, it } from 'vitest';
import { tokenize } from '../core/4-index/tokenize.ts';
import { median } from './statistics.ts';
import { seededRandom } from './random.ts';
import { languageOf, mixedLengths, questionAbout, syntheticText, textOfTokens } from './synthetic-text.ts';

/** Stands in for a model's tokenizer: a token each three characters. */
const countTokens = (text: string): number => Math.ceil(text.length / 3);

describe('synthetic text', () => {
  it('is the same for the same seed and another for another', () => {
    const make = (seed: number): string => syntheticText(seededRandom(seed), 'en', 50);
    expect(make(1)).toBe(make(1));
    expect(make(1)).not.toBe(make(2));
  });

  it('is written in its language, in sentences', () => {
    const english = syntheticText(seededRandom(3), 'en', 120);
    expect(english.split(' ')).toHaveLength(120);
    expect(english).toMatch(/^[a-z. ]+$/);
    expect(english.split('. ').length).toBeGreaterThan(4);
    expect(syntheticText(seededRandom(3), 'zh', 120)).toMatch(/^[\p{Script=Han}。]+$/u);
  });

  it('has few common words and many rare ones', () => {
    const counts = new Map<string, number>();
    for (const word of syntheticText(seededRandom(5), 'en', 20_000).split(/\.? /)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    expect(counts.get('the') ?? 0).toBeGreaterThan(1000);
    expect(counts.size).toBeGreaterThan(3000);
    expect(median([...counts.values()])).toBeLessThanOrEqual(2);
  });

  it('comes within a word of a number of tokens and never over it', () => {
    for (const language of ['en', 'zh'] as const) {
      for (const tokens of [4, 8, 57, 198, 400]) {
        const count = countTokens(textOfTokens(seededRandom(tokens), language, tokens, countTokens));
        expect(count).toBeLessThanOrEqual(tokens);
        expect(count).toBeGreaterThanOrEqual(tokens - 8);
      }
    }
  });

  it('asks with words that the text holds', () => {
    for (const position of [0, 1]) {
      const language = languageOf(position);
      const text = syntheticText(seededRandom(9), language, 80);
      const question = questionAbout(text, seededRandom(position), language);
      expect(text).toContain(question);
      expect(tokenize(question).length).toBeGreaterThan(2);
    }
  });

  it('mixes lengths over the whole range, half of them below its geometric mean', () => {
    const lengths = mixedLengths(seededRandom(1), 2000, 8, 400);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(400);
    expect(Math.abs(median(lengths) - Math.sqrt(8 * 400))).toBeLessThan(8);
  });
});
