import type { OcrService } from '../core/1-parse/ocr/ocr-service.ts';
import type { FetchEvent, FetchService } from '../core/fetch-document.ts';
import type {
  GenerationService,
  GenerationSettings,
  RetrievalService,
  RetrievalSettings,
} from '../core/service.ts';
import { superviseWorker } from '../rpc/supervise-worker.ts';
import { chatHostsOf, pageOriginsOf, searchHostsOf } from './hosts.ts';
import { withPageEngines } from './page-engines.ts';
import { allowConnections } from './service-worker.ts';

export interface Services {
  readonly retrieval: RetrievalService;
  readonly generation: GenerationService;
  /** Ends the generation worker, with all memory that it took: the abort of last resort. The next call starts a new one. */
  endGeneration(): void;
  /** Reads text off scanned pages, in a worker that lives only as long as it is needed. */
  readonly ocr: OcrService;
  /** Ends that worker; the next call starts a new one. */
  endOcr(): void;
  /** Lets the workers contact the hosts that these settings name, and no others. */
  allowHosts(retrieval: RetrievalSettings, generation: GenerationSettings): Promise<void>;
  /** Fetches what is at an address that the person named; see `FetchService` for what it throws. */
  fetchPage(address: string, signal: AbortSignal): AsyncIterable<FetchEvent>;
}

/**
 * The two workers, each started by the first call. A retrieval worker that takes the place of one that ended
 * knows nothing: it is opened with the current settings before anything else reaches it.
 */
export function connectServices(settings: () => RetrievalSettings): Services {
  const retrieval = superviseWorker<RetrievalService>(
    () => new Worker(new URL('../../workers/retrieval.worker.ts', import.meta.url), { type: 'module' }),
  );
  retrieval.onRestart(() => {
    // An error here comes back from every later call, each of which reports it where it is seen.
    retrieval.remote.open(settings()).catch(() => {});
  });
  const generation = superviseWorker<GenerationService>(
    () => new Worker(new URL('../../workers/generation.worker.ts', import.meta.url), { type: 'module' }),
  );

  const ocr = superviseWorker<OcrService>(
    () => new Worker(new URL('../../workers/ocr.worker.ts', import.meta.url), { type: 'module' }),
  );

  /** Hosts that each worker was started for. */
  let allowed: readonly [string, string] | undefined;
  const chosenHosts = (): readonly string[] => [
    ...new Set(allowed?.flatMap((hosts) => hosts.split(' ').filter(Boolean))),
  ];
  async function allow(forRetrieval: RetrievalSettings, forGeneration: GenerationSettings): Promise<void> {
    const hosts = [searchHostsOf(forRetrieval), chatHostsOf(forGeneration)] as const;
    const before = allowed;
    allowed = [hosts[0].join(' '), hosts[1].join(' ')];
    if (before?.join() === allowed.join() || !(await allowConnections(chosenHosts()))) return;
    // A worker keeps the policy that it was started with; one whose hosts are the same goes on undisturbed.
    if (before && before[0] !== allowed[0]) retrieval.restart();
    if (before && before[1] !== allowed[1]) generation.restart();
  }

  /** One after the other: whoever asks for hosts that are just being allowed must wait for them too. */
  let allowing = Promise.resolve();

  /** A worker of its own, the only one whose policy names the site: others are not started in between. */
  async function* fetchPage(address: string, signal: AbortSignal): AsyncGenerator<FetchEvent> {
    const worker = superviseWorker<FetchService>(
      () => new Worker(new URL('../../workers/fetch.worker.ts', import.meta.url), { type: 'module' }),
    );
    const start = async (): Promise<AsyncIterator<FetchEvent>> => {
      const origins = pageOriginsOf(address);
      if (origins.length > 0) await allowConnections([...chosenHosts(), ...origins]);
      const events = worker.remote.fetch(address, signal)[Symbol.asyncIterator]();
      // With the first event it has its policy, and for the next worker the site is forbidden again.
      await events.next();
      if (origins.length > 0) await allowConnections(chosenHosts());
      return events;
    };
    try {
      const starting = allowing.then(start);
      allowing = starting.then(
        () => undefined,
        () => undefined,
      );
      const events = await starting;
      yield* { [Symbol.asyncIterator]: () => events };
    } finally {
      worker.dispose();
    }
  }

  return {
    retrieval: retrieval.remote,
    generation: withPageEngines(generation.remote),
    endGeneration: () => generation.restart(),
    ocr: ocr.remote,
    endOcr: () => ocr.restart(),
    allowHosts: (forRetrieval, forGeneration) =>
      (allowing = allowing.then(() => allow(forRetrieval, forGeneration))),
    fetchPage,
  };
}
