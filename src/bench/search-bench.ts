import { encodeTerms } from '../core/4-index/encode-terms.ts';
import { encodeBatch } from '../core/4-index/encode-vectors.ts';
import { KeywordIndex } from '../core/4-index/keyword-index.ts';
import { vectorIndexes } from '../core/4-index/registry.ts';
import { TermSegment } from '../core/4-index/term-segment.ts';
import { bytesInMemory } from '../core/4-index/term-source.ts';
import type { VectorIndex } from '../core/4-index/vector-index.ts';
import { denseRetriever } from '../core/5-retrieve/dense.ts';
import { hybridRetriever } from '../core/5-retrieve/fuse.ts';
import { keywordRetriever } from '../core/5-retrieve/keyword.ts';
import { SatchelError } from '../core/errors.ts';
import type { BuildTimes, LibrarySize, SearchBench, SearchMethod, SearchTimes } from './bench-service.ts';
import { clusteredVectors } from './clustered-vectors.ts';
import { plainScan } from './plain-scan.ts';
import { seededRandom } from './random.ts';
import { languageOf, questionAbout, syntheticText } from './synthetic-text.ts';

/** About the length of a real chunk of 198 tokens. */
const WORDS_A_CHUNK = 110;
const CHUNKS_A_CLUSTER = 100;

interface Question {
  readonly text: string;
  readonly vector: Float32Array<ArrayBuffer>;
}

type Search = (question: Question, k: number) => Promise<number[]> | number[];

const ids = (hits: readonly { readonly chunkId: number }[]): number[] => hits.map(({ chunkId }) => chunkId);

/** How long `work` takes, in milliseconds, with what it gives. */
async function timed<Result>(work: () => Promise<Result> | Result): Promise<[Result, number]> {
  const startedAt = performance.now();
  const result = await work();
  return [result, performance.now() - startedAt];
}

/** The core's own indexes and retrievers over synthetic chunks. */
export function createSearchBench(): SearchBench {
  let methods: Partial<Record<SearchMethod, Search>> | undefined;
  let questions: readonly Question[] = [];

  return {
    async buildIndexes({ chunks, dimensions, questions: asked }: LibrarySize): Promise<BuildTimes> {
      // The last rows are the questions' vectors, of the same clusters as the chunks'.
      const all = clusteredVectors(seededRandom(1), {
        count: chunks + asked,
        dimensions,
        clusters: Math.ceil(chunks / CHUNKS_A_CLUSTER),
        spread: 0.5,
      });
      const rows = all.slice(0, chunks * dimensions);
      const random = seededRandom(2);
      const texts = Array.from({ length: chunks }, (_, i) =>
        syntheticText(random, languageOf(i), WORDS_A_CHUNK),
      );
      questions = Array.from({ length: asked }, (_, i) => {
        // Languages take turns by the chunk's number, so every question goes on by an odd one.
        const chunk = (i * (2 * Math.floor(chunks / asked / 2) + 1)) % chunks;
        return {
          text: questionAbout(texts[chunk] ?? '', random, languageOf(chunk)),
          vector: all.slice((chunks + i) * dimensions, (chunks + i + 1) * dimensions),
        };
      });

      const chunkIds = Array.from({ length: chunks }, (_, i) => i);
      const build = async (id: string): Promise<[VectorIndex, number] | []> => {
        const line = vectorIndexes.get(id);
        if (line.maxChunks < chunks) return [];
        const createIndex = await line.load();
        return timed((): VectorIndex => {
          const index = createIndex(dimensions, (id) =>
            rows.subarray(id * dimensions, (id + 1) * dimensions),
          );
          index.add(chunkIds, encodeBatch(rows, dimensions));
          return index;
        });
      };
      const [flat, flatTime] = await build('flat');
      const [voy, voyTime] = await build('voy');
      if (!flat || flatTime === undefined) throw new SatchelError('index-full');
      const [keywords, keywordTime] = await timed(() => {
        const index = new KeywordIndex();
        index.add(TermSegment.open(bytesInMemory(encodeTerms(texts))), [0]);
        return index;
      });
      const hybrid: Search = async ({ text, vector }, k) => {
        const dense = denseRetriever(flat, { embed: () => Promise.resolve(vector) });
        return ids(await hybridRetriever(dense, keywordRetriever(keywords)).retrieve(text, { k }));
      };
      methods = {
        flat: ({ vector }, k) => ids(flat.search(vector, k)),
        ...(voy && { voy: ({ vector }, k) => ids(voy.search(vector, k)) }),
        plain: ({ vector }, k) => plainScan(rows, vector, k),
        keyword: ({ text }, k) => ids(keywords.search(text, k)),
        hybrid,
      };
      return { flat: flatTime, keyword: keywordTime, ...(voyTime !== undefined && { voy: voyTime }) };
    },

    async search(method: SearchMethod, k: number): Promise<SearchTimes> {
      const search = methods?.[method];
      if (!search) throw new SatchelError('internal', { reason: `no index for ${method}` });
      const milliseconds: number[] = [];
      const hits: number[][] = [];
      for (const question of questions) {
        const [found, time] = await timed(() => search(question, k));
        milliseconds.push(time);
        hits.push(found);
      }
      return { milliseconds, hits };
    },
  };
}
