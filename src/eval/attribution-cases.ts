import { splitSentences } from '../core/2-chunk/sentences.ts';
import { supportsOf, type AttributeOptions, type Support } from '../core/7-answer/attribute.ts';
import type { Passage } from '../core/types.ts';
import type { AttributionCase, CaseKind } from './attribution.ts';
import { isGoldPassage } from './gold-passage.ts';
import { squash, type GoldQuestion } from './question-set.ts';

/** A document of the library, cut as the app cuts it. */
export interface CutDocument {
  readonly name: string;
  readonly text: string;
  readonly passages: readonly Passage[];
}

/** Question and gold answer as one plain sentence, as no set has the answers of a chat model. */
export const statementOf = ({ lang, question, answers }: GoldQuestion): string =>
  lang === 'zh' ? `“${question}”的答案是${answers[0]}。` : `The answer to "${question}" is ${answers[0]}.`;

/** The same text with every digit three higher. */
export const otherDigits = (text: string): string =>
  text.replace(/\d/g, (digit) => String((Number(digit) + 3) % 10));

/** Equal for a document and its translation: xq-en-003.docx and xq-zh-003.html. */
export const withoutLanguage = (name: string): string => name.replace(/^(.*)-(?:en|zh)-(\d+)\..*$/, '$1-$2');
const isTranslation = (a: string, b: string): boolean => a !== b && withoutLanguage(a) === withoutLanguage(b);

const FOREIGN_SENTENCES = 8;
const CHANGED_SENTENCES = 3;
/** Characters: shorter ones are headings and cells of tables, longer ones tables that look like sentences. */
const MIN_CHARACTERS = { han: 15, other: 40 };
const MAX_CHARACTERS = 300;

const sentencesOf = (text: string): string[] =>
  splitSentences(text).map(({ start, end }) => text.slice(start, end));

const isPlain = (sentence: string): boolean =>
  sentence.length < MAX_CHARACTERS &&
  sentence.length >= (/\p{Script=Han}/u.test(sentence) ? MIN_CHARACTERS.han : MIN_CHARACTERS.other);

/** Sentences from all over the documents that share nothing with the passages, others for each question. */
function foreignSentences(number: number, passages: readonly Passage[], documents: readonly CutDocument[]) {
  const near = new Set(passages.map(({ documentName }) => withoutLanguage(documentName)));
  const pool = documents
    .filter(({ name }) => !near.has(withoutLanguage(name)))
    .flatMap(({ text }) => sentencesOf(text).filter(isPlain));
  const step = pool.length / FOREIGN_SENTENCES;
  return Array.from({ length: FOREIGN_SENTENCES }, (_, i) => {
    const at = Math.floor((i + 0.5) * step + number * 0.013 * pool.length) % pool.length;
    return pool[at] ?? '';
  });
}

/** The document in the other language, and some text besides. */
function translatedPassages({ gold_file }: GoldQuestion, number: number, documents: readonly CutDocument[]) {
  const translation = documents.find(({ name }) => isTranslation(gold_file, name));
  if (!translation) return [];
  const language = /-(?:en|zh)-/.exec(translation.name)?.[0] ?? '';
  const others = documents.filter((each) => each !== translation && each.name.includes(language));
  const other = others[number % others.length];
  return [...translation.passages.slice(0, 10), ...(other?.passages.slice(0, 3) ?? [])];
}

/**
 * All cases of one question. Right is a place whose passage is of the gold paragraph and holds the gold answer;
 * against translated passages, one in the translated document.
 * @param number of the question; @param passages found for it.
 */
export async function casesOf(
  gold: GoldQuestion,
  number: number,
  passages: readonly Passage[],
  documents: readonly CutDocument[],
  options: AttributeOptions,
): Promise<AttributionCase[]> {
  const isRight = ({ passage }: Support): boolean =>
    isGoldPassage(gold, passage) &&
    gold.answers.some((answer) => squash(passage.text).includes(squash(answer)));
  const paragraph = passages.find((passage) => isGoldPassage(gold, passage));
  const withDigits = sentencesOf(paragraph?.text ?? '').filter((sentence) => /\d/.test(sentence));
  const sentences: [CaseKind, string][] = [
    ['gold', statementOf(gold)],
    ...foreignSentences(number, passages, documents).map((text): [CaseKind, string] => ['foreign', text]),
    ...withDigits
      .slice(0, CHANGED_SENTENCES)
      .map((text): [CaseKind, string] => ['changed', otherDigits(text)]),
  ];
  const supports = await supportsOf(
    sentences.map(([, text]) => text),
    passages,
    options,
  );
  const cases = sentences.map(([kind], i) => ({
    kind,
    question: number,
    supports: (supports[i] ?? []).map((support) => ({
      evidence: support.evidence,
      isRight: isRight(support),
    })),
  }));
  const translated = translatedPassages(gold, number, documents);
  const [across = []] = await supportsOf([statementOf(gold)], translated, options);
  const judged = across.map(({ evidence, passage }) => ({
    evidence,
    isRight: isTranslation(gold.gold_file, passage.documentName),
  }));
  return judged.length > 0 ? [...cases, { kind: 'translated', question: number, supports: judged }] : cases;
}
