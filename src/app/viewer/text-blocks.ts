import type { Block, Section } from '../../core/types.ts';
import { tableOf, type Table } from './table-rows.ts';

/** A piece of a parsed text as it is laid out. Pieces are ordered and cover all but blank text. */
export interface TextBlock {
  readonly start: number;
  readonly end: number;
  readonly kind: 'heading' | 'paragraph' | 'list' | 'code' | 'table';
  /** 1 to 6 for a heading, else 0. */
  readonly level: number;
  /** Shared by the pieces of one table, so that their columns stand below each other. */
  readonly table?: Table;
}

export interface BlockSource {
  readonly text: string;
  readonly sections: readonly Section[];
  readonly blocks?: readonly Block[];
}

/** A block is laid out as a whole; a file of one endless line must not become one. */
const MAX_BLOCK = 4000;
const LIST_LINE = /^\s*(?:[-•] |\d{1,4}\. )/;
const ITEM_OR_MORE = /^(?:\s*(?:[-•] |\d{1,4}\. )| {2})/;

/** @param hasLists whether lines that look like a list are one: in plain text lines are left as they stand. */
export function textBlocks(
  { text, sections, blocks: shown = [] }: BlockSource,
  hasLists = true,
): readonly TextBlock[] {
  const blocks: TextBlock[] = [];
  let at = 0;
  let next = 0;
  const addBody = (from: number, to: number): void => {
    let start = from;
    for (let block = shown[next]; block && block.start < to; block = shown[++next]) {
      addParagraphs(blocks, text, start, block.start, hasLists);
      const end = Math.min(block.end, to);
      const table = block.kind === 'table' ? tableOf(text, block) : undefined;
      addPieces(blocks, text, Math.max(start, block.start), end, {
        kind: block.kind,
        level: 0,
        ...(table && { table }),
      });
      start = end;
    }
    addParagraphs(blocks, text, start, to, hasLists);
  };
  for (const { start, end, headings } of sections) {
    addBody(at, start);
    const title = headings.at(-1);
    // Headings are part of the text in most formats, and only context in the others.
    const hasTitle =
      title !== undefined && title !== '' && text.startsWith(title, start) && start + title.length <= end;
    const bodyStart = hasTitle ? start + title.length : start;
    if (hasTitle) {
      blocks.push({ start, end: bodyStart, kind: 'heading', level: Math.min(6, headings.length) });
    }
    addBody(bodyStart, end);
    at = Math.max(at, end);
  }
  addBody(at, text.length);
  return blocks;
}

function addParagraphs(blocks: TextBlock[], text: string, from: number, to: number, hasLists: boolean): void {
  let start = from;
  while (start < to) {
    const blank = text.indexOf('\n\n', start);
    const end = blank === -1 || blank >= to ? to : blank;
    const kind = hasLists && isList(text.slice(start, end)) ? 'list' : 'paragraph';
    addPieces(blocks, text, start, end, { kind, level: 0 });
    start = Math.max(end, start + 1);
    while (start < to && text[start] === '\n') start += 1;
  }
}

function isList(paragraph: string): boolean {
  if (!LIST_LINE.test(paragraph)) return false;
  const lines = paragraph.trimEnd().split('\n');
  return lines.length > 1 ? lines.every((line) => ITEM_OR_MORE.test(line)) : /^\s*[-•] /.test(paragraph);
}

function addPieces(
  blocks: TextBlock[],
  text: string,
  from: number,
  to: number,
  facts: Pick<TextBlock, 'kind' | 'level' | 'table'>,
): void {
  let start = from;
  while (start < to) {
    const end = to - start <= MAX_BLOCK ? to : breakBefore(text, start, start + MAX_BLOCK);
    if (text.slice(start, end).trim() !== '') blocks.push({ start, end, ...facts });
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
