import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenize } from './tokenize.ts';

describe('tokenize', () => {
  it.each([
    ['ＯＬＬＡＭＡ １１４３４', ['ollama', '11434']],
    ['ﬁle Ｃａｆé', ['file', 'café']],
    ['STM32F4 11434 v1.2.3', ['stm32f4', '11434', 'v1', '2', '3']],
    ['The cat is on the mat', ['cat', 'mat']],
    ['Running runs runner', ['run', 'run', 'runner']],
    ['models10 modeling', ['models10', 'model']],
    ['', []],
    [' \n\t—…“”', []],
  ])('%j gives %j', (text, terms) => {
    expect(tokenize(text)).toEqual(terms);
  });

  it('gives characters and pairs of a CJK run, in order', () => {
    expect(tokenize('默认端口')).toEqual(['默', '默认', '认', '认端', '端', '端口', '口']);
    expect(tokenize('口')).toEqual(['口']);
    // A run ends at punctuation and white space: no pair reaches over it.
    expect(tokenize('端，口')).toEqual(['端', '口']);
    expect(tokenize('端\n口')).toEqual(['端', '口']);
  });

  it('parts scripts where they touch', () => {
    expect(tokenize('用Ollama跑bge-m3模型')).toEqual(['用', 'ollama', '跑', 'bge', 'm3', '模', '模型', '型']);
    expect(tokenize('データベース')).toEqual(
      [...'データベース'].flatMap((c, i, all) => (all[i + 1] ? [c, c + all[i + 1]!] : [c])),
    );
    expect(tokenize('서울 привет')).toEqual(['서', '서울', '울', 'привет']);
  });

  it('counts characters beyond the basic plane as one', () => {
    expect(tokenize('𠮷野家')).toEqual(['𠮷', '𠮷野', '野', '野家', '家']);
  });

  it('stems and stops English alone', () => {
    // "die" is a German article and "était" no English word: neither is a stop word, neither is cut.
    expect(tokenize('die étaient')).toEqual(['die', 'étaient']);
  });

  it('folds before it splits: any text and its upper case or full-width form give the same terms', () => {
    const fullWidth = (text: string): string =>
      text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcxyzABC0189 中文默认-.') }), (text) => {
        expect(tokenize(text.toUpperCase())).toEqual(tokenize(text));
        expect(tokenize(fullWidth(text))).toEqual(tokenize(text));
      }),
    );
  });

  it('survives any string, lone surrogates included, and gives no empty term', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 60 }), (units) => {
        const text = String.fromCharCode(...units);
        expect(tokenize(text)).not.toContain('');
      }),
    );
    expect(tokenize('a\ud800b')).toEqual(['b']);
  });
});
