import type { BenchService } from '../src/bench/bench-service.ts';
import { createChatBench } from '../src/bench/chat-bench.ts';
import { createEmbedBench } from '../src/bench/embed-bench.ts';
import { createMapBench } from '../src/bench/map-bench.ts';
import { createPdfBench } from '../src/bench/pdf-bench.ts';
import { createSearchBench } from '../src/bench/search-bench.ts';
import { createStoreBench } from '../src/bench/store-bench.ts';
import { serve } from '../src/rpc/server.ts';

serve<BenchService>(self, {
  ...createChatBench(),
  ...createEmbedBench(),
  ...createMapBench(),
  ...createPdfBench(),
  ...createSearchBench(),
  ...createStoreBench(),
});
