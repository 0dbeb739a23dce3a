import { EMBEDDING_MODELS } from '../core/3-embed/models.ts';
import type { RetrievalSettings } from '../core/service.ts';

/** The public hub answers with redirects to these; a mirror of one's own is expected to serve the files itself. */
const HUB = 'https://huggingface.co';
const HUB_STORES = [
  'https://cas-bridge.xethub.hf.co',
  'https://us.aws.cdn.hf.co',
  'https://us.gcp.cdn.hf.co',
  'https://cdn-lfs.hf.co',
  'https://cdn-lfs-us-1.hf.co',
  'https://cdn-lfs-eu-1.hf.co',
];

/** Origins besides the page's own that these settings need. With the model that comes with the page: none. */
export function hostsOf({ embedder, hub, ollamaHost }: RetrievalSettings): readonly string[] {
  if (embedder === 'ollama') return originsOf(ollamaHost);
  const isVendored = EMBEDDING_MODELS.find(({ id }) => id === embedder)?.vendored ?? false;
  if (isVendored) return [];
  const origins = originsOf(hub);
  return origins.includes(HUB) ? [...origins, ...HUB_STORES] : origins;
}

const originsOf = (address: string): readonly string[] =>
  URL.canParse(address) ? [new URL(address).origin] : [];
