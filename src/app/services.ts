import type {
  GenerationService,
  GenerationSettings,
  RetrievalService,
  RetrievalSettings,
} from '../core/service.ts';
import { superviseWorker } from '../rpc/supervise-worker.ts';
import { chatHostsOf, searchHostsOf } from './hosts.ts';
import { withPageEngines } from './page-engines.ts';
import { allowConnections } from './service-worker.ts';

export interface Services {
  readonly retrieval: RetrievalService;
  readonly generation: GenerationService;
  /** Ends the generation worker, with all memory that it took: the abort of last resort. The next call starts a new one. */
  endGeneration(): void;
  /** Lets the workers contact the hosts that these settings name, and no others. */
  allowHosts(retrieval: RetrievalSettings, generation: GenerationSettings): Promise<void>;
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

  /** Hosts that each worker was started for. */
  let allowed: readonly [string, string] | undefined;
  async function allow(forRetrieval: RetrievalSettings, forGeneration: GenerationSettings): Promise<void> {
    const hosts = [searchHostsOf(forRetrieval), chatHostsOf(forGeneration)] as const;
    const before = allowed;
    allowed = [hosts[0].join(' '), hosts[1].join(' ')];
    if (before?.join() === allowed.join() || !(await allowConnections([...new Set(hosts.flat())]))) return;
    // A worker keeps the policy that it was started with; one whose hosts are the same goes on undisturbed.
    if (before && before[0] !== allowed[0]) retrieval.restart();
    if (before && before[1] !== allowed[1]) generation.restart();
  }

  /** One after the other: whoever asks for hosts that are just being allowed must wait for them too. */
  let allowing = Promise.resolve();
  return {
    retrieval: retrieval.remote,
    generation: withPageEngines(generation.remote),
    endGeneration: () => generation.restart(),
    allowHosts: (forRetrieval, forGeneration) =>
      (allowing = allowing.then(() => allow(forRetrieval, forGeneration))),
  };
}
