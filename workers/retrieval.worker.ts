import { withDeadlines, type ParseService } from '../src/core/parse-service.ts';
import { RetrievalWorkerService } from '../src/core/retrieval-service.ts';
import type { RetrievalService } from '../src/core/service.ts';
import { startFreshLog } from '../src/core/store/fresh-log.ts';
import { serve } from '../src/rpc/server.ts';
import { superviseWorker } from '../src/rpc/supervise-worker.ts';

const parser = superviseWorker<ParseService>(
  () => new Worker(new URL('./parse.worker.ts', import.meta.url), { type: 'module' }),
);

// Where it can't be, all goes on as without.
startFreshLog().catch(() => undefined);

const { parse, unpack } = withDeadlines(parser.remote, () => parser.restart());
serve<RetrievalService>(self, new RetrievalWorkerService({ parse, unpack }));
