import { UNSPACED } from './clean-text.ts';

/** The mark of a list item. */
export const BULLET = /^(?:[•●▪◦‣∙·○■□➢✓–—-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s/i;

const unspaced = new RegExp(`[${UNSPACED}]`);
const CUT_WORD = /(\p{L}+)([-\u00ad\u2010])$/u;
const FIRST_WORD = /^\p{L}+/u;
/** pre- and post-war: the hyphen stands for a word that comes later. */
const SUSPENDED = /^(?:and|or|und|oder|bis|et|ou|e|y|o|to)$/;
const COMPOUND = /\p{L}+(?=[-\u2010](\p{L}+))/gu;
const CAMEL_CASE = /\p{L}*\p{Ll}\p{Lu}\p{L}*/gu;

/** Words of the text that say whether a hyphen at the end of a line belongs to the word. */
export interface Hyphens {
  /** Written with a hyphen inside a line, in lower case: `type-unstable`. */
  readonly compounds: ReadonlySet<string>;
  /** Written as one with a capital inside: `TraceMonkey`. */
  readonly camelCase: ReadonlySet<string>;
}

const NO_HYPHENS: Hyphens = { compounds: new Set(), camelCase: new Set() };

export function findHyphens(texts: Iterable<string>): Hyphens {
  const compounds = new Set<string>();
  const camelCase = new Set<string>();
  for (const text of texts) {
    for (const [first, second = ''] of text.matchAll(COMPOUND)) {
      compounds.add(`${first}-${second}`.toLowerCase());
    }
    for (const [word] of text.matchAll(CAMEL_CASE)) camelCase.add(word);
  }
  return { compounds, camelCase };
}

/** Whether a word goes on in the next line. */
export const isCutWord = (text: string, next: string): boolean =>
  CUT_WORD.test(text) && FIRST_WORD.test(next);

const isCapital = (word: string): boolean => /^\p{Lu}+$/u.test(word);

/** Joins the end of a line to the next one as one reads it. */
export function joinLines(text: string, next: string, hyphens: Hyphens = NO_HYPHENS): string {
  const [, first = '', hyphen] = CUT_WORD.exec(text) ?? [];
  const second = FIRST_WORD.exec(next)?.[0] ?? '';
  if (first !== '' && second !== '') {
    const isCompound = hyphens.compounds.has(`${first}-${second}`.toLowerCase());
    if (hyphen === '\u00ad') return text.slice(0, -1) + next;
    if (isCompound) return text + next;
    if (SUSPENDED.test(second)) return `${text} ${next}`;
    // A capital begins a word, Müller-Lüdenscheidt, but in words that are written so: Trace-Monkey, RE-QUIRED.
    const isName = /^\p{Lu}/u.test(second) && !isCapital(first + second);
    return isName && !hyphens.camelCase.has(first + second) ? text + next : text.slice(0, -1) + next;
  }
  if (unspaced.test(text.at(-1) ?? '') && unspaced.test(next[0] ?? '')) return text + next;
  return `${text} ${next}`;
}
