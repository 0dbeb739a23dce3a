import { tokenize } from '../4-index/tokenize.ts';
import type { Language } from '../types.ts';
import { questionLanguage } from './language.ts';

/** What a place in a document shows for a written sentence. */
export interface SupportEvidence {
  /** Share of the written sentence's term weight (idf) that the source holds, 0 to 1; neighbours lend a part. */
  readonly overlap: number;
  /** Of the two sentences, both as passages; absent where only keywords are searched. */
  readonly cosine?: number;
  /** Numbers and names of the written sentence that the source lacks, 0 to 1; one number is 1. */
  readonly missing: number;
  /** Of both, or `across` where the source is in another language. */
  readonly languages: Language | 'across';
}

/** A logistic model of `SupportEvidence`. */
export interface SupportModel {
  readonly bias: number;
  readonly overlap: number;
  readonly cosine: number;
  /** So low that no agreement in words and meaning outweighs a wrong number. */
  readonly missing: number;
}

/** Cosines lie higher in Chinese than in English; across languages both they and shared words are few. */
export type SupportModels = Readonly<Record<SupportEvidence['languages'], SupportModel>>;

/** Probability that the source supports the sentence, 0 to 1. */
export function supportProbability(
  { overlap, cosine = 0, missing, languages }: SupportEvidence,
  models: SupportModels,
): number {
  const model = models[languages];
  const logit = model.bias + model.overlap * overlap + model.cosine * cosine + model.missing * missing;
  return 1 / (1 + Math.exp(-logit));
}

/** From this probability on a sentence is cited. */
export const SUPPORTED = 0.5;

export interface Likeliest<Support> {
  readonly support: Support;
  readonly probability: number;
}

/**
 * The likeliest of several supports. One in the language of the sentence goes before one in another that is
 * likelier, as long as it is likely enough itself: the reader can check it.
 */
export function likeliest<Support extends { readonly evidence: SupportEvidence }>(
  supports: readonly Support[],
  models: SupportModels,
): Likeliest<Support> | undefined {
  const rated = supports.map((support) => ({
    support,
    probability: supportProbability(support.evidence, models),
  }));
  const place = ({ support, probability }: Likeliest<Support>): number =>
    probability + Number(probability >= SUPPORTED && support.evidence.languages !== 'across');
  return rated.reduce<Likeliest<Support> | undefined>(
    (best, each) => (!best || place(each) > place(best) ? each : best),
    undefined,
  );
}

/** No sign, since "1990-2000" is two numbers. */
const NUMBER = /\d+(?:[.,:]\d+)*/g;

/** Numbers as written, without commas between thousands and zeros in front, as dates have them. */
function numbersOf(text: string): Set<string> {
  const found = text.normalize('NFKC').match(NUMBER) ?? [];
  return new Set(found.map((number) => number.replace(/,(?=\d{3}(?!\d))|^0+(?=\d)/g, '')));
}

/** In the order of their value: a source may spell a small number out that a model writes as a digit. */
const SPELLED = [
  'zero|〇|零',
  'one|一',
  'two|二|两',
  'three|三',
  'four|四',
  'five|五',
  'six|六',
  'seven|七',
  'eight|八',
  'nine|九',
  'ten|十',
];

const isSpelled = (number: string, text: string): boolean => {
  const [word, ...characters] = SPELLED[Number(number)]?.split('|') ?? [];
  return (
    word !== undefined &&
    (new RegExp(`\\b${word}\\b`, 'i').test(text) || characters.some((each) => text.includes(each)))
  );
};

/** A capital inside a sentence, or any Latin word between Chinese ones. */
const NAME = { en: /(?<=[\p{L}\p{N},]\s)\p{Lu}[\p{L}\p{N}]*/gu, zh: /\p{Script=Latin}[\p{L}\p{N}]*/gu };

/** A name may be spelt in two ways, a number hardly. */
const MISSING = { number: 1, name: 0.3 };

/** What a written sentence states as a fact: it is true of the source or not, a near miss is a miss. */
export interface Facts {
  readonly language: Language;
  readonly numbers: ReadonlySet<string>;
  /** As terms of keyword search. */
  readonly names: ReadonlySet<string>;
}

export function factsOf(sentence: string): Facts {
  const language = questionLanguage(sentence);
  const names = (sentence.match(NAME[language]) ?? []).flatMap((name) => tokenize(name));
  return { language, numbers: numbersOf(sentence), names: new Set(names) };
}

/**
 * @param text the source sentence and its neighbours.
 * @param named where a name may stand besides: headings and the document's name.
 */
export function missingFacts({ language, numbers, names }: Facts, text: string, named: string): number {
  const known = numbersOf(text);
  let missing = 0;
  for (const number of numbers) if (!known.has(number) && !isSpelled(number, text)) missing += MISSING.number;
  // Chinese text writes names of people and places in its own characters.
  if (language === 'zh' || questionLanguage(text) === 'en') {
    const terms = new Set(tokenize(`${text}\n${named}`));
    for (const name of names) if (!terms.has(name)) missing += MISSING.name;
  }
  return Math.min(1, missing);
}
