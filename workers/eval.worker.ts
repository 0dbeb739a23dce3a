import { serve } from '../src/rpc/server.ts';
import { evaluate } from '../src/eval/evaluate.ts';
import type { EvalService } from '../src/eval/eval-service.ts';

serve<EvalService>(self, { evaluate });
