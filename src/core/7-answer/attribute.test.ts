import { describe, expect, it } from 'vitest';
import { hashingEmbedder } from '../fixtures/hashing-embedder.ts';
import type { Passage } from '../types.ts';
import { attributeSentences, supportModelsOf, type AttributeOptions } from './attribute.ts';
import { passageOf } from './fixtures/passages.ts';

const idf = (): number => 1;
const OLLAMA = 'Ollama runs models at home. Its default port is 11434. You may change it in the settings.';
const CATS = 'Cats sleep all day. Dogs do not. Tesla moved to Paris in 1882.';
const passages = [
  passageOf(`# Animals\n${CATS}`, 10, 10 + CATS.length, { chunkId: 7, documentId: 'cats', page: 3 }),
  passageOf(OLLAMA, 0, OLLAMA.length, { chunkId: 9, documentId: 'ollama' }),
];

/** Stands for a model that reads both languages: texts on one matter have the cosine 0.95, others 0.7. */
const MATTERS = [/port|端口/i, /cats|猫/i, /tesla|特斯拉/i, /models/i, /settings/i, /dogs/i];
const bilingual: AttributeOptions['embedder'] = {
  dimensions: MATTERS.length + 2,
  embed: async (texts) => {
    const rows = texts.map((text, i) => {
      const row = new Array<number>(MATTERS.length + 2).fill(0);
      const matter = MATTERS.findIndex((pattern) => pattern.test(text));
      row[0] = Math.sqrt(0.7);
      row[1 + (matter < 0 ? MATTERS.length : matter)] = Math.sqrt(0.25);
      if (matter < 0) row[MATTERS.length + 1] = i % 2 ? 0.5 : -0.5;
      return row;
    });
    return Float32Array.from(rows.flat());
  },
};

const quotes = async (
  sentences: readonly string[],
  among: readonly Passage[] = passages,
  options: Partial<AttributeOptions> = {},
) =>
  (await attributeSentences(sentences, among, { idf, ...options })).map(
    (citation) => citation?.quote ?? null,
  );

