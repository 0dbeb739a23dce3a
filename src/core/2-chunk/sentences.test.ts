import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from './sentences.ts';

const split = (text: string): string[] =>
  splitSentences(text).map(({ start, end }) => text.slice(start, end));

describe('splitSentences', () => {
  it('ends Chinese sentences at 。！？； and keeps closing quotes', () => {
    expect(split('默认端口是11434。真的吗？“是的！”他说；然后走了。')).toEqual([
      '默认端口是11434。',
      '真的吗？',
      '“是的！”',
      '他说；',
      '然后走了。',
    ]);
  });

  it('ends Latin sentences, but not at abbreviations or initials', () => {
    expect(split('Dr. Smith met J. Doe in St. Louis. They spoke, e.g. of rain. End.')).toEqual([
      'Dr. Smith met J. Doe in St. Louis.',
      'They spoke, e.g. of rain.',
      'End.',
    ]);
  });

  it('does not cut versions, addresses or decimals', () => {
    expect(split('Version 0.17.4 listens on http://localhost:11434. It uses 3.5 GB.')).toEqual([
      'Version 0.17.4 listens on http://localhost:11434.',
      'It uses 3.5 GB.',
    ]);
  });

  it('does not cut an address at its query, and ends a sentence at the ? after one', () => {
    expect(split('Open https://a.example/find?q=cat&n=2 first. Done.')).toEqual([
      'Open https://a.example/find?q=cat&n=2 first.',
      'Done.',
    ]);
    expect(split('打开http://a.example/find?q=猫，再点确定。完成。')).toEqual([
      '打开http://a.example/find?q=猫，再点确定。',
      '完成。',
    ]);
    expect(split('Is it at https://a.example/? Yes.')).toEqual(['Is it at https://a.example/?', 'Yes.']);
    expect(split('是http://a.example吗?对。')).toEqual(['是http://a.example吗?', '对。']);
  });

  it('cuts at Chinese semicolons before an abbreviation that ends the text', () => {
    expect(split('甲；乙；丙等, e.g.')).toEqual(['甲；', '乙；', '丙等, e.g.']);
  });

  it('takes each line of a list as a sentence, and joins the lines of a wrapped paragraph', () => {
    expect(split('• openai\n• google\n• azure')).toEqual(['• openai', '• google', '• azure']);
    const wrapped =
      'The quick brown fox jumps over the lazy dog and\nthen it goes on to jump over another dog until\nit is tired. Then it sleeps.';
    expect(split(wrapped)).toEqual([wrapped.slice(0, wrapped.indexOf(' Then')), 'Then it sleeps.']);
  });

  it('never reaches over a blank line', () => {
    expect(split('first part\n\nsecond part')).toEqual(['first part', 'second part']);
  });

  it('covers every character that is not white space, in order, without overlap', () => {
    const piece = fc.constantFrom(
      '你好',
      '。',
      '；',
      '”',
      ' ',
      '\n',
      '\n\n',
      'Word',
      '.',
      '? ',
      'Dr. ',
      '1.5',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const spans = splitSentences(text);
        let last = 0;
        for (const { start, end } of spans) {
          expect(text.slice(last, start).trim()).toBe('');
          expect(text.slice(start, end).trim()).toBe(text.slice(start, end));
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(text.slice(last).trim()).toBe('');
      }),
    );
  });
});
