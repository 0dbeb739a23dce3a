import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder, EmbedderOptions, LoadedEmbedder } from './embedder.ts';
import type { EmbedderLine } from './registry.ts';

export interface EmbedderCase {
  readonly line: EmbedderLine;
  readonly options: EmbedderOptions;
  /** Whether it finds a question's passage across languages and without a shared word. */
  readonly understands: boolean;
  /** Whether a text that is too long is cut to size, or refused with `text-too-long`. */
  readonly tooLong: 'cut' | 'refused';
}

const LOAD_TIMEOUT_MS = 120_000;

const PASSAGES = [
  'Ollama listens on port 11434 unless OLLAMA_HOST says otherwise.',
  '猫每天要睡十二到十六个小时，大多在白天。',
  'Bread dough rises because yeast turns sugar into carbon dioxide.',
  '',
  'Ollama 默认监听 11434 端口。',
];

const row = (vectors: Float32Array, i: number, { dimensions }: Embedder): Float32Array =>
  vectors.subarray(i * dimensions, (i + 1) * dimensions);

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, d) => sum + value * (b[d] ?? NaN), 0);

/** What every embedder promises; run over each registry line that can be had. */
export function describeEmbedder({ line, options, understands, tooLong }: EmbedderCase): void {
  describe(`embedder ${line.id}`, () => {
    let loaded: LoadedEmbedder;
    let embedder: Embedder;

    beforeAll(async () => {
      loaded = await line.load(options);
      embedder = loaded.embedder;
    }, LOAD_TIMEOUT_MS);
    afterAll(() => embedder?.dispose());

    const best = async (question: string): Promise<number> => {
      const [query, passages] = [
        await embedder.embed([question], 'query'),
        await embedder.embed(PASSAGES, 'passage'),
      ];
      const scores = PASSAGES.map((_, i) => dot(query, row(passages, i, embedder)));
      return scores.indexOf(Math.max(...scores));
    };

    test('its fingerprint names it as the registry does', () => {
      expect(loaded.fingerprint.embedder).toBe(line.fingerprintId(options));
      expect(loaded.fingerprint.dimensions).toBe(embedder.dimensions);
      expect(loaded.fingerprint.revision).not.toBe('');
    });

    test('one row of length 1 per text, an empty text too', async () => {
      const vectors = await embedder.embed(PASSAGES, 'passage');
      expect(vectors.length).toBe(PASSAGES.length * embedder.dimensions);
      for (let i = 0; i < PASSAGES.length; i++) {
        const vector = row(vectors, i, embedder);
        expect(Math.abs(dot(vector, vector) - 1)).toBeLessThan(1e-5);
      }
    });

    test('no texts give no rows', async () => {
      expect((await embedder.embed([], 'passage')).length).toBe(0);
    });

    test('rows come in the order of the texts, and do not depend on their neighbours', async () => {
      const texts = ['short', PASSAGES.join(' ').repeat(3), 'a word or two', PASSAGES[1] ?? '', 'short'];
      const together = await embedder.embed(texts, 'passage');
      for (const [i, text] of texts.entries()) {
        const alone = await embedder.embed([text], 'passage');
        expect(dot(alone, row(together, i, embedder)), text.slice(0, 20)).toBeGreaterThan(0.9999);
      }
    });

    test('a question finds the passage that answers it', async () => {
      expect(await best('Which port does Ollama listen on unless told otherwise?')).toBe(0);
      if (understands) expect(await best('How long do cats sleep?')).toBe(1);
      if (understands) expect(await best('面团为什么会发酵？')).toBe(2);
    });

    test('tokens are counted, more for more text, and never none for a word', () => {
      expect(embedder.countTokens('')).toBe(0);
      expect(embedder.countTokens('port')).toBeGreaterThan(0);
      const sentence = PASSAGES[1] ?? '';
      expect(embedder.countTokens(sentence)).toBeGreaterThan(5);
      expect(embedder.countTokens(sentence + sentence)).toBeGreaterThan(embedder.countTokens(sentence));
    });

    test('a text that is too long is cut or refused', async () => {
      const text = '向量检索 vector search. '.repeat(1200);
      expect(embedder.countTokens(text)).toBeGreaterThan(embedder.maxTokens);
      if (tooLong === 'refused') {
        await expect(embedder.embed([text], 'passage')).rejects.toMatchObject({ code: 'text-too-long' });
      } else {
        const [all, start] = [
          await embedder.embed([text], 'passage'),
          await embedder.embed([text.slice(0, 9000)], 'passage'),
        ];
        expect(dot(all, start)).toBeGreaterThan(0.9999);
      }
    });

    test('an abort ends the work, before it starts and in its midst', async () => {
      await expect(embedder.embed(PASSAGES, 'passage', AbortSignal.abort())).rejects.toMatchObject({
        code: 'aborted',
      });
      const controller = new AbortController();
      const many = Array.from({ length: 256 }, (_, i) => `${i} ${PASSAGES.join(' ')}`);
      const work = embedder.embed(many, 'passage', controller.signal);
      // At the next turn of the event loop: the work has begun, and no embedder gets through 256 texts in one.
      setTimeout(() => controller.abort(), 0);
      await expect(work).rejects.toMatchObject({ code: 'aborted' });
      expect((await embedder.embed(['still here'], 'query')).length).toBe(embedder.dimensions);
    });
  });
}
