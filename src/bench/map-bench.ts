import { encodeVectors } from '../core/4-index/encode-vectors.ts';
import { chooseLayout, drawMap, type MapSource } from '../core/explore/collection-map.ts';
import type { MapBench } from './bench-service.ts';
import { clusteredVectors } from './clustered-vectors.ts';
import { seededRandom } from './random.ts';

const CHUNKS_A_DOCUMENT = 100;
const CLUSTERS = 12;

/** Runs a generator to its end. */
async function result<T>(generator: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const next = await generator.next();
    if (next.done === true) return next.value;
  }
}

/** The core's own map over made vectors; their codes are at hand, as those of a file that was read. */
export function createMapBench(): MapBench {
  return {
    async drawMap({ chunks, dimensions }) {
      const codes = Array.from({ length: Math.ceil(chunks / CHUNKS_A_DOCUMENT) }, (_, i) => {
        const count = Math.min(CHUNKS_A_DOCUMENT, chunks - i * CHUNKS_A_DOCUMENT);
        // The same seed for the centres: documents share their topics.
        const shape = { count: CLUSTERS + count, dimensions, clusters: CLUSTERS, spread: 0.5 };
        const rows = clusteredVectors(seededRandom(i % 50), shape).slice(-count * dimensions);
        return encodeVectors(rows, dimensions);
      });
      const source: MapSource = {
        chunks,
        *codes() {
          for (const [i, own] of codes.entries()) {
            const document = { ...DOCUMENT, id: String(i), name: String(i) };
            const count = Math.min(CHUNKS_A_DOCUMENT, chunks - i * CHUNKS_A_DOCUMENT);
            yield { document, firstChunkId: i * CHUNKS_A_DOCUMENT, count, codes: own };
          }
        },
        locate: () => Promise.resolve([]),
      };
      const startedAt = performance.now();
      const layout = await result(chooseLayout(source, dimensions));
      const chosenAt = performance.now();
      const { map } = await result(drawMap(source, layout));
      return {
        choosing: chosenAt - startedAt,
        placing: performance.now() - chosenAt,
        topics: map.topics.length,
        points: map.points,
        topicOf: map.topicOf,
      };
    },
  };
}

const DOCUMENT = {
  collectionId: '',
  path: '',
  format: 'text',
  sizeBytes: 0,
  addedAt: 0,
  characters: 0,
  chunks: CHUNKS_A_DOCUMENT,
  pagesWithoutText: [],
  warnings: [],
} as const;
