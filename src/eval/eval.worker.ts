import { serve } from '../rpc/server.ts';
import { evaluate } from './evaluate.ts';
import type { EvalService } from './eval-service.ts';

serve<EvalService>(self, { evaluate });
