import { GenerationWorkerService } from '../src/core/generation-service.ts';
import type { GenerationService } from '../src/core/service.ts';
import { serve } from '../src/rpc/server.ts';

serve<GenerationService>(self, new GenerationWorkerService());
