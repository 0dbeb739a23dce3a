import { splitSentences } from '../2-chunk/sentences.ts';
import { SatchelError } from '../errors.ts';
import type { Passage } from '../types.ts';

/** All in tokens of the chat model. */
export interface TokenBudget {
  readonly contextWindow: number;
  /** Kept free for the answer. */
  readonly answerTokens: number;
  /** Everything of the prompt but the passages. */
  readonly otherTokens: number;
}

export interface FittedPassage {
  /** 0-based, in the list given. */
  readonly position: number;
  /** The passage's own text, or its first sentences where it was cut. */
  readonly text: string;
}

export interface FittedPassages {
  /** Best first. */
  readonly fitted: readonly FittedPassage[];
  /** Passages that are not in, not even in part. */
  readonly leftOut: number;
}

export interface FitOptions {
  readonly countTokens: (text: string) => Promise<number>;
  /** A passage as the prompt writes it, delimiters and name included: they take tokens too. */
  readonly render: (passage: Passage, text: string) => string;
}

/** The longest beginning of the passage that ends with a sentence and fits; '' when not even the first one does. */
async function firstSentences(passage: Passage, room: number, { countTokens, render }: FitOptions) {
  const ends = splitSentences(passage.text).map(({ end }) => end);
  // Every count may cross a worker or a network, so the end is looked for by halves.
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const tokens = await countTokens(render(passage, passage.text.slice(0, ends[middle - 1])));
    if (tokens <= room) low = middle;
    else high = middle - 1;
  }
  return passage.text.slice(0, ends[low - 1] ?? 0);
}

/**
 * The passages that fit into what the window leaves beside the answer and the rest of the prompt. Whole ones are
 * taken, best first; one that is too long is passed over, since a shorter one after it may still fit. Only where
 * not even the best one fits whole it is cut, at the end of a sentence.
 * @param passages best first.
 * @throws SatchelError `context-overflow` (details: tokens, contextWindow) when the rest of the prompt leaves no
 * room, or too little for the first sentence of the best passage.
 */
export async function fitPassages(
  passages: readonly Passage[],
  { contextWindow, answerTokens, otherTokens }: TokenBudget,
  options: FitOptions,
): Promise<FittedPassages> {
  const overflow = (): SatchelError =>
    new SatchelError('context-overflow', { tokens: otherTokens + answerTokens, contextWindow });
  let room = contextWindow - answerTokens - otherTokens;
  if (room < 0) throw overflow();
  const fitted: FittedPassage[] = [];
  for (const [position, passage] of passages.entries()) {
    const { text } = passage;
    const tokens = await options.countTokens(options.render(passage, text));
    if (tokens <= room) {
      fitted.push({ position, text });
      room -= tokens;
    } else if (position === 0) {
      const beginning = await firstSentences(passage, room, options);
      if (beginning === '') throw overflow();
      return { fitted: [{ position, text: beginning }], leftOut: passages.length - 1 };
    }
  }
  return { fitted, leftOut: passages.length - fitted.length };
}
