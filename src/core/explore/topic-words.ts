import { tokenize } from '../4-index/tokenize.ts';
import { contentWords } from '../5-retrieve/follow-up.ts';

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** Under how many texts a word has to stand before it says something of the topic, where there are that many. */
const MIN_TEXTS = 2;

interface Counted {
  /** Texts of the topic that have it. */
  texts: number;
  /** How it is written, and how often. */
  readonly forms: Map<string, number>;
}

/**
 * For each topic the words that tell it from the others: those in many of its texts, weighted by the share of all
 * texts with the word that are in this topic. Class-based tf-idf (Grootendorst 2022) damps that share by a logarithm,
 * and put words such as "include" and "century" first where topics are few. English words are compared by their stems, as in keyword search, and shown as they are mostly written.
 * @param topics texts of each.
 */
export function topicWords(topics: readonly (readonly string[])[], count: number): string[][] {
  const counted = topics.map(countWords);
  const everywhere = new Map<string, number>();
  for (const words of counted) {
    for (const [key, { texts }] of words) everywhere.set(key, (everywhere.get(key) ?? 0) + texts);
  }
  return counted.map((words, topic) => {
    const least = Math.min(MIN_TEXTS, topics[topic]?.length ?? 0);
    const scored = [...words]
      .filter(([, { texts }]) => texts >= least)
      .map(([key, { texts, forms }]) => ({
        form: mostFrequent(forms),
        score: (texts * texts) / (everywhere.get(key) ?? 1),
      }))
      .sort((a, b) => b.score - a.score);
    return scored.slice(0, count).map(({ form }) => form);
  });
}

function countWords(texts: readonly string[]): Map<string, Counted> {
  const words = new Map<string, Counted>();
  for (const text of texts) {
    const seen = new Set<string>();
    for (const { segment, isWordLike } of segmenter.segment(text)) {
      const key = isWordLike ? keyOf(segment) : '';
      if (key === '') continue;
      const word = words.get(key) ?? { texts: 0, forms: new Map<string, number>() };
      words.set(key, word);
      if (!seen.has(key)) word.texts++;
      seen.add(key);
      word.forms.set(segment, (word.forms.get(segment) ?? 0) + 1);
    }
  }
  return words;
}

/** '' for what names nothing: words that only ask or link, numbers, single characters. */
function keyOf(word: string): string {
  if ([...word].length < 2 || /\d/.test(word) || contentWords(word).join('') !== word) return '';
  return tokenize(word).join(' ');
}

const mostFrequent = (forms: ReadonlyMap<string, number>): string =>
  [...forms].reduce((best, form) => (form[1] > best[1] ? form : best), ['', 0] as [string, number])[0];
