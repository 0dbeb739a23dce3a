import { EMBEDDING_MODELS } from '../core/3-embed/models.ts';
import { NO_RERANKER } from '../core/5-retrieve/rerank/registry.ts';
import { chosenEngine } from '../core/7-answer/registry.ts';
import type { GenerationSettings, RetrievalSettings } from '../core/service.ts';
import { chatModelOf } from './state/preferences.ts';

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
export function chatHostsOf(generation: GenerationSettings): readonly string[] {
  const { textsTo } = chosenEngine(generation) ?? {};
  return [
    ...(textsTo ? originsOf(generation[textsTo]) : []),
    ...modelSourcesOf(generation).flatMap(hubOriginsOf),
  ];
}

/** Addresses that the chat engine fetches models from. */
export function modelSourcesOf(generation: GenerationSettings): readonly string[] {
  const { filesFrom = [], own } = chosenEngine(generation) ?? {};
  const names = own && own.model === chatModelOf(generation) ? own.filesFrom : filesFrom;
  return names.map((name) => generation[name]).filter((address) => address !== '');
}

/** Addresses that texts and questions go to. */
export function textHostsOf(
  { embedder, ollamaHost }: RetrievalSettings,
  generation: GenerationSettings,
): readonly string[] {
  const { textsTo } = chosenEngine(generation) ?? {};
  const addresses = [embedder === 'ollama' ? ollamaHost : '', textsTo ? generation[textsTo] : ''];
  return [...new Set(addresses.filter((address) => address !== ''))];
}

/** Whether a model for search is fetched from the hub. The embedder that comes with the page is not. */
export const needsHub = ({ embedder, reranker }: RetrievalSettings): boolean =>
  reranker !== NO_RERANKER || EMBEDDING_MODELS.some(({ id, vendored }) => id === embedder && !vendored);

/** Origins besides the page's own that search needs. */
export const searchHostsOf = (settings: RetrievalSettings): readonly string[] => [
  ...(settings.embedder === 'ollama' ? originsOf(settings.ollamaHost) : []),
  ...(needsHub(settings) ? hubOriginsOf(settings.hub) : []),
];

function hubOriginsOf(hub: string): readonly string[] {
  const origins = originsOf(hub);
  return origins.includes(HUB) ? [...origins, ...HUB_STORES] : origins;
}

/**
 * Origins besides the page's own for one page of the web: its site with and without `www.`, over https as well,
 * since sites lead from the one to the other. A policy forbids to follow anywhere else.
 */
export function pageOriginsOf(address: string): readonly string[] {
  const { protocol, host, origin } = new URL(address);
  if (origin === location.origin) return [];
  const hosts = [host, host.startsWith('www.') ? host.slice(4) : `www.${host}`];
  return hosts.flatMap((name) => [...new Set([`${protocol}//${name}`, `https://${name}`])]);
}

const originsOf = (address: string): readonly string[] =>
  URL.canParse(address) ? [new URL(address).origin] : [];
