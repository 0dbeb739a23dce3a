import type { Chunk, ParsedDocument, Section } from '../types.ts';
import type { Chunker, ChunkLimits } from './chunker.ts';
import { splitLongSentence } from './long-sentence.ts';
import { blocks, splitSentences, type Span } from './sentences.ts';

/** A sentence, or a part of one that alone was too long. */
interface Unit extends Span {
  readonly tokens: number;
  readonly startsBlock: boolean;
  /** Tokens of the whole block, on its first unit. */
  readonly blockTokens: number;
  /** A heading: it stays with what follows. */
  readonly isHeading: boolean;
  readonly section: Section;
}

/** A chunk this full may end at a paragraph; below it the next paragraph is begun. */
const FULL_ENOUGH = 0.5;
/** A section shorter than this shares its chunk with its neighbours. */
const SMALL_SECTION = 0.25;
/** A sentence longer than this is not repeated as overlap. */
const MAX_OVERLAP = 0.25;

function* sectionUnits(text: string, section: Section, limits: ChunkLimits): Generator<Unit> {
  const heading = section.headings.at(-1);
  for (const block of blocks(text, section.start, section.end)) {
    const spans: (Span & { tokens: number })[] = [];
    for (const sentence of splitSentences(text, block.start, block.end)) {
      // Far too long to be worth counting whole: no tokenizer here packs more than 16 characters in a token.
      const isHuge = sentence.end - sentence.start > 16 * limits.maxTokens;
      const tokens = isHuge ? Infinity : limits.countTokens(text.slice(sentence.start, sentence.end));
      if (tokens <= limits.maxTokens) spans.push({ ...sentence, tokens });
      else
        for (const part of splitLongSentence(text, sentence, limits.maxTokens, limits.countTokens))
          spans.push(part);
    }
    const blockTokens = spans.reduce((sum, { tokens }) => sum + tokens, 0);
    for (const [position, span] of spans.entries()) {
      const startsBlock = position === 0;
      const isHeading = span.start === section.start && text.slice(span.start, span.end) === heading;
      yield { ...span, startsBlock, blockTokens, isHeading, section };
    }
  }
}

const sameTrail = (a: Section, b: Section): boolean =>
  a.page === b.page &&
  a.headings.length === b.headings.length &&
  a.headings.every((h, i) => h === b.headings[i]);

/** Sections that may share a chunk: equal trails, or small neighbours on the same page under the same parent. */
function mayJoin(a: Section, b: Section): boolean {
  if (sameTrail(a, b)) return true;
  const parent = a.headings.slice(0, -1);
  return a.page === b.page && parent.every((heading, i) => heading === b.headings[i]);
}

const sumTokens = (units: readonly Unit[]): number => units.reduce((sum, unit) => sum + unit.tokens, 0);

class Packer {
  #units: Unit[] = [];
  #tokens = 0;
  /** How many of the units were in the chunk before, too. */
  #repeated = 0;
  readonly #text: string;
  readonly #maxTokens: number;
  readonly #overlap: number;

  constructor(text: string, maxTokens: number, overlap: number) {
    this.#text = text;
    this.#maxTokens = maxTokens;
    this.#overlap = overlap;
  }

  *push(unit: Unit): Generator<Chunk> {
    const last = this.#units.at(-1);
    if (last && this.#endsBefore(unit, last))
      yield* this.#flush(sameTrail(last.section, unit.section), unit.tokens);
    this.#units.push(unit);
    this.#tokens += unit.tokens;
  }

  *end(): Generator<Chunk> {
    if (this.#units.length > this.#repeated) yield this.#chunk(this.#units);
  }

  #endsBefore(unit: Unit, last: Unit): boolean {
    if (this.#tokens + unit.tokens > this.#maxTokens) return true;
    if (!sameTrail(last.section, unit.section)) {
      return this.#tokens >= SMALL_SECTION * this.#maxTokens || !mayJoin(last.section, unit.section);
    }
    const blockFits = this.#tokens + unit.blockTokens <= this.#maxTokens;
    return unit.startsBlock && !blockFits && this.#tokens >= FULL_ENOUGH * this.#maxTokens;
  }

  /** @param overlaps whether the last sentence is repeated; @param nextTokens the unit that must still fit. */
  *#flush(overlaps: boolean, nextTokens: number): Generator<Chunk> {
    const headings = this.#trailingHeadings(nextTokens);
    const body = this.#units.slice(0, this.#units.length - headings.length);
    if (body.length > this.#repeated) yield this.#chunk(body);
    const repeated = overlaps && headings.length === 0 ? this.#lastSentences(body, nextTokens) : [];
    this.#repeated = repeated.length;
    this.#units = repeated.length > 0 ? repeated : headings;
    this.#tokens = sumTokens(this.#units);
  }

  /** The sentences that are repeated, where they are short enough and leave room for the next unit. */
  #lastSentences(body: readonly Unit[], nextTokens: number): Unit[] {
    const room = Math.min(MAX_OVERLAP * this.#maxTokens, this.#maxTokens - nextTokens);
    let from = body.length;
    while (from > body.length - this.#overlap && from > 0 && sumTokens(body.slice(from - 1)) <= room) from--;
    return body.slice(from);
  }

  /** Headings at the end of the chunk that go with the next unit, where both fit. */
  #trailingHeadings(nextTokens: number): Unit[] {
    const lastText = this.#units.findLastIndex((unit) => !unit.isHeading);
    const headings = lastText < 0 ? [] : this.#units.slice(lastText + 1);
    return sumTokens(headings) + nextTokens <= this.#maxTokens ? headings : [];
  }

  #chunk(units: readonly Unit[]): Chunk {
    const [first] = units as [Unit];
    const { start } = first;
    const { end } = units.at(-1) as Unit;
    const { headings, page } = first.section;
    return { start, end, text: this.#text.slice(start, end), headings, ...(page !== undefined && { page }) };
  }
}

/**
 * Packs whole sentences to `maxTokens`, ending at a paragraph where one is near, a new chunk at every heading
 * unless the section before it was very small.
 * @param overlap short sentences at the end of a chunk that the next one repeats.
 */
export const createSentenceChunker = (overlap: number): Chunker => ({
  id: `sentences-1${overlap === 1 ? '' : `-overlap-${overlap}`}`,
  *chunk(
    { text, sections }: Pick<ParsedDocument, 'text' | 'sections'>,
    limits: ChunkLimits,
  ): Generator<Chunk> {
    const packer = new Packer(text, limits.maxTokens, overlap);
    for (const section of sections) {
      for (const unit of sectionUnits(text, section, limits)) yield* packer.push(unit);
    }
    yield* packer.end();
  },
});

export const sentenceChunker = createSentenceChunker(1);
