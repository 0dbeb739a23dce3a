import { splitSentences } from '../2-chunk/sentences.ts';
import { tokenize } from '../4-index/tokenize.ts';
import type { Passage } from '../types.ts';

/** A sentence that may answer, with its place in its document. */
export interface Candidate {
  readonly passage: Passage;
  /** 0-based position of the passage in the ranking. */
  readonly rank: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Share of the question's term weight (idf) that the sentence holds, 0 to 1; neighbours lend a part. */
  readonly overlap: number;
}

/** What a heading or neighbour lends: "It is 11434." answers, but the port is named one sentence before. */
const CONTEXT_SHARE = 0.35;

/** A sentence that ends in a colon introduces what follows, and the list after it is part of the answer. */
const INTRODUCES = /[:：]\s*$/u;
const MAX_LIST_LINES = 15;
const MAX_LIST_CHARACTERS = 700;
const LIST_LINE = /^\s*(?:[-*+•·◦▪–—]|\(?\d{1,2}[.)、．]|[（(]?[一二三四五六七八九十]+[、)）.])/u;

/** A short line of its own without an end, such as "Start Ollama" over a command, means nothing alone. */
const ENDS = /[.!?。！？…；;,，:：)）\]】"”’]$/u;
const MAX_LABEL_CHARACTERS = 40;

interface Weigher {
  /** Sum of idf of the question's terms that are in `terms`, over the sum of all of them. */
  share(terms: ReadonlySet<string>): number;
}

function questionWeigher(question: string, idf: (term: string) => number): Weigher {
  const weights = new Map([...new Set(tokenize(question))].map((term) => [term, idf(term)]));
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return {
    share(terms) {
      let sum = 0;
      for (const [term, weight] of weights) if (terms.has(term)) sum += weight;
      return total > 0 ? sum / total : 0;
    },
  };
}

/** Where a list that starts at sentence `from` ends: the index of its last line. */
function listEnd(texts: readonly string[], from: number): number {
  let last = from;
  let characters = 0;
  while (last + 1 < texts.length && last - from < MAX_LIST_LINES) {
    const line = texts[last + 1] ?? '';
    characters += line.length;
    if (!LIST_LINE.test(line) || characters > MAX_LIST_CHARACTERS) break;
    last++;
  }
  return last;
}

const isLabel = (text: string): boolean =>
  text.length <= MAX_LABEL_CHARACTERS && !ENDS.test(text) && !LIST_LINE.test(text);

/** The last sentence that belongs to the answer when it begins with sentence `i`. */
function lastOf(texts: readonly string[], i: number): number {
  const text = texts[i] ?? '';
  if (INTRODUCES.test(text)) return listEnd(texts, i);
  return isLabel(text) && i + 1 < texts.length ? i + 1 : i;
}

/** Sentences of the passages, without repeats where passages overlap. */
export function candidateSentences(
  question: string,
  passages: readonly Passage[],
  idf: (term: string) => number,
): Candidate[] {
  const weigher = questionWeigher(question, idf);
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const [rank, passage] of passages.entries()) {
    const spans = splitSentences(passage.text);
    const texts = spans.map(({ start, end }) => passage.text.slice(start, end));
    const terms = texts.map((text) => new Set(tokenize(text)));
    const headingTerms = new Set(tokenize(passage.headings.join(' ')));
    for (const [i, span] of spans.entries()) {
      const key = `${passage.documentId}:${passage.start + span.start}`;
      const text = texts[i] ?? '';
      // A heading or a page number is no sentence; a bare list line is one.
      if (seen.has(key) || passage.headings.includes(text)) continue;
      seen.add(key);
      const own = terms[i] ?? new Set();
      const context = new Set([...own, ...headingTerms, ...(terms[i - 1] ?? []), ...(terms[i + 1] ?? [])]);
      const share = weigher.share(own);
      const overlap = share + CONTEXT_SHARE * (weigher.share(context) - share);
      const { end } = spans[lastOf(texts, i)] ?? span;
      candidates.push({
        passage,
        rank,
        start: passage.start + span.start,
        end: passage.start + end,
        text: passage.text.slice(span.start, end),
        overlap,
      });
    }
  }
  return candidates;
}
