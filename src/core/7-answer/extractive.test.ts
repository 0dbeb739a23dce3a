import { describe, expect, it } from 'vitest';
import { hashingEmbedder } from '../fixtures/hashing-embedder.ts';
import { clearSentence, extractAnswer } from './extractive.ts';
import { passageOf } from './fixtures/passages.ts';

const idf = (): number => 1;
const OLLAMA = 'Ollama runs models at home. Its default port is 11434. You may change it in the settings.';
const CATS = 'Cats sleep all day. Dogs do not.';

describe('clearSentence', () => {
  const whole = passageOf(OLLAMA, 0, OLLAMA.length);

  it('is the one that words put first by far, as it will stand in the answer', async () => {
    const found = clearSentence('What is the default port?', [whole], idf);
    expect(found?.text).toBe('Its default port is 11434.');
    const answers = await extractAnswer('What is the default port?', [whole], {
      idf,
      embedder: hashingEmbedder('hash').embedder,
    });
    expect(answers).toContainEqual(found);
  });

  it('is none where two are as good, where words say little, and where there is nothing', () => {
    const twice = 'The default port is 11434. The default port was 8080.';
    expect(
      clearSentence('What is the default port?', [passageOf(twice, 0, twice.length)], idf),
    ).toBeUndefined();
    const vague = 'Which port do the ships of the northern line leave from in winter?';
    expect(clearSentence(vague, [whole], idf)).toBeUndefined();
    expect(clearSentence('port', [], idf)).toBeUndefined();
  });

  it('has no rival in what repeats it', () => {
    const again = { ...whole, chunkId: 2, start: whole.start };
    expect(clearSentence('What is the default port?', [whole, again], idf)?.citation.n).toBe(1);
  });
});

describe('extractAnswer', () => {
  it('quotes the sentence that answers, with its exact place and the number of its passage', async () => {
    const passages = [
      passageOf(CATS, 0, CATS.length, { chunkId: 7, documentId: 'cats' }),
      passageOf(`${CATS} ${OLLAMA}`, CATS.length + 1, CATS.length + 1 + OLLAMA.length, {
        chunkId: 9,
        page: 3,
      }),
    ];
    const [answer, ...more] = await extractAnswer('What is the default port?', passages, { idf });
    expect(more).toEqual([]);
    expect(answer?.text).toBe('Its default port is 11434.');
    expect(answer?.citation).toMatchObject({
      n: 2,
      chunkId: 9,
      documentId: 'doc',
      page: 3,
      quote: answer?.text,
    });
    const { start = 0, end = 0 } = answer?.citation ?? {};
    expect(`${CATS} ${OLLAMA}`.slice(start, end)).toBe(answer?.text);
  });

  it('gives nothing for no passages, and something wherever there is a sentence', async () => {
    expect(await extractAnswer('port', [], { idf })).toEqual([]);
    // The first passage is a heading and no more; the second shares no word with the question.
    const heading = passageOf('Ports', 0, 5, { headings: ['Ports'] });
    const answers = await extractAnswer('port', [heading, passageOf(CATS, 0, CATS.length)], { idf });
    expect(answers.length).toBeGreaterThan(0);
  });

  it('never gives more than three sentences, nor from beyond the third passage', async () => {
    const passages = Array.from({ length: 8 }, (_, i) =>
      passageOf('The port is open.', 0, 17, { documentId: `d${i}`, chunkId: i }),
    );
    const answers = await extractAnswer('port open', passages, { idf });
    expect(answers.length).toBeLessThanOrEqual(3);
    for (const { citation } of answers) expect(citation.n).toBeLessThanOrEqual(3);
  });

  it('says nothing twice: neither a line of a list beside the whole list, nor the same words of two documents', async () => {
    const { embedder } = hashingEmbedder('hash');
    const list = 'Supported embedding models:\n- supported embedding models of OpenAI\n- of Cohere';
    const passage = passageOf(list, 0, list.length);
    const copies = ['a', 'b', 'c'].map((documentId) => passageOf(OLLAMA, 0, OLLAMA.length, { documentId }));
    for (const options of [{ idf }, { idf, embedder }]) {
      const answers = await extractAnswer('supported embedding models', [passage], options);
      expect(answers.map(({ text }) => text)).toEqual([list]);
      const copied = await extractAnswer('What is the default port?', copies, options);
      expect(copied.map(({ text, citation }) => [text, citation.n])).toEqual([
        ['Its default port is 11434.', 1],
      ]);
    }
  });

  it('gives sentences of one passage in reading order', async () => {
    const text = 'The port is 11434 by default. Some filler is here. By default the port is 11434.';
    const answers = await extractAnswer('default port 11434', [passageOf(text, 0, text.length)], { idf });
    const starts = answers.map(({ citation }) => citation.start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  it('asks the embedder for the question as a query and a few sentences as passages, with the signal', async () => {
    const calls: [number, string][] = [];
    const { embedder } = hashingEmbedder('hash');
    const { signal } = new AbortController();
    await extractAnswer('default port', [passageOf(OLLAMA.repeat(9), 0, OLLAMA.length * 9)], {
      idf,
      signal,
      embedder: {
        dimensions: embedder.dimensions,
        embed(texts, role, given) {
          expect(given).toBe(signal);
          calls.push([texts.length, role]);
          return embedder.embed(texts, role);
        },
      },
    });
    expect(calls.sort()).toEqual([
      [1, 'query'],
      [12, 'passage'],
    ]);
  });

  it('finds by meaning what shares no word with the question', async () => {
    // Stands for a model that reads both languages.
    const meaning = (text: string): number[] => (/port|端口/.test(text) ? [1, 0] : [0, 1]);
    const embedder = {
      dimensions: 2,
      embed: async (texts: readonly string[]) => Float32Array.from(texts.flatMap(meaning)),
    };
    const [answer] = await extractAnswer('默认端口？', [passageOf(OLLAMA, 0, OLLAMA.length)], {
      idf,
      embedder,
    });
    expect(answer?.text).toBe('Its default port is 11434.');
  });

  it('ends with the signal', async () => {
    const signal = AbortSignal.abort();
    const { embedder } = hashingEmbedder('hash');
    await expect(
      extractAnswer('port', [passageOf(OLLAMA, 0, OLLAMA.length)], { idf, embedder, signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
