import { stem } from 'stemr';
import { simplified } from './simplified.ts';

/** Lucene's English stop words (`EnglishAnalyzer.ENGLISH_STOP_WORDS_SET`). */
const STOP_WORDS = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these ' +
    'they this to was will with'
  ).split(' '),
);

export const CJK = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}';
export const WORD = `(?:(?![${CJK}])[\\p{L}\\p{M}\\p{N}])+`;
/**
 * Runs of CJK characters, which are written without spaces, or of letters, marks and digits of other scripts: words,
 * and what joins them in names, numbers and dates.
 */
const RUN = new RegExp(`([${CJK}ー]+)|(${WORD}(?:[._:/-]${WORD})*)`, 'gu');
const JOINTS = /[._:/-]/;

/** A longer one is a path or an address, which is not asked for as a whole. */
const MAX_WHOLE_LENGTH = 40;

/** Where camelCase and HTTPServer are put together. */
const SEAM = /(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/;
const HAS_SEAM = /[a-z][A-Z]|[A-Z]{2}[a-z]/;

const LATIN_WITH_MARK = /[\u00c0-\u024f\u1e00-\u1eff]|\p{Script=Latin}\p{Mn}/u;
const MARKS_OF_LATIN = /(?<=\p{Script=Latin})\p{Mn}+/gu;

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

/** Full-width forms and ligatures as plain letters; Latin letters without their marks. */
function fold(text: string): string {
  const plain = text.normalize('NFKC');
  if (!LATIN_WITH_MARK.test(plain)) return plain;
  return plain.normalize('NFD').replace(MARKS_OF_LATIN, '').normalize('NFC');
}

function addWord(word: string, terms: string[]): void {
  if (word !== '' && !STOP_WORDS.has(word)) terms.push(/^[a-z]+$/.test(word) ? cachedStem(word) : word);
}

/**
 * What joins the parts of a code or a number differs from writer to writer: max_tokens, maxTokens and max-tokens are one
 * term, v2.0.1 and 2.0.1 are. Dots, colons and slashes count, for 2.0.1 is not 20.1.
 */
function addRun(run: string, terms: string[]): void {
  if (!JOINTS.test(run)) return addPart(run, terms);
  for (const part of run.split(JOINTS)) addPart(part, terms);
  if (run.length > MAX_WHOLE_LENGTH || !/[\p{N}_]/u.test(run)) return;
  const whole = run.toLowerCase().replace(/[_-]/g, '');
  addWord(whole.replace(/^v(?=\p{N})/u, ''), terms);
}

function addPart(part: string, terms: string[]): void {
  addWord(part.toLowerCase(), terms);
  if (!HAS_SEAM.test(part)) return;
  for (const word of part.split(SEAM)) if (word.length > 1) addWord(word.toLowerCase(), terms);
}

function addCjk(run: string, terms: string[]): void {
  const characters = [...run].map(simplified);
  for (const [i, character] of characters.entries()) {
    terms.push(character);
    const next = characters[i + 1];
    if (next !== undefined) terms.push(character + next);
  }
}

/**
 * Terms of a text for keyword search, in order, with repeats. Full-width forms, case, marks on Latin letters and
 * Traditional Chinese are folded. A CJK run gives its characters and its pairs of neighbours: together they did better
 * than a dictionary on 8 of 9 Chinese retrieval sets, and need none. English words lose stop words and are stemmed by
 * Snowball's English stemmer; a word with a digit is a code or number and stays as it is. Names and numbers that are
 * put together (maxTokens, max_tokens, v2.0.1) give their parts and themselves.
 */
export function tokenize(text: string): string[] {
  const terms: string[] = [];
  for (const [, cjk, run] of fold(text).matchAll(RUN)) {
    if (run !== undefined) addRun(run, terms);
    else if (cjk !== undefined) addCjk(cjk, terms);
  }
  return terms;
}
