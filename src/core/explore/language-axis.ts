import { dotRow } from '../4-index/dot-row.ts';
import { questionLanguage } from '../7-answer/language.ts';
import { meanOf } from './principal-axes.ts';

/** With fewer rows in one of the languages their mean says more of those rows than of the language. */
const MIN_PART = 0.05;

/**
 * The direction from one language to the other, of length 1; undefined where nearly all is in one. Models that read
 * several languages keep them apart along it: it is the strongest axis of a collection in two, and says nothing of what
 * texts mean.
 * @param texts of each row, or of the document that it is of.
 */
export function languageAxis(
  rows: readonly Float32Array[],
  texts: readonly string[],
  dimensions: number,
): Float32Array | undefined {
  const languages = texts.map(questionLanguage);
  const of = (wanted: string): readonly Float32Array[] => rows.filter((_, i) => languages[i] === wanted);
  const [chinese, english] = [of('zh'), of('en')];
  if (Math.min(chinese.length, english.length) < Math.max(1, MIN_PART * rows.length)) return undefined;
  const from = meanOf(english, dimensions);
  const axis = meanOf(chinese, dimensions).map((value, i) => value - (from[i] ?? 0));
  const length = Math.sqrt(dotRow(axis, axis));
  return length > 0 ? axis.map((value) => value / length) : undefined;
}

/** A row without what lies along an axis. */
export function withoutAxis(row: Float32Array, axis: Float32Array): Float32Array {
  const along = dotRow(row, axis);
  return row.map((value, i) => value - along * (axis[i] ?? 0));
}
