import { withDeadlines, type ParseService } from '../src/core/parse-service.ts';
import { RetrievalWorkerService } from '../src/core/retrieval-service.ts';
import type { RetrievalService } from '../src/core/service.ts';
import { serve } from '../src/rpc/server.ts';
import { superviseWorker } from '../src/rpc/supervise-worker.ts';

const parser = superviseWorker<ParseService>(
  () => new Worker(new URL('./parse.worker.ts', import.meta.url), { type: 'module' }),
);

const { parse, unpack } = withDeadlines(parser.remote, () => parser.restart());
serve<RetrievalService>(self, new RetrievalWorkerService({ parse, unpack }));
