import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Section } from '../types.ts';
import { chunkContent } from './chunker.ts';
import { sentenceChunker } from './sentence-chunker.ts';

/** One token a CJK character or Latin word: close to what a real tokenizer does, and exactly additive. */
const countTokens = (text: string): number => text.match(/[\u3400-\u9fff]|[^\s\u3400-\u9fff]+/g)?.length ?? 0;
const limits = (maxTokens: number) => ({ maxTokens, countTokens });
const whole = (text: string): Section[] => [{ start: 0, end: text.length, headings: [] }];
const chunk = (text: string, maxTokens: number, sections = whole(text)) => [
  ...sentenceChunker.chunk({ text, sections }, limits(maxTokens)),
];

describe('sentenceChunker', () => {
  it('packs whole sentences and repeats one', () => {
    const chunks = chunk('One two three. Four five six. Seven eight nine. Ten eleven.', 7);
    expect(chunks.map(({ text }) => text)).toEqual([
      'One two three. Four five six.',
      'Seven eight nine. Ten eleven.',
    ]);
    const overlapping = chunk('A b. C d e f g h. I j k l m n.', 9);
    expect(overlapping.map(({ text }) => text)).toEqual(['A b. C d e f g h.', 'I j k l m n.']);
    const short = chunk('A b c d e f. G h. I j k l m n.', 9);
    expect(short.map(({ text }) => text)).toEqual(['A b c d e f. G h.', 'G h. I j k l m n.']);
  });

  it('ends at a paragraph when the next one does not fit', () => {
    const text = 'One two three four five six.\n\nSeven eight nine. Ten eleven twelve.';
    expect(chunk(text, 10).map((c) => c.text)[0]).toBe('One two three four five six.');
  });

  it('begins a chunk at each heading, keeps the trail and the page', () => {
    const text = 'Intro\nAll about the first thing here.\nPorts\nThe port is 11434 by default.';
    const at = text.indexOf('Ports');
    const sections = [
      { start: 0, end: at, headings: ['Intro'], page: 1 },
      { start: at, end: text.length, headings: ['Intro', 'Ports'], page: 1 },
    ];
    const chunks = chunk(text, 20, sections);
    expect(chunks.map((c) => [c.headings, c.page, c.text])).toEqual([
      [['Intro'], 1, text.slice(0, at).trim()],
      [['Intro', 'Ports'], 1, text.slice(at)],
    ]);
    expect(chunkContent(chunks.at(-1) ?? { headings: [], text: '' })).toBe(
      'Intro\nPorts\nThe port is 11434 by default.',
    );
  });

  it('joins tiny sections, but never over pages', () => {
    const text = 'a b\nc d\ne f';
    const section = (start: number, page: number): Section => ({ start, end: start + 3, headings: [], page });
    expect(
      chunk(text, 40, [section(0, 1), section(4, 1), section(8, 2)]).map((c) => [c.page, c.text]),
    ).toEqual([
      [1, 'a b\nc d'],
      [2, 'e f'],
    ]);
  });

  it('cuts a sentence only when it alone is too long, at clauses, without splitting a character', () => {
    const clause = '这是一个没有句号的很长的句子，';
    const chunks = chunk(clause.repeat(40), 30);
    expect(chunks.every((c) => countTokens(c.text) <= 30 && c.text.endsWith('，'))).toBe(true);
    const emoji = chunk('😀'.repeat(500), 3, whole('😀'.repeat(500)));
    expect(emoji.map((c) => c.text).join('')).toBe('😀'.repeat(500));
    expect(emoji.every((c) => !/[\ud800-\udbff]$/.test(c.text))).toBe(true);
  });

  it('holds its invariants for any text', () => {
    const piece = fc.constantFrom(
      '你好世界',
      '。',
      '；',
      ' ',
      '\n',
      '\n\n',
      'word ',
      'end. ',
      '，',
      '# H\n',
      'x'.repeat(90),
      '😀',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 120 }),
        fc.array(fc.nat(400), { maxLength: 4 }),
        fc.integer({ min: 4, max: 40 }),
        (pieces, cuts, maxTokens) => {
          const text = pieces.join('');
          const bounds = [...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length])].sort(
            (a, b) => a - b,
          );
          const sections = bounds
            .slice(1)
            .map((end, i) => ({ start: bounds[i] ?? 0, end, headings: [`h${i % 2}`] }));
          const chunks = chunk(text, maxTokens, sections);
          const covered = new Uint8Array(text.length);
          let lastStart = -1;
          for (const c of chunks) {
            expect(c.text).toBe(text.slice(c.start, c.end));
            expect(c.text.trim()).toBe(c.text);
            expect(countTokens(c.text)).toBeLessThanOrEqual(maxTokens);
            expect(c.start).toBeGreaterThan(lastStart);
            lastStart = c.start;
            covered.fill(1, c.start, c.end);
          }
          const missed =
            [...text].length > 0 && text.split('').some((char, i) => /\S/.test(char) && !covered[i]);
          expect(missed).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});
