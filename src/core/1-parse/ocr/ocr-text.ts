import { UNSPACED } from '../clean-text.ts';
import { joinLines } from '../pdf-joins.ts';

/** The part of Tesseract's result that is read: paragraphs are blank-line separated groups of its lines. */
export interface RecognizedBlock {
  readonly paragraphs: readonly { readonly lines: readonly { readonly text: string }[] }[];
}

const FALSE_SPACE = new RegExp(`(?<=[${UNSPACED}])[ \\t]+(?=[${UNSPACED}])`, 'g');

/** Tesseract sets a space between any two words, and each Chinese character may be one. */
const tidy = (line: string): string => line.replace(FALSE_SPACE, '').replace(/\s+/g, ' ').trim();

/** Paragraphs as one reads them, with a blank line between them. */
export function paragraphsOf(blocks: readonly RecognizedBlock[]): string {
  return blocks
    .flatMap(({ paragraphs }) => paragraphs)
    .map(({ lines }) => lines.map(({ text }) => tidy(text)).filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.reduce((text, next) => joinLines(text, next)))
    .join('\n\n');
}
