import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenize } from './tokenize.ts';

describe('tokenize', () => {
  it.each([
    ['ＯＬＬＡＭＡ １１４３４', ['ollama', '11434']],
    ['ﬁle Ｃａｆé', ['file', 'cafe']],
    ['STM32F4 11434 v1.2.3', ['stm32f4', '11434', 'v1', '2', '3', '1.2.3']],
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
    expect(tokenize('用Ollama跑bge-m3模型')).toEqual([
      '用',
      'ollama',
      '跑',
      'bge',
      'm3',
      'bgem3',
      '模',
      '模型',
      '型',
    ]);
    expect(tokenize('データベース')).toEqual(
      [...'データベース'].flatMap((c, i, all) => (all[i + 1] ? [c, c + all[i + 1]!] : [c])),
    );
    expect(tokenize('서울 привет')).toEqual(['서', '서울', '울', 'привет']);
  });

  it.each([
    ['max_tokens', 'maxTokens'],
    ['maxTokens', 'max tokens'],
    ['HTTPServer', 'http server'],
    ['v2.0.1', 'version 2.0.1'],
    ['GPT-4', 'gpt4'],
    ['2024-01-05', '20240105'],
    ['GB/T 7714', '7714'],
    ['résumé', 'resume'],
    ['Ångström', 'angstrom'],
    ['繁體中文檢索', '繁体中文检索'],
    ['預設連接埠', '预设连接埠'],
  ])('%s is found by %s', (text, question) => {
    const terms = tokenize(text);
    expect(tokenize(question).some((term) => terms.includes(term))).toBe(true);
  });

  it('tells numbers apart that differ in their dots', () => {
    expect(tokenize('2.0.1')).not.toContain('20.1');
    expect(tokenize('20.1')).toContain('20.1');
  });

  it('gives an address its parts alone', () => {
    const terms = tokenize('https://example.com/a/very/long/path/to/page/1/and/more');
    expect(terms).toContain('path');
    expect(Math.max(...terms.map((term) => term.length))).toBeLessThan(10);
  });

  it('keeps marks that are letters of their own', () => {
    expect(tokenize('हिन्दी')).toEqual(['हिन्दी']);
    expect(tokenize('がぎ')).toEqual(['が', 'がぎ', 'ぎ']);
  });

  it('counts characters beyond the basic plane as one', () => {
    expect(tokenize('𠮷野家')).toEqual(['𠮷', '𠮷野', '野', '野家', '家']);
  });

  it('stems and stops English alone', () => {
    expect(tokenize('die étaient')).toEqual(['die', 'etaient']);
  });

  it('folds before it splits: any text and its upper case or full-width form give the same terms', () => {
    const fullWidth = (text: string): string =>
      text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcxyz0189 中文默认-.é') }), (text) => {
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
