import { splitSentences, type Span } from '../2-chunk/sentences.ts';

export interface WrittenSentence extends Span {
  /** False while more text may change it: the last one of an answer that is still being written. */
  readonly isComplete: boolean;
}

/** A paragraph, a list item, a heading or a block of code, without its mark. Offsets count in the whole text. */
export interface WrittenBlock extends Span {
  readonly type: 'paragraph' | 'item' | 'heading' | 'code';
  /** Of an item of a numbered list. */
  readonly number?: number;
  /** In order. A block of code is one sentence. */
  readonly sentences: readonly WrittenSentence[];
}

const FENCE = /^\s{0,3}(`{3,}|~{3,})/;
const HEADING = /^\s{0,3}#{1,6}\s+/;
const ITEM = /^\s*(?:[-*+•]\s+|(\d{1,3})(?:[.)]\s+|[、．]\s*))/u;
const QUOTE = /^\s{0,3}>\s?/;
const INDENTED = /^(?: {2,}|\t)/;
/** A line across the page, the underline of a heading, the line under the head of a table. */
const RULE = /^\s*(?:(?:[-*_=]\s*){3,}|\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*)$/;

/** A last line that may still become a mark: shown now, it would vanish with the next token. */
const MARK_TO_BE = /^\s*(?:#{1,6}|[-*+•_=]+|\d{1,3}[.)]?|`{1,3}|~{1,3}|>|\|[\s:|-]*)\s*$/u;

/** Source numbers after a full stop belong to the sentence that they follow. */
const SOURCE_NUMBERS = /^(?:\s*(?:\[\^?\d[\d,，、\s]*(?:\]|$)|【\d[^】\s]*(?:】|$)))+/u;
const EMPHASIS = /^[*_`~]+/;

interface Line extends Span {
  readonly text: string;
}

function* linesOf(text: string): Generator<Line> {
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    yield { start, end, text: text.slice(start, end) };
    start = end + 1;
  }
}

/**
 * Length of the beginning of `found` that belongs to the sentence before it, which ends at `end`: source numbers, and
 * the mark that closes an emphasis opened earlier in the line.
 */
function marksAt(text: string, lineStart: number, end: number, found: Span): number {
  const { start: at } = found;
  const rest = text.slice(at, found.end);
  const mark = at === end ? (EMPHASIS.exec(rest)?.[0] ?? '') : '';
  const opened = mark === '' ? 0 : text.slice(lineStart, at).split(mark).length - 1;
  const closing = opened % 2 === 1 ? mark.length : 0;
  return closing + (SOURCE_NUMBERS.exec(rest.slice(closing))?.[0].length ?? 0);
}

/** Sentences of one line, each with the marks that follow its full stop. */
function lineSentences(text: string, line: Span): Span[] {
  const sentences: Span[] = [];
  for (const found of splitSentences(text, line.start, line.end)) {
    const before = sentences.at(-1);
    const marks = before ? marksAt(text, line.start, before.end, found) : 0;
    if (before && marks > 0) sentences[sentences.length - 1] = { ...before, end: found.start + marks };
    const rest = text.slice(found.start + marks, found.end);
    if (rest.trim() !== '') sentences.push({ start: found.end - rest.trimStart().length, end: found.end });
  }
  return sentences;
}

/** What is known of a block while its lines are read. */
interface Draft {
  readonly type: WrittenBlock['type'];
  readonly number?: number;
  readonly lines: Span[];
}

/** Spans without the white space around them; nothing where there is nothing else. */
function trimmed(text: string, { start, end }: Span): Span[] {
  const slice = text.slice(start, end);
  const content = slice.trim();
  const from = start + slice.indexOf(content);
  return content === '' ? [] : [{ start: from, end: from + content.length }];
}

function drafts(text: string, isComplete: boolean): Draft[] {
  const found: Draft[] = [];
  let open: Draft | undefined;
  let fence = '';
  const begin = (draft: Draft): void => {
    found.push(draft);
    open = draft;
  };
  for (const line of linesOf(text)) {
    if (!isComplete && line.end === text.length && MARK_TO_BE.test(line.text)) continue;
    if (fence !== '') {
      if (line.text.trim().startsWith(fence) && /^\s*[`~]+\s*$/.test(line.text)) fence = '';
      else open?.lines.push(line);
      continue;
    }
    const opens = FENCE.exec(line.text)?.[1];
    const heading = HEADING.exec(line.text);
    const item = ITEM.exec(line.text);
    const after = (mark: string): Span[] => trimmed(text, { start: line.start + mark.length, end: line.end });
    if (opens !== undefined) {
      fence = opens;
      begin({ type: 'code', lines: [] });
    } else if (line.text.trim() === '' || RULE.test(line.text)) {
      open = undefined;
    } else if (heading) {
      const [span] = after(heading[0]);
      const closing = /\s+#+$/.exec(text.slice(span?.start, span?.end))?.[0].length ?? 0;
      begin({ type: 'heading', lines: span ? [{ ...span, end: span.end - closing }] : [] });
      open = undefined;
    } else if (item) {
      const number = item[1] === undefined ? {} : { number: Number(item[1]) };
      begin({ type: 'item', ...number, lines: after(item[0]) });
    } else if (open?.type === 'paragraph' || (open?.type === 'item' && INDENTED.test(line.text))) {
      open.lines.push(...after(QUOTE.exec(line.text)?.[0] ?? ''));
    } else {
      begin({ type: 'paragraph', lines: after(QUOTE.exec(line.text)?.[0] ?? '') });
    }
  }
  return found;
}

