import { parseFile } from '../src/core/1-parse/parse-file.ts';
import { unpackFile } from '../src/core/1-parse/unpack-file.ts';
import { serve } from '../src/rpc/server.ts';
import type { ParseService } from '../src/core/parse-service.ts';

serve<ParseService>(self, { parse: parseFile, unpack: unpackFile });
