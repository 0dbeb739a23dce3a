import { fileURLToPath } from 'node:url';
import type { IndexReport, SizeReport } from './index-report.ts';
import { foreseenReason, type Measuring, type VectorPath } from './measure-index.ts';
import { startPython } from './python-server.ts';
import { recallOf } from './recall.ts';
import { median, quantile, summarize } from './statistics.ts';

const SERVER = fileURLToPath(new URL('./faiss-server.py', import.meta.url));
const KINDS = { flat: 'flat', sq8: 'SQ8', hnsw: 'HNSW32, ef 64' } as const;

interface Answer {
  readonly buildMs: number;
  readonly milliseconds: readonly (readonly number[])[];
  readonly hits: readonly (readonly number[])[];
  readonly addMs: number;
  readonly saveMs: number;
  readonly openMs: number;
  readonly savedBytes: number;
}

/** What FAISS is compared with: it runs after the browser, not in turns with it. */
export interface BrowserTimes {
  readonly oursMs: number;
  readonly plainMs: number;
}

export interface Faiss {
  /** Tells what failed; never throws. */
  measure(
    file: VectorPath,
    measuring: Measuring,
    browser: BrowserTimes,
    before: SizeReport | undefined,
  ): Promise<IndexReport[]>;
  close(): void;
}

/** FAISS outside the browser, with one thread. @throws Error when there is no Python that has faiss and numpy. */
export async function openFaiss(): Promise<Faiss> {
  const { hello, server } = await startPython<{ readonly version: string }>(SERVER);
  return {
    async measure(file, measuring, { oursMs, plainMs }, before) {
      const { rounds, k } = measuring;
      const reports: IndexReport[] = [];
      // The flat one is exact, and comes first.
      let exact: Answer['hits'] | undefined;
      for (const [kind, name] of Object.entries(KINDS)) {
        const report = { id: `faiss-${kind}`, label: `native FAISS ${hello.version}, ${name}`, failures: [] };
        const last = before?.indexes.find(({ id }) => id === report.id);
        const skipped = foreseenReason(last, file.chunks / (before?.chunks ?? file.chunks), measuring);
        if (skipped !== undefined) {
          reports.push({ ...report, skipped });
          continue;
        }
        try {
          const { milliseconds, hits, ...rest } = await server.ask<Answer>({ ...file, rounds, k, kind });
          exact ??= hits;
          const all = milliseconds.flat();
          const medians = milliseconds.map(median);
          reports.push({
            ...report,
            ...rest,
            search: {
              p50: median(all),
              p95: quantile(all, 0.95),
              timesOurs: summarize(medians.map((time) => time / oursMs)),
              timesPlain: summarize(medians.map((time) => time / plainMs)),
              recall: recallOf(hits, exact),
            },
          });
        } catch (error) {
          reports.push({ ...report, failures: [{ step: 'build', reason: String(error) }] });
        }
      }
      return reports;
    },
    close: () => server.close(),
  };
}
