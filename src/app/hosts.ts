import { EMBEDDING_MODELS } from '../core/3-embed/models.ts';
import type { GenerationSettings, RetrievalSettings } from '../core/service.ts';

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

/** Origins besides the page's own that the chat engine needs. */
export const chatHostsOf = (generation: GenerationSettings): readonly string[] =>
  generation.engine === 'wllama' ? hubOriginsOf(generation.hub) : originsOf(addressOf(generation));

/** Addresses that texts and questions go to. */
export const textHostsOf = (
  { embedder, ollamaHost }: RetrievalSettings,
  generation: GenerationSettings,
): readonly string[] => [
  ...new Set(
    [embedder === 'ollama' ? ollamaHost : '', addressOf(generation)].filter((address) => address !== ''),
  ),
];

/** Where the chat engine sends passages and questions; empty where it sends none. */
function addressOf({ engine, ollamaHost, openAiUrl }: GenerationSettings): string {
  if (engine === 'ollama') return ollamaHost;
  return engine === 'openai-compatible' ? openAiUrl : '';
}

/** Origins besides the page's own that the embedder needs. With the model that comes with the page: none. */
export function embedderHostsOf({ embedder, hub, ollamaHost }: RetrievalSettings): readonly string[] {
  if (embedder === 'ollama') return originsOf(ollamaHost);
  const isVendored = EMBEDDING_MODELS.find(({ id }) => id === embedder)?.vendored ?? false;
  return isVendored ? [] : hubOriginsOf(hub);
}

function hubOriginsOf(hub: string): readonly string[] {
  const origins = originsOf(hub);
  return origins.includes(HUB) ? [...origins, ...HUB_STORES] : origins;
}

const originsOf = (address: string): readonly string[] =>
  URL.canParse(address) ? [new URL(address).origin] : [];