describe('attributeSentences', () => {
  it('gives the exact place that supports a sentence, and the number of its passage', async () => {
    for (const embedder of [undefined, bilingual]) {
      const options = embedder ? { idf, embedder } : { idf };
      const [port, cats] = await attributeSentences(
        ['The default port is 11434.', 'Cats sleep all day long.'],
        passages,
        options,
      );
      const quote = 'Its default port is 11434.';
      expect(port).toMatchObject({ n: 2, chunkId: 9, documentId: 'ollama', quote });
      expect(OLLAMA.slice(port?.start, port?.end)).toBe(quote);
      expect(port).not.toHaveProperty('page');
      expect(cats).toMatchObject({ n: 1, chunkId: 7, page: 3, start: 10, end: 29 });
    }
  });

  it('gives null where nothing supports a sentence', async () => {
    const unsupported = [
      'The moon is made of green cheese.',
      'Birds fly south in winter.',
      '月亮是奶酪做的。',
    ];
    for (const options of [{}, { embedder: bilingual }]) {
      expect(await quotes(unsupported, passages, options)).toEqual([null, null, null]);
    }
  });

  it('gives null for sentences without content words, and without passages', async () => {
    expect(await quotes(['', '…', 'It is.', '**'])).toEqual([null, null, null, null]);
    const agreed = passageOf('Yes. Sure! 好的。', 0, 13);
    expect(await quotes(['Yes.', 'Sure!', '好的。', '**Yes, of course!**'], [agreed])).toEqual(
      Array(4).fill(null),
    );
    expect(await quotes(['3 4.'], [passageOf('3 4.', 0, 4)])).toEqual(['3 4.']);
    expect(await quotes(['The default port is 11434.'], [])).toEqual([null]);
    expect(await quotes([])).toEqual([]);
  });

  it.each(['The default port is 11435.', 'The default port is 1143.', 'Tesla moved to Paris in 1884.'])(
    'does not take a wrong number for a right one: %j',
    async (sentence) => {
      for (const options of [{}, { embedder: bilingual }]) {
        expect(await quotes([sentence], passages, options)).toEqual([null]);
      }
    },
  );

  it('counts a name that the source lacks against it', async () => {
    const [right, wrong] = await quotes([
      'In 1882 Tesla moved to Paris.',
      'In 1882 Edison moved to Vienna with Westinghouse.',
    ]);
    expect(right).toBe('Tesla moved to Paris in 1882.');
    expect(wrong).toBeNull();
  });

  it.each([
    ['He filed 3 patents in 1900.', 'He filed three patents in 1900.'],
    ['The population was 711988 in 1901.', 'The population was 711,988 in 1901.'],
    ['It was sold on 2020-6-1 for 5.50.', 'It was sold on 2020-06-01 for 5.50.'],
    ['他在 1900 年申请了 3 项专利。', '他在1900年申请了三项专利。'],
  ])('knows a number in another spelling: %j', async (sentence, source) => {
    expect(await quotes([sentence], [passageOf(source, 0, source.length)])).toEqual([source]);
  });

  it('does not take the source number of a model for one of the text', async () => {
    expect(await quotes(['The default port is 11434 [7].', '默认端口是 11434【7】。'])).toEqual([
      'Its default port is 11434.',
      null,
    ]);
  });

  it('lends from neighbours and headings', async () => {
    const text = 'It listens on port 11434 by default. It can be changed.';
    const passage = passageOf(text, 0, text.length, { headings: ['Ollama'] });
    expect(await quotes(['Ollama listens on port 11434 by default.'], [passage])).toEqual([
      'It listens on port 11434 by default.',
    ]);
  });

  it('takes two neighbours together for a sentence that draws on both', async () => {
    const text = 'Alpha beta gamma delta. Epsilon zeta eta theta. Nothing else.';
    expect(
      await quotes(['alpha beta gamma delta epsilon zeta eta theta'], [passageOf(text, 0, text.length)]),
    ).toEqual(['Alpha beta gamma delta. Epsilon zeta eta theta.']);
  });

  it('takes a list with the sentence that introduces it', async () => {
    const text = '支持以下嵌入模型：\n- OpenAI\n- Cohere\n- Ollama\n\n其他说明。';
    expect(
      await quotes(['支持的嵌入模型有 OpenAI、Cohere 和 Ollama。'], [passageOf(text, 0, text.length)]),
    ).toEqual(['支持以下嵌入模型：\n- OpenAI\n- Cohere\n- Ollama']);
  });

  it('finds support in another language, and prefers the sentence’s own', async () => {
    const zh = '默认端口是 11434。';
    const chinese = passageOf(`${zh}猫整天睡觉。`, 0, zh.length + 6, { documentId: 'zh' });
    const options = { embedder: bilingual };
    expect(await quotes(['The default port is 11434.'], [chinese], options)).toEqual([zh]);
    expect(await quotes(['The default port is 11434.'], [chinese, ...passages], options)).toEqual([
      'Its default port is 11434.',
    ]);
    expect(await quotes(['The default port is 8080.'], [chinese], options)).toEqual([null]);
  });

  it('goes by words for an embedder that was not measured', async () => {
    const embedder = hashingEmbedder('hash').embedder;
    const models = supportModelsOf('hash');
    expect(
      await quotes(['The default port is 11434.', 'Sharks swim.'], passages, { embedder, models }),
    ).toEqual(['Its default port is 11434.', null]);
  });

  it('embeds few texts, each once, as passages, with the signal', async () => {
    const long = passageOf(OLLAMA.repeat(9), 0, OLLAMA.length * 9);
    const { signal } = new AbortController();
    let calls = 0;
    await attributeSentences(['The default port is 11434.', 'Its port may be changed.'], [long], {
      idf,
      signal,
      embedder: {
        dimensions: 16,
        embed(texts, role, given) {
          calls++;
          expect([role, given]).toEqual(['passage', signal]);
          expect(new Set(texts).size).toBe(texts.length);
          expect(texts.length).toBeLessThanOrEqual(14);
          return hashingEmbedder('hash').embedder.embed(texts, role);
        },
      },
    });
    expect(calls).toBe(1);
    const { embedder } = hashingEmbedder('hash');
    const aborted = attributeSentences(['Port?'], passages, { idf, embedder, signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
  });
});
