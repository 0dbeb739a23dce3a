import { stem } from 'stemr';

/** Lucene's English stop words (`EnglishAnalyzer.ENGLISH_STOP_WORDS_SET`). */
const STOP_WORDS = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these ' +
    'they this to was will with'
  ).split(' '),
);

/** Runs of CJK characters, which are written without spaces, or of letters, marks and digits of other scripts. */
const CJK = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}';
const RUN = new RegExp(`([${CJK}ー]+)|((?:(?![${CJK}])[\\p{L}\\p{M}\\p{N}])+)`, 'gu');

const stems = new Map<string, string>();
/** Stemming is the costly part and words repeat: 10,000 chunks hold some 30,000 distinct ones. */
const MAX_STEMS = 50_000;

function cachedStem(word: string): string {
  let stemmed = stems.get(word);
  if (stemmed === undefined) {
    if (stems.size >= MAX_STEMS) stems.clear();
    stemmed = stem(word);
    stems.set(word, stemmed);
  }
  return stemmed;
}

/**
 * Terms of a text for keyword search, in order, with repeats. Full-width forms and case are folded (NFKC,
 * lower case). A CJK run gives its characters and its pairs of neighbours: together they did better than a
 * dictionary on 8 of 9 Chinese retrieval sets, and need none. English words lose stop words and are stemmed
 * by Snowball's English stemmer; a word with a digit is a code or number and stays as it is.
 */
export function tokenize(text: string): string[] {
  const terms: string[] = [];
  for (const [, cjk, word] of text.normalize('NFKC').toLowerCase().matchAll(RUN)) {
    if (word !== undefined) {
      if (STOP_WORDS.has(word)) continue;
      terms.push(/^[a-z]+$/.test(word) ? cachedStem(word) : word);
    } else if (cjk !== undefined) {
      const characters = [...cjk];
      for (const [i, character] of characters.entries()) {
        terms.push(character);
        const next = characters[i + 1];
        if (next !== undefined) terms.push(character + next);
      }
    }
  }
  return terms;
}
