import { describe, expect, it } from 'vitest';
import { encodeTerms } from './4-index/encode-terms.ts';
import { KeywordIndex } from './4-index/keyword-index.ts';
import { TermSegment } from './4-index/term-segment.ts';
import { bytesInMemory } from './4-index/term-source.ts';
import { ask, type AskContext } from './ask.ts';
import { SatchelError } from './errors.ts';
import type { AskEvent } from './service.ts';
import type { DocumentRecord } from './types.ts';

const TEXTS = [
  'The port of the server is named in its settings; the port can be changed.',
  'Cats sleep for most of the day.',
  'Ollama listens on port 11434.',
];

/** A library of three chunks that is searched by words. */
function libraryOf(texts: readonly string[]): AskContext['library'] {
  const keywords = new KeywordIndex();
  keywords.add(TermSegment.open(bytesInMemory(encodeTerms(texts))), [0]);
  const document = { id: 'd', name: 'd.txt' } as DocumentRecord;
  const parts: Pick<AskContext['library'], 'keywords' | 'documents' | 'locate'> = {
    keywords,
    documents: [document],
    locate: (ids) =>
      Promise.resolve(
        ids.map((chunkId) => {
          const text = texts[chunkId] ?? '';
          return { chunkId, document, start: 0, end: text.length, text, headings: [] };
        }),
      ),
  };
  return parts as AskContext['library'];
}

interface Asked {
  readonly texts?: readonly string[];
  readonly k?: number;
  readonly reranker?: AskContext['reranker'];
}

/** Chunk ids of each `passages` event. */
async function orders({ texts = TEXTS, k = 1, reranker }: Asked = {}): Promise<number[][]> {
  const context: AskContext = {
    library: libraryOf(texts),
    retriever: 'keyword',
    calibrations: {
      zh: { bias: 9, cosine: 0, overlap: 0 },
      en: { bias: 9, cosine: 0, overlap: 0 },
      across: { bias: 9, cosine: 0, overlap: 0 },
    },
    indexing: 0,
    ...(reranker && { reranker }),
  };
  const events: AskEvent[] = [];
  for await (const event of ask('What is the port of the server?', { k }, context)) events.push(event);
  expect(events.at(-1)).toMatchObject({ type: 'answer' });
  return events.flatMap((event) =>
    event.type === 'passages' ? [event.passages.map(({ chunkId }) => chunkId)] : [],
  );
}

describe('ask with a reranker', () => {
  it('shows what was found at once, then the better order, drawn from deeper than is shown', async () => {
    expect(await orders()).toEqual([[0]]);
    const prefersNumbers = {
      score: (_: string, texts: readonly string[]) =>
        Promise.resolve(Float32Array.from(texts, (text) => (/\d/.test(text) ? 1 : 0))),
    };
    expect(await orders({ reranker: prefersNumbers })).toEqual([[0], [2]]);
  });

  it('keeps the order of before when the reranker fails, and ends when it is cancelled', async () => {
    const failing = (code: 'reranking-failed' | 'aborted') => ({
      score: () => Promise.reject(new SatchelError(code)),
    });
    expect(await orders({ reranker: failing('reranking-failed') })).toEqual([[0], [0]]);
    await expect(orders({ reranker: failing('aborted') })).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('ask where files repeat one another', () => {
  const copies = [0, 1, 2, 3].map((i) => `The port of the server is 11434.${' '.repeat(i)}`);

  it('does not fill its places with copies of one passage', async () => {
    const texts = [...copies, 'A port can be changed.', 'Cats sleep.'];
    expect(await orders({ texts, k: 2 })).toEqual([[0, 4]]);
  });

  it('shows copies where there is nothing else', async () => {
    expect(await orders({ texts: copies, k: 3 })).toEqual([[0, 1, 2]]);
  });
});
