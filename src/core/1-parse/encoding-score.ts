import { COMMON } from './common-characters.ts';
import { decodeBytes } from './decode-bytes.ts';

export type Script = 'chinese' | 'japanese' | 'korean' | 'western' | 'cyrillic';

interface Candidate {
  /** A label that TextDecoder knows. */
  readonly encoding: string;
  readonly script: Script;
}

/** In order of preference where two fit equally well. */
const CANDIDATES: readonly Candidate[] = [
  { encoding: 'gb18030', script: 'chinese' },
  { encoding: 'big5', script: 'chinese' },
  { encoding: 'shift_jis', script: 'japanese' },
  { encoding: 'euc-jp', script: 'japanese' },
  { encoding: 'euc-kr', script: 'korean' },
  { encoding: 'windows-1252', script: 'western' },
  { encoding: 'windows-1251', script: 'cyrillic' },
  { encoding: 'ibm866', script: 'cyrillic' },
  { encoding: 'koi8-r', script: 'cyrillic' },
];

const WIDE_PUNCTUATION = /[\u3000-\u3003\u3008-\u3011\u2018-\u201d\u2014\u2026\u00b7\uff01-\uff5e]/;
const WESTERN_SIGN = /[\u2018-\u201e\u2013\u2014\u2020-\u2022\u2026\u2122\u20ac\u00a1-\u00bf]/;
const CYRILLIC_FREQUENT = /[оеаинтсрвлкмдпу]/;

/** How well one character outside ASCII suits a text of the script: 1 is a frequent one, negative a misfit. */
function scoreCharacter(character: string, before: string, after: string, script: Script): number {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0xfffd) return -4;
  if ((code >= 0x80 && code < 0xa0) || (code >= 0xe000 && code < 0xf900)) return -2;
  if (script === 'western') {
    if (/\p{L}/u.test(character) && code < 0x250) {
      // Accented letters stand in words between plain letters; runs of them are something else misread.
      return /[a-z]/i.test(before) || /[a-z]/i.test(after) ? 0.9 : 0;
    }
    return WESTERN_SIGN.test(character) ? (before > '\u007f' && after > '\u007f' ? -0.5 : 0.5) : -1;
  }
  if (script === 'cyrillic') {
    if (!/\p{Script=Cyrillic}/u.test(character)) return WESTERN_SIGN.test(character) ? 0.1 : -1;
    if (/[a-z]/i.test(before) || /[a-z]/i.test(after)) return -1;
    // The Cyrillic tables differ most in where the capitals are.
    if (/\p{Lu}/u.test(character) && /\p{Ll}/u.test(before)) return -1;
    return CYRILLIC_FREQUENT.test(character) ? 1 : 0.4;
  }
  if (COMMON[script].has(character)) return 1;
  if (WIDE_PUNCTUATION.test(character)) return 0.8;
  if (/\p{Script=Hangul}/u.test(character)) return script === 'korean' ? 0.3 : -1;
  if (/[\u3040-\u30ff]/.test(character)) return script === 'japanese' ? 0.8 : 0;
  if (/[\uff61-\uff9f]/.test(character)) return script === 'japanese' ? -0.3 : -1;
  if (/[\u4e00-\u9fff]/.test(character)) return script === 'korean' ? -0.2 : 0.1;
  if (/\p{Script=Han}/u.test(character)) return 0;
  return -0.5;
}

/** The mean over the characters outside ASCII; 0 where there are none. */
export function scoreText(text: string, script: Script): number {
  const characters = [...text];
  let sum = 0;
  let count = 0;
  for (const [i, character] of characters.entries()) {
    if (character < '\u0080') continue;
    sum += scoreCharacter(character, characters[i - 1] ?? '', characters[i + 1] ?? '', script);
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

export interface EncodingGuess {
  readonly encoding: string;
  /** Below 0 nothing fits; 1 is perfect. */
  readonly score: number;
  /** How far behind the next one is. */
  readonly lead: number;
}

/** The encoding in which `sample`, which is not UTF-8, reads most like a text of one of the known scripts. */
export function guessEncoding(sample: Uint8Array): EncodingGuess {
  const guesses = CANDIDATES.map(({ encoding, script }) => ({
    encoding,
    score: scoreText(decodeBytes(encoding, sample), script),
  })).sort((a, b) => b.score - a.score);
  const [best, second] = guesses;
  if (!best) throw new RangeError('no candidates');
  return { ...best, lead: best.score - (second?.score ?? 0) };
}
