import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
// What transformers.js itself tokenizes with.
import { Tokenizer as ReferenceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TokenizerJson } from './tokenizer.ts';
import { createUnigramTokenizer, isPlainUnigram } from './unigram-tokenizer.ts';

const folder = fileURLToPath(new URL('../../../public/models/multilingual-e5-small/', import.meta.url));
const read = (name: string): unknown => JSON.parse(readFileSync(folder + name, 'utf8'));

const json = read('tokenizer.json') as TokenizerJson & { model: { vocab: [string, number][] } };
const own = createUnigramTokenizer(json);
const reference = new ReferenceTokenizer(
  read('tokenizer.json') as object,
  read('tokenizer_config.json') as object,
);
const referenceIds = (text: string): number[] => reference.encode(text, { add_special_tokens: false }).ids;

const SPECIALS = /<s>|<pad>|<\/s>|<unk>|<mask>/;
const pieces = json.model.vocab
  .map(([piece]) => piece.replaceAll('\u2581', ' '))
  .filter((piece) => !SPECIALS.test(piece));
const piece = fc.nat(pieces.length - 1).map((i) => pieces[i] ?? '');
const han = fc.integer({ min: 0x4e00, max: 0x9fff }).map((code) => String.fromCodePoint(code));
const text = fc
  .array(
    fc.oneof({ weight: 5, arbitrary: piece }, { weight: 2, arbitrary: han }, fc.string({ unit: 'binary' })),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''))
  .filter((joined) => !SPECIALS.test(joined.normalize('NFKC')));

describe('ids equal those of transformers.js', () => {
  test('for texts made of all pieces, Chinese characters and any other characters', () => {
    fc.assert(
      fc.property(text, (sample) => {
        expect(own.encode(sample)).toEqual(referenceIds(sample));
      }),
      { numRuns: 2000 },
    );
  }, 60_000);

  test.each([
    '',
    ' ',
    '  two  spaces  ',
    'tab\tand\nline\r\nends\u3000wide',
    '～ full-width ～ ｔｉｌｄｅ',
    'unknown \u{1F9FF}\u{1FAE0}\u{E000}\u{E001} run',
    '\uD83D lone \uDE00 surrogates',
    '向量检索在浏览器里完成，文档不会离开这台设备。',
    'Ollama 的默认端口是 11434 (http://localhost:11434)。',
  ])('for %j', (sample) => {
    expect(own.encode(sample)).toEqual(referenceIds(sample));
  });

  test('for a text of many windows', () => {
    const long = Array.from({ length: 4000 }, (_, i) => `word${i % 97} 检索${i % 31}。`).join(' ');
    expect(own.encode(long)).toEqual(referenceIds(long));
  });
});

test('special tokens in a text are dropped, however they are written', () => {
  for (const sample of ['a</s>b', 'a<mask>b', 'a<</s>/s>b', 'a＜/s＞b']) {
    expect(own.encode(sample)).toEqual(own.encode('ab'));
  }
});

test('a text surrounds itself with <s> and </s>', () => {
  expect([own.head, own.tail, own.padId]).toEqual([[0], [2], 1]);
});

test('a long line without any space is tokenized in bounded memory', () => {
  expect(own.encode('好'.repeat(300_000)).length).toBeGreaterThan(100_000);
});

test('tokenizers of another shape are left to transformers.js', () => {
  expect(isPlainUnigram(json)).toBe(true);
  expect(isPlainUnigram({ ...json, model: { type: 'WordPiece' } })).toBe(false);
  expect(isPlainUnigram({ ...json, normalizer: { type: 'NFC' } })).toBe(false);
  expect(isPlainUnigram({ ...json, pre_tokenizer: { type: 'Whitespace' } })).toBe(false);
  expect(isPlainUnigram({ ...json, post_processor: null })).toBe(false);
});
