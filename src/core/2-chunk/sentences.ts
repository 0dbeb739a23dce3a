/** A slice of a text; half-open, UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Unicode's sentence rules (UAX 29) end a sentence at 。！？ and at Latin full stops, but know nothing of
 * abbreviations, and they do not count the Chinese semicolon, which separates whole statements.
 */
const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' });

/** A full stop after one of these, or after a single capital ("J. Smith"), does not end a sentence. */
const ABBREVIATION =
  /(?:^|[\s(["'“‘])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Mt|vs|etc|e\.g|i\.e|cf|al|Fig|Figs|Eq|No|Nos|Vol|pp|p|ca|approx|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.\s*$/u;

/** UAX 29 ends a sentence at the ? before the query of an address; one that white space follows does end it. */
const ADDRESS = /(?:https?:\/\/|www\.)[^\s\p{Script=Han}，。；、“”‘’（）《》]*[?!]$/iu;

const TERMINAL = /[.!?。！？…；;:：][\p{Pe}\p{Pf}"'”’）】」』]*\s*$/u;

/** Chinese semicolons, kept with any closing quote that follows. */
const CHINESE_SEMICOLON = /；[”’」』）】]*/gu;

/** UAX 29 counts any quotation mark as closing; one that opens belongs to what follows. */
const TRAILING_OPENER = /[“‘「『（【《([]\s*$/u;

/** Columns a line takes in a fixed-width font: CJK characters take two. */
const columns = (line: string): number =>
  line.length + (line.match(/[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/g)?.length ?? 0);

/**
 * True when the lines of a block are one paragraph that an editor wrapped at a column: three lines or more,
 * all but the last nearly as wide as the widest, and most of them not ending where a sentence does.
 */
function isWrapped(lines: readonly string[]): boolean {
  if (lines.length < 3) return false;
  const body = lines.slice(0, -1);
  const widths = body.map(columns);
  const widest = Math.max(...widths);
  if (widest < 40 || widest > 130 || widths.some((width) => width < 0.7 * widest)) return false;
  return body.filter((line) => TERMINAL.test(line)).length < 0.5 * body.length;
}

/** Cuts `text` at each position, dropping white space around the parts and parts that are empty. */
function trimmedSpans(text: string, from: number, cuts: readonly number[]): Span[] {
  const spans: Span[] = [];
  let last = 0;
  for (const cut of [...cuts, text.length]) {
    const part = text.slice(last, cut);
    const trimmed = part.trim();
    if (trimmed) {
      const start = from + last + part.indexOf(trimmed.charAt(0));
      spans.push({ start, end: start + trimmed.length });
    }
    last = cut;
  }
  return spans;
}

/**
 * Sentences of one block (text between blank lines).
 * @param block the slice of the document's text; @param from its offset in the document.
 */
function blockSentences(block: string, from: number): Span[] {
  // Replacing \n by one space keeps every offset.
  const text = isWrapped(block.split('\n')) ? block.replaceAll('\n', ' ') : block;
  // Collected apart from the ends: an abbreviation or an address may hold back an end, and never a semicolon.
  const cuts = Array.from(text.matchAll(CHINESE_SEMICOLON), ({ 0: match, index }) => index + match.length);
  let pending = '';
  for (const { segment, index } of segmenter.segment(text)) {
    pending += segment;
    if (ABBREVIATION.test(pending.slice(-24)) || ADDRESS.test(pending)) continue;
    const opener = TRAILING_OPENER.exec(pending)?.[0] ?? '';
    cuts.push(index + segment.length - opener.length);
    pending = opener;
  }
  cuts.sort((a, b) => a - b);
  return trimmedSpans(text, from, cuts);
}

/** Blocks of `text.slice(start, end)`: what stands between blank lines. */
export function* blocks(text: string, start: number, end: number): Generator<Span> {
  const gap = /\n[^\S\n]*\n\s*/g;
  gap.lastIndex = start;
  let from = start;
  for (let match = gap.exec(text); match && match.index < end; match = gap.exec(text)) {
    if (match.index > from) yield { start: from, end: match.index };
    from = Math.min(end, match.index + match[0].length);
  }
  if (from < end) yield { start: from, end };
}

/**
 * Sentences of `text.slice(start, end)` in reading order, without the white space between them. They never
 * reach over a blank line, nor over a line end unless the paragraph was wrapped at a column.
 */
export function splitSentences(text: string, start = 0, end = text.length): Span[] {
  const sentences: Span[] = [];
  for (const block of blocks(text, start, end)) {
    sentences.push(...blockSentences(text.slice(block.start, block.end), block.start));
  }
  return sentences;
}
