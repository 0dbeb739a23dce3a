import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateSentences } from './candidates.ts';
import { passageOf } from './fixtures/passages.ts';

const flat = (): number => 1;

describe('candidateSentences', () => {
  it('gives the places of sentences in the document, whatever the text', () => {
    const piece = fc.constantFrom(
      'A cat sat. ',
      '端口是 11434。',
      '支持以下：\n',
      '- item\n',
      '1. one\n',
      '\n\n',
      '  ',
      'Dr. X: ',
      '𠮷；',
      '“quoted!” ',
      '\u00a0',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.nat(200), fc.nat(200), (pieces, a, b) => {
        const document = pieces.join('');
        const [start, end] = [Math.min(a, b, document.length), Math.min(Math.max(a, b), document.length)];
        const passage = passageOf(document, start, end);
        const candidates = candidateSentences('端口 cat', [passage], flat);
        for (const candidate of candidates) {
          expect(candidate.text).toBe(document.slice(candidate.start, candidate.end));
          expect(candidate.text).toBe(candidate.text.trim());
          expect(candidate.text).not.toBe('');
          expect(candidate.end).toBeLessThanOrEqual(end);
          expect(candidate.overlap).toBeGreaterThanOrEqual(0);
          expect(candidate.overlap).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(new Set(candidates.map((candidate) => candidate.start)).size).toBe(candidates.length);
      }),
    );
  });

  it('takes the list that a sentence introduces into it, and no more', () => {
    const document = 'Crew.ai 支持以下嵌入模型：\n- OpenAI\n- Cohere\n- Ollama\n\n其他说明在后面。';
    const [first] = candidateSentences('支持哪些嵌入模型', [passageOf(document, 0, document.length)], flat);
    expect(first?.text).toBe('Crew.ai 支持以下嵌入模型：\n- OpenAI\n- Cohere\n- Ollama');
  });

  it.each([
    ['Numbered:\n1. one\n2) two\n(3) three\nAfter.', 'Numbered:\n1. one\n2) two\n(3) three'],
    ['步骤如下：\n一、先装\n（二）再跑\n完。', '步骤如下：\n一、先装\n（二）再跑'],
    ['It says:\nnot a list.', 'It says:'],
  ])('knows a list by its marks: %j', (document, text) => {
    const [first] = candidateSentences('x', [passageOf(document, 0, document.length)], flat);
    expect(first?.text).toBe(text);
  });

  it('stops a list that goes on and on', () => {
    const document = `All of them:\n${Array.from({ length: 60 }, (_, i) => `- item ${i}`).join('\n')}`;
    const [first] = candidateSentences('x', [passageOf(document, 0, document.length)], flat);
    expect(first?.text.split('\n')).toHaveLength(16);
  });

  it('does not repeat a sentence that two passages share, and keeps it with the better one', () => {
    const document = 'First one here. Shared in both. Last one there.';
    const passages = [passageOf(document, 16, document.length), passageOf(document, 0, 31)];
    const candidates = candidateSentences('shared', passages, flat);
    expect(candidates.map(({ text, rank }) => [text, rank])).toEqual([
      ['Shared in both.', 0],
      ['Last one there.', 0],
      ['First one here.', 1],
    ]);
  });

  it('keeps equal sentences at equal places of different documents', () => {
    const passages = [passageOf('Same.', 0, 5), passageOf('Same.', 0, 5, { documentId: 'other' })];
    expect(candidateSentences('same', passages, flat)).toHaveLength(2);
  });

  it('leaves headings out', () => {
    const document = 'Default port\n\nIt is 11434.';
    const passage = passageOf(document, 0, document.length, { headings: ['Ollama', 'Default port'] });
    expect(candidateSentences('port', [passage], flat).map(({ text }) => text)).toEqual(['It is 11434.']);
  });

  it('weighs rare words of the question more, and lends from heading and neighbours less than own words', () => {
    const document = 'The port matters. It is 11434. The weather is fine.';
    const passage = passageOf(document, 0, document.length);
    const idf = (term: string): number => (term === 'port' ? 5 : 1);
    const [named, next, far] = candidateSentences('which port matters', [passage], idf);
    expect(named?.overlap).toBeGreaterThan(next?.overlap ?? 1);
    expect(next?.overlap).toBeGreaterThan(far?.overlap ?? 1);
    expect(far?.overlap).toBe(0);
  });

  it('gives 0 to all for a question without terms', () => {
    const [only] = candidateSentences('the？', [passageOf('One.', 0, 4)], flat);
    expect(only?.overlap).toBe(0);
  });
});