function sentencesOf(text: string, { type, lines }: Draft): Span[] {
  if (type !== 'code') return lines.flatMap((line) => lineSentences(text, line));
  return trimmed(text, { start: lines[0]?.start ?? 0, end: lines.at(-1)?.end ?? 0 });
}

/**
 * Blocks and sentences of an answer in Markdown. It is read line by line, for half an answer is no document: a
 * sentence that is called complete keeps its place whatever follows. So the last one is never complete before
 * the answer is, nor is one that only digits and marks follow ("It costs 3." may become "3.50").
 * @param isComplete false while the answer is being written.
 */
export function writtenBlocks(text: string, isComplete: boolean): readonly WrittenBlock[] {
  const blocks = drafts(text, isComplete).map((draft) => ({ draft, spans: sentencesOf(text, draft) }));
  const last = blocks.flatMap(({ spans }) => spans).at(-1);
  const isSettled = ({ start, end }: Span): boolean =>
    isComplete || (start !== last?.start && /\p{L}/u.test(text.slice(end)));
  return blocks.flatMap(({ draft: { type, number }, spans }) => {
    const [first] = spans;
    const end = spans.at(-1)?.end;
    if (!first || end === undefined) return [];
    const sentences = spans.map((span) => ({ ...span, isComplete: isSettled(span) }));
    return [{ type, start: first.start, end, ...(number !== undefined && { number }), sentences }];
  });
}

/** Code between backticks, in which [0] is an index, or the mark of a source. */
const CODE_OR_MARK =
  /(`[^`]*`)|\s*(?:\[\^?((?:(?:passage|source|段落|来源)\s*)?\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)\]|【((?:段落|来源)?\s*\d{1,2})(?:[†:：][^】]*)?】)/giu;

/**
 * Takes the source numbers out that a model writes by itself: [1], [2][3], [1, 2], 【1】.
 * @returns the numbers, in order and without repeats: a hint, for small models get them wrong (0 of 60 right).
 */
export function stripCitations(sentence: string): { text: string; hints: number[] } {
  const hints = new Set<number>();
  const text = sentence.replace(
    CODE_OR_MARK,
    (whole: string, code?: string, square?: string, lenticular?: string) => {
      if (code !== undefined) return whole;
      for (const digits of (square ?? lenticular ?? '').match(/\d+/g) ?? []) hints.add(Number(digits));
      return '';
    },
  );
  return { text: text.trim(), hints: [...hints] };
}
