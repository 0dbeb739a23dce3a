import { simplified } from '../4-index/simplified.ts';
import { CJK, tokenize, WORD } from '../4-index/tokenize.ts';

const RUN = new RegExp(`([${CJK}ー]+)|(${WORD})`, 'gu');

/**
 * The words of a question that a text shares, as the question writes them, each once. Words are compared as keyword
 * search does, by their stems; of a run of CJK characters the longest parts that the text has are shown, and a lone
 * character only where it stands alone.
 */
export function matchedWords(question: string, text: string): string[] {
  const terms = new Set(tokenize(text));
  const matched: string[] = [];
  for (const [, cjk, word] of question.normalize('NFKC').matchAll(RUN)) {
    if (cjk !== undefined) matched.push(...sharedParts([...cjk], terms));
    else if (word !== undefined && tokenize(word).some((term) => terms.has(term))) matched.push(word);
  }
  const seen = new Set<string>();
  return matched.filter((word) => {
    const key = word.toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
}

/** Maximal chains of pairs that are all terms of the text. */
function sharedParts(characters: readonly string[], terms: ReadonlySet<string>): string[] {
  if (characters.length === 1) return characters.filter((character) => terms.has(simplified(character)));
  const parts: string[] = [];
  let part = '';
  for (const [i, character] of characters.entries()) {
    const isShared = terms.has(simplified(character) + simplified(characters[i + 1] ?? ' '));
    if (part !== '' || isShared) part += character;
    if (!isShared && part !== '') {
      parts.push(part);
      part = '';
    }
  }
  return parts;
}
