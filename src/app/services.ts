import type { RetrievalService, RetrievalSettings } from '../core/service.ts';
import { superviseWorker } from '../rpc/supervise-worker.ts';
import { hostsOf } from './hosts.ts';
import { allowConnections } from './service-worker.ts';

export interface Retrieval {
  readonly service: RetrievalService;
  /** Lets the worker contact the hosts that these settings name, and no others. */
  allowHosts(settings: RetrievalSettings): Promise<void>;
}

/**
 * The retrieval worker, started by the first call. A worker that takes the place of one that ended knows
 * nothing: it is opened with the current settings before anything else reaches it.
 */
export function connectRetrieval(settings: () => RetrievalSettings): Retrieval {
  const worker = superviseWorker<RetrievalService>(
    () => new Worker(new URL('../../workers/retrieval.worker.ts', import.meta.url), { type: 'module' }),
  );
  worker.onRestart(() => {
    // An error here comes back from every later call, each of which reports it where it is seen.
    worker.remote.open(settings()).catch(() => {});
  });

  let allowed: string | undefined;
  return {
    service: worker.remote,
    async allowHosts(current) {
      const hosts = hostsOf(current);
      const key = hosts.join(' ');
      if (key === allowed) return;
      const isFirst = allowed === undefined;
      allowed = key;
      // A worker keeps the policy that it was started with.
      if ((await allowConnections(hosts)) && !isFirst) worker.restart();
    },
  };
}
