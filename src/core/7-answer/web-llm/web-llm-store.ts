import { exclusively } from '../../3-embed/model-files.ts';
import { KEY_BASE, openDiskCache } from '../../3-embed/model-store.ts';
import type { StoredModel } from '../../service.ts';
import { MLC_MODELS } from '../models.ts';

/** The browser's caches that the package looks into before it fetches anything; their names are the package's. */
export const CACHES = { config: 'webllm/config', model: 'webllm/model', library: 'webllm/wasm' } as const;

export const CONFIG_FILE = 'mlc-chat-config.json';
/** Lists the files with the weights. */
export const MANIFEST_FILE = 'tensor-cache.json';

/** The catalogue's repositories, on whatever hub. */
export const OWNER = 'mlc-ai';

/** By the address of one of its files, or of the folder that they are in: the same on every hub and mirror. */
export function mlcModelId(url: string): string {
  const [repository = ''] = new URL(url).pathname.split('/resolve/');
  const [owner, name] = repository.split('/').slice(-2);
  return owner === OWNER && name ? name : [owner, name].filter((part) => part).join('/');
}

/** Of what is fetched and not complete, in the cache for parts of files. */
export const partsId = (id: string): string => `web-llm/${id}`;

/** Models that this device holds, whole or in part, those of a person's own too. Loads nothing of the package. */
export async function storedMlcModels(): Promise<StoredModel[]> {
  const [configs, files, libraries] = await Promise.all([
    entriesOf(CACHES.config),
    entriesOf(CACHES.model),
    entriesOf(CACHES.library),
  ]);
  const urls = new Set([...configs, ...files].map(({ url }) => url));
  const ids = new Set([...urls].map(mlcModelId));
  return Promise.all(
    [...ids].map(async (id) => {
      const own = files.filter(({ url }) => mlcModelId(url) === id);
      const library = MLC_MODELS.find((model) => model.id === id)?.library;
      const hasLibrary = library === undefined || libraries.some(({ url }) => url.endsWith(`/${library}`));
      // From two hubs there are two manifests, and one that is complete is enough.
      const manifests = own.filter(({ url }) => url.endsWith(`/${MANIFEST_FILE}`));
      const complete = await Promise.all(manifests.map((manifest) => hasAllFiles(manifest, urls)));
      return {
        engine: 'web-llm',
        id,
        sizeBytes: own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        isComplete: hasLibrary && complete.includes(true),
      };
    }),
  );
}

/** Deletes a model from every hub that it was fetched from, and what was broken off. */
export async function removeMlcModel(id: string): Promise<void> {
  await exclusively({ id: partsId(id) }, undefined, async () => {
    for (const scope of [CACHES.config, CACHES.model]) {
      await removeFrom(scope, (url) => mlcModelId(url) === id);
    }
    const library = MLC_MODELS.find((model) => model.id === id)?.library;
    await removeFrom(CACHES.library, (url) =>
      library === undefined ? !isOfCatalogue(url) : url.endsWith(`/${library}`),
    );
    const parts = await openDiskCache();
    const prefix = `${KEY_BASE}${encodeURIComponent(partsId(id))}/`;
    for (const { url } of await parts.keys()) if (url.startsWith(prefix)) await parts.delete(url);
  });
}

const isOfCatalogue = (url: string): boolean => MLC_MODELS.some(({ library }) => url.endsWith(`/${library}`));

interface Entry {
  readonly url: string;
  readonly sizeBytes: number;
  readonly response: Response;
}

async function entriesOf(scope: string): Promise<Entry[]> {
  const cache = await openIfThere(scope);
  if (!cache) return [];
  const requests = await cache.keys();
  const entries = await Promise.all(
    requests.map(async ({ url }) => {
      const response = await cache.match(url);
      const sizeBytes = Number(response?.headers.get('Content-Length') ?? 0);
      return response && { url, sizeBytes, response };
    }),
  );
  return entries.filter((entry) => entry !== undefined);
}

async function removeFrom(scope: string, isMeant: (url: string) => boolean): Promise<void> {
  const cache = await openIfThere(scope);
  for (const { url } of (await cache?.keys()) ?? []) if (isMeant(url)) await cache?.delete(url);
}

/** Some private windows, and origins that are not secure, have no caches: nothing is stored there. */
async function openIfThere(scope: string): Promise<Cache | undefined> {
  const { caches } = globalThis as { caches?: CacheStorage };
  const isThere = await caches?.has(scope).catch(() => false);
  return isThere ? await caches?.open(scope) : undefined;
}

async function hasAllFiles(manifest: Entry, urls: ReadonlySet<string>): Promise<boolean> {
  const { records } = (await manifest.response.json()) as MlcManifest;
  const names = [...records.map(({ dataPath }) => dataPath), CONFIG_FILE];
  return names.every((name) => urls.has(new URL(name, manifest.url).href));
}

/** What is read of a manifest. */
export interface MlcManifest {
  readonly records: readonly {
    readonly dataPath: string;
    readonly nbytes: number;
    /** Of the file, in hex; some tools leave it out, or empty. */
    readonly md5sum?: string;
  }[];
}
