import { createIndexBench } from '../src/bench/index-bench.ts';
import type { IndexBench } from '../src/bench/index-bench-service.ts';
import { serve } from '../src/rpc/server.ts';

serve<IndexBench>(self, createIndexBench());
