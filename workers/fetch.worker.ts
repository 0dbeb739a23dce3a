import { fetchDocument, type FetchService } from '../src/core/fetch-document.ts';
import { serve } from '../src/rpc/server.ts';

serve<FetchService>(self, { fetch: fetchDocument });
