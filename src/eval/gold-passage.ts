import type { Passage } from '../core/types.ts';
import { covered, type GoldQuestion } from './question-set.ts';

/** A passage holds this part of the gold paragraph, or is itself, to this part, out of a longer one. */
const SAME_PARAGRAPH = 0.5;

export const isGoldPassage = (
  { gold_file, gold_text }: GoldQuestion,
  { documentName, text }: Pick<Passage, 'documentName' | 'text'>,
): boolean =>
  documentName === gold_file &&
  Math.max(covered(text, gold_text), covered(gold_text, text)) >= SAME_PARAGRAPH;
