import { openHeadlessApp } from '../../scripts/headless.ts';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import { EMBEDDING_MODELS } from '../core/3-embed/models.ts';
import type { Headless } from '../headless/main.ts';
import type { Reopened } from './bench-service.ts';
import { describeMachine, machineLine } from './machine.ts';
import { median, quantile, summarize } from './statistics.ts';
import { formatTable } from './table.ts';

declare const window: { satchel: Headless };

export interface StoreCommand {
  readonly chunks: number;
  readonly rounds: number;
}

const CHUNKS_PER_DOCUMENT = 20;

/** Documents committed one after the other, opened again, and what they take on the disk. Returns the figures. */
export async function benchStore({ chunks, rounds }: StoreCommand): Promise<object> {
  const settings = DEFAULT_PREFERENCES.retrieval;
  const dimensions = EMBEDDING_MODELS.find(({ id }) => id === settings.embedder)?.dimensions ?? 384;
  const app = await openHeadlessApp({ onMessage: (message) => process.stderr.write(`${message}\n`) });
  try {
    const machine = await describeMachine(app.page);
    const documents = Math.ceil(chunks / CHUNKS_PER_DOCUMENT);
    process.stderr.write(`storing ${documents} documents …\n`);
    const size = { documents, chunksPerDocument: CHUNKS_PER_DOCUMENT, dimensions };
    const stored = await app.page.evaluate((wanted) => window.satchel.bench.storeCollection(wanted), size);
    const reopened: Reopened[] = [];
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`reopening: round ${round} of ${rounds}\n`);
      reopened.push(
        await app.page.evaluate((chosen) => {
          // A reloaded page has a new worker, whose code is not compiled yet.
          window.satchel.restartBench();
          return window.satchel.bench.reopenCollection(chosen);
        }, settings),
      );
    }
    const disk = await app.page.evaluate(() => window.satchel.bench.diskUsage());
    await app.page.evaluate(() => window.satchel.bench.deleteCollection());
    const wrong = reopened.find((each) => each.chunks !== documents * CHUNKS_PER_DOCUMENT);
    if (wrong) throw new Error(`Of the chunks stored, ${wrong.chunks} came back.`);

    const tenth = Math.ceil(documents / 10);
    const parts = {
      'first tenth': stored.commits.slice(0, tenth),
      'last tenth': stored.commits.slice(-tenth),
      all: stored.commits,
    };
    const firstSearchMs = summarize(reopened.map((each) => each.firstSearchMs));
    const openMs = summarize(reopened.map((each) => each.openMs));
    const count = documents * CHUNKS_PER_DOCUMENT;
    const perChunk = (bytes: number): string => `${(bytes / count).toFixed(0)} bytes a chunk`;

    console.log(machineLine(machine));
    console.log(`${documents} documents of ${CHUNKS_PER_DOCUMENT} chunks, ${dimensions} dimensions\n`);
    console.log(
      formatTable([
        ['commit of a document, ms', 'p50', 'p95', 'longest'],
        ...Object.entries(parts).map(([label, times]) => [
          label,
          median(times).toFixed(1),
          quantile(times, 0.95).toFixed(1),
          quantile(times, 1).toFixed(1),
        ]),
      ]),
    );
    const { vectors, codes, terms } = disk.files;
    console.log(
      `\nThe same document to memory: ${median(stored.additions).toFixed(2)} ms ` +
        `(p95 ${quantile(stored.additions, 0.95).toFixed(2)})` +
        `\nFrom a closed database to the first search in a new worker: ${firstSearchMs.median.toFixed(0)} ms ` +
        `(${firstSearchMs.lowest.toFixed(0)} to ${firstSearchMs.highest.toFixed(0)}); ` +
        `to the list of documents ${openMs.median.toFixed(0)} ms ` +
        `(${openMs.lowest.toFixed(0)} to ${openMs.highest.toFixed(0)})` +
        `\nFiles: vectors ${perChunk(vectors)}, codes ${perChunk(codes)}, merged terms ${perChunk(terms)}` +
        (disk.databaseBytes === undefined
          ? ''
          : `; database, with ${perChunk(stored.givenBytes)} of files and texts: ${perChunk(disk.databaseBytes)}`),
    );
    return { machine, documents, chunks: count, dimensions, ...stored, firstSearchMs, openMs, disk };
  } finally {
    await app.close();
  }
}
