import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import type { ParseService } from '../core/parse-service.ts';
import type { AskEvent, IngestEvent, RetrievalService, RetrievalSettings } from '../core/service.ts';
import type { BenchService } from '../bench/bench-service.ts';
import type { ParsedDocument } from '../core/types.ts';
import type { EvalEvent, EvalRequest, EvalService } from '../eval/eval-service.ts';
import { timeFrames } from '../bench/time-frames.ts';
import { superviseWorker } from '../rpc/supervise-worker.ts';

/**
 * The services of the app without its interface, for `npm run ask`, `npm run eval` and `npm run bench`: they
 * drive this page of the built app in a headless browser, so what they measure is what a visitor gets.
 */
let settings: RetrievalSettings = DEFAULT_PREFERENCES.retrieval;
const { remote: retrieval, restart: restartRetrieval } = superviseWorker<RetrievalService>(
  () => new Worker(new URL('../../workers/retrieval.worker.ts', import.meta.url), { type: 'module' }),
);
const evaluation = superviseWorker<EvalService>(
  () => new Worker(new URL('../../workers/eval.worker.ts', import.meta.url), { type: 'module' }),
);

const benchmarks = superviseWorker<BenchService>(
  () => new Worker(new URL('../../workers/bench.worker.ts', import.meta.url), { type: 'module' }),
);

const parsing = superviseWorker<ParseService>(
  () => new Worker(new URL('../../workers/parse.worker.ts', import.meta.url), { type: 'module' }),
);

/** Those chosen in the page's input. */
const chosenFiles = (): File[] => [...(document.querySelector<HTMLInputElement>('#files')?.files ?? [])];

async function collect<T>(events: AsyncIterable<T>, onEvent?: (event: T) => void): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) {
    onEvent?.(event);
    all.push(event);
  }
  return all;
}

/** Last events only: a long ingest gives thousands of progress reports. */
const isOutcome = ({ type }: IngestEvent): boolean =>
  ['ready', 'duplicate', 'failed', 'cancelled'].includes(type);

const headless = {
  retrieval,
  /** Ends the worker whatever it is doing, as a crash would; the next call meets a new one. */
  restartRetrieval,
  bench: benchmarks.remote,
  /** The next call meets a worker that has run nothing yet. */
  restartBench: benchmarks.restart,

  /** What drawing a map's points takes the page, in milliseconds a frame. */
  async drawMap(chunks: number, dimensions: number, frames: number) {
    const { points, topicOf, ...times } = await benchmarks.remote.drawMap({ chunks, dimensions });
    return { ...times, frames: timeFrames(points, topicOf, frames) };
  },

  async evaluate(
    request: Omit<EvalRequest, 'settings'>,
    changes: Partial<RetrievalSettings>,
  ): Promise<Extract<EvalEvent, { type: 'run' }>[]> {
    const events = evaluation.remote.evaluate({ ...request, settings: { ...settings, ...changes } });
    const all = await collect(events, (event) => {
      if (event.type === 'progress') console.info(`${event.stage}: ${event.done} of ${event.total}`);
    });
    return all.filter((event) => event.type === 'run');
  },

  async open(changes: Partial<RetrievalSettings>): Promise<void> {
    settings = { ...settings, ...changes };
    await retrieval.open(settings);
  },

  /** The first file chosen in the page's input; an empty one where there is none. */
  chosenFile: (): Blob => document.querySelector<HTMLInputElement>('#files')?.files?.[0] ?? new Blob(),

  /** Adds the files chosen in the page's input. */
  async addFiles(): Promise<IngestEvent[]> {
    const files = chosenFiles().map((file) => ({ file, name: file.name, path: '' }));
    const events = await collect(retrieval.add(files), (event) => {
      if (event.type === 'embedding') console.info(`${event.name}: ${event.done} of ${event.total} chunks`);
      else console.info(`${event.name}: ${event.type}`);
    });
    return events.filter(isOutcome);
  },

  /** Reads them, and keeps nothing. */
  async parseFiles(): Promise<(ParsedDocument & { readonly name: string })[]> {
    const parsed: (ParsedDocument & { readonly name: string })[] = [];
    for (const file of chosenFiles()) {
      const document = await parsing.remote.parse(file, file.name, new AbortController().signal);
      parsed.push({ ...document, name: file.name });
    }
    return parsed;
  },

  ask: (question: string, k: number): Promise<AskEvent[]> => collect(retrieval.ask(question, { k })),
};

export type Headless = typeof headless;

declare global {
  interface Window {
    satchel: Headless;
  }
}

window.satchel = headless;
