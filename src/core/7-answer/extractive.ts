import type { Embedder } from '../3-embed/embedder.ts';
import type { AnswerSentence } from '../service.ts';
import type { Language, Passage } from '../types.ts';
import { isAnswerable, type Calibrations, type Evidence } from './answerable.ts';
import { candidateSentences, type Candidate } from './candidates.ts';
import { questionLanguage } from './language.ts';

/** Passages whose sentences are considered. */
const MAX_PASSAGES = 3;
/** Sentences that are embedded with the question: each costs some 20 to 40 ms on two CPU cores. */
const MAX_EMBEDDED = 12;
const MAX_SENTENCES = 3;
/** A further sentence must come this close to the best one. */
const CLOSE = 0.9;

/**
 * Weights of the sum that ranks sentences, chosen on 47 questions with known answers in both languages: the
 * sentences held the answer to 40, without the cosine to 37 (`npm run eval -- --documents DIR`).
 */
const WEIGHT = { overlap: 1, cosine: 1, rank: 0.05 };

export interface Scored extends Candidate {
  readonly score: number;
  /** With the question; absent where only keywords are searched. */
  readonly cosine?: number;
}

const byScore = (a: Scored, b: Scored): number => b.score - a.score || a.rank - b.rank || a.start - b.start;

const lexicalScore = ({ overlap, rank }: Candidate): number => WEIGHT.overlap * overlap - WEIGHT.rank * rank;

async function cosines(
  question: string,
  texts: readonly string[],
  embedder: Pick<Embedder, 'embed' | 'dimensions'>,
  signal?: AbortSignal,
) {
  const [query, rows] = await Promise.all([
    embedder.embed([question], 'query', signal),
    embedder.embed(texts, 'passage', signal),
  ]);
  return texts.map((_, i) => {
    let dot = 0;
    for (let d = 0; d < embedder.dimensions; d++)
      dot += (query[d] ?? 0) * (rows[i * embedder.dimensions + d] ?? 0);
    return dot;
  });
}

/** The same words, or places that overlap: a line of a list beside the whole list. */
const repeats = (a: Candidate, b: Candidate): boolean =>
  a.text === b.text || (a.passage.documentId === b.passage.documentId && a.start < b.end && b.start < a.end);

/** Of those that repeat one another the longest, in the place of the best. */
function withoutRepeats(candidates: readonly Scored[]): Scored[] {
  const kept: Scored[] = [];
  for (const candidate of candidates) {
    const at = kept.findIndex((other) => repeats(candidate, other));
    const known = kept[at];
    if (!known) kept.push(candidate);
    else if (candidate.text.length > known.text.length) kept[at] = candidate;
  }
  return kept;
}

export interface QuestionEvidence extends Evidence {
  readonly question: Language;
  /** Of the best sentence. */
  readonly text: Language;
}

/**
 * What the sentences show for a question, by which it is answered or refused.
 * @param scored best first; at least one.
 */
export function evidenceOf(question: string, scored: readonly Scored[]): QuestionEvidence {
  return {
    overlap: Math.max(...scored.map(({ overlap }) => overlap)),
    cosine: Math.max(...scored.map(({ cosine }) => cosine ?? 0)),
    question: questionLanguage(question),
    text: questionLanguage(scored[0]?.text ?? ''),
  };
}

function holdsAnswer(question: string, scored: readonly Scored[], calibrations: Calibrations): boolean {
  const evidence = evidenceOf(question, scored);
  return isAnswerable(evidence, evidence.question, evidence.text, calibrations);
}

function toAnswer({ passage, rank, start, end, text }: Candidate): AnswerSentence {
  const { chunkId, documentId, documentName, page } = passage;
  return {
    text,
    citation: {
      n: rank + 1,
      chunkId,
      documentId,
      documentName,
      start,
      end,
      quote: text,
      ...(page !== undefined && { page }),
    },
  };
}

export interface ExtractOptions {
  readonly idf: (term: string) => number;
  /** What the sentences must show; without it there is always an answer. */
  readonly calibrations?: Calibrations;
  /** Absent where only keywords are searched. */
  readonly embedder?: Pick<Embedder, 'embed' | 'dimensions'>;
  readonly signal?: AbortSignal;
}

/**
 * A sentence that words alone put first by far: it is shown while the others are embedded, which takes a second on
 * two cores. Of 41 questions with an answer 21 have one by these bounds: it stood in the answer every time (`npm run
 * eval -- --documents DIR`) and held what was asked for 20 times. Of 20 without an answer none came near, with an
 * overlap of 0.26 at most. The bounds were chosen on these questions; what is wrong by them is replaced in a second.
 */
const CLEAR_OVERLAP = 0.4;
const CLEAR_LEAD = 0.1;

/** @returns undefined where it takes the cosines to tell. */
export function clearSentence(
  question: string,
  passages: readonly Passage[],
  idf: (term: string) => number,
): AnswerSentence | undefined {
  const [best, ...others] = rankByWords(question, passages, idf);
  if (!best || best.overlap < CLEAR_OVERLAP) return undefined;
  const next = others.find((other) => !repeats(best, other));
  return next && best.score - next.score < CLEAR_LEAD ? undefined : toAnswer(best);
}

const rankByWords = (
  question: string,
  passages: readonly Passage[],
  idf: (term: string) => number,
): Scored[] =>
  candidateSentences(question, passages.slice(0, MAX_PASSAGES), idf)
    .map((candidate) => ({ ...candidate, score: lexicalScore(candidate) }))
    .sort(byScore);

/**
 * Sentences of the best passages, ranked by shared terms (weighted by rarity), by cosine with the question, which
 * works across languages, and by the rank of their passage.
 * @param passages best first.
 */
export async function rankSentences(
  question: string,
  passages: readonly Passage[],
  { idf, embedder, signal }: Omit<ExtractOptions, 'calibrations'>,
): Promise<Scored[]> {
  const scored = rankByWords(question, passages, idf);
  if (!embedder || scored.length === 0) return scored;
  const shortlist = scored.slice(0, MAX_EMBEDDED);
  const similarity = await cosines(
    question,
    shortlist.map(({ text }) => text),
    embedder,
    signal,
  );
  const lowest = Math.min(...similarity);
  const spread = Math.max(...similarity) - lowest || 1;
  // Only the order of cosines means something here: e5's lie between 0.7 and 0.9 whatever is asked.
  return shortlist
    .map((candidate, i) => {
      const cosine = similarity[i] ?? 0;
      return {
        ...candidate,
        cosine,
        score: candidate.score + (WEIGHT.cosine * (cosine - lowest)) / spread,
      };
    })
    .sort(byScore);
}

/**
 * The one to three sentences of the passages that answer best, each with the passage that it stands in.
 * @param passages best first.
 * @returns nothing when there is no sentence, or none is good enough by `calibrations`.
 */
export async function extractAnswer(
  question: string,
  passages: readonly Passage[],
  { calibrations, ...options }: ExtractOptions,
): Promise<AnswerSentence[]> {
  const scored = await rankSentences(question, passages, options);
  const [best] = scored;
  if (!best || (calibrations && !holdsAnswer(question, scored, calibrations))) return [];
  // The best score is below 0 where no sentence shares a word with the question.
  const lowestScore = best.score - (1 - CLOSE) * Math.abs(best.score);
  return withoutRepeats(scored.filter(({ score }) => score >= lowestScore))
    .slice(0, MAX_SENTENCES)
    .sort((a, b) => a.rank - b.rank || a.start - b.start)
    .map(toAnswer);
}
