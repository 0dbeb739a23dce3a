import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripCitations, writtenBlocks } from './written-sentences.ts';

/** Blocks as a reader sees them: type and sentences; one that is not complete ends in ¶. */
const seen = (text: string, isComplete = true): string[] =>
  writtenBlocks(text, isComplete).map(
    ({ type, number = '', sentences }) =>
      `${type}${number}: ${sentences.map(({ start, end, isComplete }) => text.slice(start, end) + (isComplete ? '' : '¶')).join(' | ')}`,
  );

describe('writtenBlocks', () => {
  it('finds paragraphs, items, headings and code, without their marks', () => {
    const text =
      '## The port ##\nIt is 11434. You may change it.\n\nTwo ways:\n- In the settings. Or so.\n  With more.\n' +
      '2. By a command\n\n```sh\nollama serve\n\nls\n```\n> Quoted.\n---\nEnd.';
    expect(seen(text)).toEqual([
      'heading: The port',
      'paragraph: It is 11434. | You may change it.',
      'paragraph: Two ways:',
      'item: In the settings. | Or so. | With more.',
      'item2: By a command',
      'code: ollama serve\n\nls',
      'paragraph: Quoted.',
      'paragraph: End.',
    ]);
  });

  it('reads Chinese', () => {
    expect(seen('端口是 11434。可以修改；也可以不改。\n1、第一\n２')).toEqual([
      'paragraph: 端口是 11434。 | 可以修改； | 也可以不改。',
      'item1: 第一',
      'paragraph: ２',
    ]);
  });

  it.each([
    ['**It is 11434.** Next one.', ['**It is 11434.**', 'Next one.']],
    ['It is 11434.[1][2] Next one.', ['It is 11434.[1][2]', 'Next one.']],
    ['It is 11434. [1, 2] Next one. [3]', ['It is 11434. [1, 2]', 'Next one. [3]']],
    ['端口是 11434。【1】还有。', ['端口是 11434。【1】', '还有。']],
    ['One. **Two.**', ['One.', '**Two.**']],
    ['One. `Two` three.', ['One.', '`Two` three.']],
    ['**端口是 11434。**可以修改。**真的。**', ['**端口是 11434。**', '可以修改。', '**真的。**']],
  ])('leaves marks with the sentence that they follow: %j', (text, sentences) => {
    expect(seen(text)).toEqual([`paragraph: ${sentences.join(' | ')}`]);
  });

  it('calls the last sentence incomplete while the answer is being written', () => {
    expect(seen('It is 11434. You', false)).toEqual(['paragraph: It is 11434. | You¶']);
    expect(seen('It is 11434.', false)).toEqual(['paragraph: It is 11434.¶']);
    expect(seen('It costs 3. 5', false)).toEqual(['paragraph: It costs 3.¶ | 5¶']);
    expect(seen('```\nls', false)).toEqual(['code: ls¶']);
    expect(seen('```\nls\n``', false)).toEqual(['code: ls¶']);
  });

  it.each(['#', '##', '-', '*', '1', '12.', '``', '```', '>', '| --', '---'])(
    'holds back a line that may become a mark: %j',
    (line) => {
      expect(seen(`One.\n${line}`, false)).toEqual(['paragraph: One.¶']);
    },
  );

  it('shows nothing for nothing', () => {
    for (const text of ['', '\n\n', '```\n```', '- ', '# ', '---']) expect(seen(text)).toEqual([]);
  });

  const piece = fc.constantFrom(
    ...[
      'It is 3.',
      ' ',
      '5',
      '\n',
      '\n\n',
      '- ',
      '1. ',
      '# ',
      '```\n',
      '**',
      '[1]',
      '端口。',

      'Dr.',
      ' "',
      '”',
    ],
    ...['e.g. ', 'and so', ' Then it', '> ', '|', '---', '\t', '?', '…', '`x`', '𠮷', '【2】', '  '],
  );
  const answer = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));

  it('gives places in order that do not overlap, whatever the text', () => {
    fc.assert(
      fc.property(answer, fc.boolean(), (text, isComplete) => {
        let last = 0;
        for (const block of writtenBlocks(text, isComplete)) {
          expect(block.start).toBe(block.sentences[0]?.start);
          expect(block.end).toBe(block.sentences.at(-1)?.end);
          for (const { start, end } of block.sentences) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
            expect(end).toBeGreaterThan(start);
            last = end;
          }
        }
      }),
    );
  });

  it('never takes back a sentence that it called complete', () => {
    fc.assert(
      fc.property(answer, fc.nat(), (text, cut) => {
        const all = writtenBlocks(text, true).flatMap(({ sentences }) => sentences);
        const complete = writtenBlocks(text.slice(0, cut % (text.length + 1)), false)
          .flatMap(({ sentences }) => sentences)
          .filter(({ isComplete }) => isComplete);
        expect(all.slice(0, complete.length)).toEqual(complete);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('stripCitations', () => {
  it.each([
    ['It is 11434 [1].', 'It is 11434.', [1]],
    ['It is 11434.[2][3]', 'It is 11434.', [2, 3]],
    ['It is 11434 [1, 12].', 'It is 11434.', [1, 12]],
    ['端口是 11434【1】。', '端口是 11434。', [1]],
    ['端口是 11434【3†source】[3]。', '端口是 11434。', [3]],
    ['See [^4] and [passage 2].', 'See and.', [4, 2]],
    ['Read `list[0]`, [x](y) and [2024].', 'Read `list[0]`, [x](y) and [2024].', []],
    ['[1]', '', [1]],
    ['', '', []],
  ])('%j', (sentence, text, hints) => {
    expect(stripCitations(sentence)).toEqual({ text, hints });
  });
});
