import type { Language } from '../core/types.ts';
import type { Random } from './random.ts';
import { WORDS } from './words.ts';

/** Distinct words that texts draw from: what keyword search meets in a library of 10,000 chunks. */
const VOCABULARY = 30_000;
const WORDS_A_SENTENCE = { fewest: 6, most: 20 };

const MARKS: Readonly<Record<Language, { readonly space: string; readonly end: string }>> = {
  en: { space: ' ', end: '. ' },
  zh: { space: '', end: '。' },
};

/** A word by rank; past the list, two of its words in one ("riverstone"), which gives rare words. */
function wordAt(rank: number, language: Language): string {
  const list = WORDS[language];
  if (rank < list.length) return list[rank] ?? '';
  const pair = rank - list.length;
  return (
    wordAt(Math.floor(pair / list.length) % list.length, language) + wordAt(pair % list.length, language)
  );
}

/** Zipf's law with exponent 1: the logarithm of the rank is uniform. */
const drawWord = (random: Random, language: Language): string =>
  wordAt(Math.floor(VOCABULARY ** random()) - 1, language);

const between = (random: Random, lowest: number, highest: number): number =>
  lowest + Math.floor(random() * (highest - lowest + 1));

/** Words in sentences; the pieces joined are the text. */
function pieces(random: Random, language: Language, words: number): string[] {
  const { space, end } = MARKS[language];
  const { fewest, most } = WORDS_A_SENTENCE;
  let left = between(random, fewest, most);
  return Array.from({ length: words }, () => {
    const ends = --left === 0;
    if (ends) left = between(random, fewest, most);
    return drawWord(random, language) + (ends ? end : space);
  });
}

/** A text of `words` words, trimmed. */
export const syntheticText = (random: Random, language: Language, words: number): string =>
  pieces(random, language, words).join('').trim();

/**
 * The longest text of at most `tokens` tokens: within a word of it.
 * @param tokens at least 4.
 */
export function textOfTokens(
  random: Random,
  language: Language,
  tokens: number,
  countTokens: (text: string) => number,
): string {
  // More words than tokens: a tokenizer may have one token for two short words.
  const parts = pieces(random, language, 3 * tokens);
  const firstWords = (count: number): string => parts.slice(0, count).join('').trim();
  let fits = 1;
  let tooMany = parts.length + 1;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (countTokens(firstWords(middle)) <= tokens) fits = middle;
    else tooMany = middle;
  }
  return firstWords(fits);
}

/** Words in a row of a text, as a question about it. */
export function questionAbout(text: string, random: Random, language: Language): string {
  if (language === 'zh') {
    const start = between(random, 0, Math.max(0, text.length - 14));
    return text.slice(start, start + 14);
  }
  const words = text.split(' ');
  const start = between(random, 0, Math.max(0, words.length - 8));
  return words.slice(start, start + 8).join(' ');
}

/** Lengths from `lowest` to `highest`, as many short ones as long ones on a logarithmic scale. */
export const mixedLengths = (random: Random, count: number, lowest: number, highest: number): number[] =>
  Array.from({ length: count }, () => Math.round(lowest * (highest / lowest) ** random()));

/** Languages take turns. */
export const languageOf = (position: number): Language => (position % 2 === 0 ? 'en' : 'zh');
