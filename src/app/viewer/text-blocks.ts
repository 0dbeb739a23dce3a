import type { Section } from '../../core/types.ts';

/** A heading or a paragraph of a parsed text, as it is laid out. Blocks are ordered and cover all but blank text. */
export interface TextBlock {
  readonly start: number;
  readonly end: number;
  /** 1 to 6 for a heading, 0 for a paragraph. */
  readonly level: number;
}

/** A block is laid out as a whole; a file of one endless line must not become one. */
const MAX_BLOCK = 4000;

export function textBlocks(text: string, sections: readonly Section[]): readonly TextBlock[] {
  const blocks: TextBlock[] = [];
  let at = 0;
  for (const section of sections) {
    addParagraphs(blocks, text, at, section.start);
    addSection(blocks, text, section);
    at = Math.max(at, section.end);
  }
  addParagraphs(blocks, text, at, text.length);
  return blocks;
}

function addSection(blocks: TextBlock[], text: string, { start, end, headings }: Section): void {
  const title = headings.at(-1);
  // Headings are part of the text in most formats, and only context in the others.
  const hasTitle =
    title !== undefined && title !== '' && text.startsWith(title, start) && start + title.length <= end;
  const bodyStart = hasTitle ? start + title.length : start;
  if (hasTitle) blocks.push({ start, end: bodyStart, level: Math.min(6, headings.length) });
  addParagraphs(blocks, text, bodyStart, end);
}

function addParagraphs(blocks: TextBlock[], text: string, from: number, to: number): void {
  let start = from;
  while (start < to) {
    const blank = text.indexOf('\n\n', start);
    const end = blank === -1 || blank >= to ? to : blank;
    addPieces(blocks, text, start, end);
    start = Math.max(end, start + 1);
    while (start < to && text[start] === '\n') start += 1;
  }
}

function addPieces(blocks: TextBlock[], text: string, from: number, to: number): void {
  let start = from;
  while (start < to) {
    const end = to - start <= MAX_BLOCK ? to : breakBefore(text, start, start + MAX_BLOCK);
    if (text.slice(start, end).trim() !== '') blocks.push({ start, end, level: 0 });
    start = end;
  }
}

/** The last good place to cut before `end`: after a line, else after white space, else between characters. */
function breakBefore(text: string, start: number, end: number): number {
  const line = text.lastIndexOf('\n', end - 1);
  if (line > start) return line + 1;
  const space = text.lastIndexOf(' ', end - 1);
  if (space > start) return space + 1;
  const unit = text.charCodeAt(end - 1);
  const isHighSurrogate = unit >= 0xd800 && unit < 0xdc00;
  return isHighSurrogate ? end - 1 : end;
}
