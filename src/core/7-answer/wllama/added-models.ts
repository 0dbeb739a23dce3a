import { SatchelError, toSatchelError } from '../../errors.ts';
import type { LoadProgress } from '../../3-embed/embedder.ts';
import { checkQuota } from '../../3-embed/model-download.ts';
import {
  exclusively,
  fetchModelBlobs,
  keepBlob,
  keepsBlob,
  removeModelFiles,
  type LargeModelSource,
} from '../../3-embed/model-files.ts';
import {
  KEY_BASE,
  openDiskCache,
  openPartCache,
  StoredFile,
  type PartCache,
} from '../../3-embed/model-store.ts';
import type { StoredModel } from '../../service.ts';
import type { FileInput } from '../../types.ts';
import { readGgufFacts } from './gguf-facts.ts';

export interface AddedModelOptions {
  /** Kept across calls; the browser's Cache API unless given. */
  readonly cache?: PartCache;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/** wllama's memory ends here (its build says `maximum:65536n` pages), and the weights have to fit into it. */
const MEMORY_BYTES = 4 * 1024 ** 3;

/** Begins no id of the catalogue. */
const ID_PREFIX = 'file:';

const idOf = ({ file, name }: FileInput): string => `${ID_PREFIX}${file.size}:${name}`;

/** Name of the file, without its ending. */
const labelOf = (id: string): string => id.replace(/^file:\d+:/, '').replace(/\.gguf$/i, '');

/** One path for all: what a person calls a file may hold what ends an address. */
const PATH = 'model.gguf';

const sourceOf = (id: string): LargeModelSource => ({
  id,
  repository: '',
  revision: 'added',
  vendored: false,
  files: [{ path: PATH }],
});

/**
 * Copies a GGUF file to where downloads are kept, so that it is there without the file. One with the name and the
 * size of an earlier one takes its place; the same one is not copied again. Cancelled, nothing of it stays.
 *
 * @throws SatchelError `not-gguf` {file, reason}, `not-a-chat-model` {file}, `model-in-parts` {file, parts},
 * `model-too-large` {file, sizeBytes, limitBytes}, `quota-exceeded` {neededBytes, freeBytes},
 * `storage-unavailable`, `aborted`.
 */
export async function addModel(input: FileInput, options: AddedModelOptions = {}): Promise<StoredModel> {
  const id = idOf(input);
  try {
    await examine(input);
    const cache = options.cache ?? (await openDiskCache());
    await exclusively({ id }, options.signal, async () => {
      await copy(input, await StoredFile.open(cache, sourceOf(id), PATH), options);
    });
  } catch (error) {
    throw toSatchelError(error);
  }
  return { engine: 'wllama', id, label: labelOf(id), sizeBytes: input.file.size, isComplete: true };
}

async function examine({ file, name }: FileInput): Promise<void> {
  const { hasChatTemplate, shards } = await readGgufFacts(file, name);
  if (shards > 1) throw new SatchelError('model-in-parts', { file: name, parts: shards });
  if (!hasChatTemplate) throw new SatchelError('not-a-chat-model', { file: name });
  if (file.size >= MEMORY_BYTES) {
    const sizes = { sizeBytes: file.size, limitBytes: MEMORY_BYTES };
    throw new SatchelError('model-too-large', { file: name, ...sizes });
  }
}

async function copy(
  { file, name }: FileInput,
  stored: StoredFile,
  { onProgress, signal }: AddedModelOptions,
): Promise<void> {
  if (await keepsBlob(stored, file)) return;
  await checkQuota(file.size - stored.storedBytes);
  const report = (loadedBytes: number): void =>
    onProgress?.({ file: name, loadedBytes, totalBytes: file.size });
  try {
    await keepBlob(stored, file, report, signal);
  } catch (error) {
    await stored.forget();
    throw error;
  }
}

/** All that this device holds. In part: of a copy that the end of the browser broke off. */
export async function addedModels(cache: PartCache): Promise<StoredModel[]> {
  const prefix = KEY_BASE + encodeURIComponent(ID_PREFIX);
  const keys = (await cache.keys()).map(({ url }) => url);
  const ids = keys
    .filter((url) => url.startsWith(prefix) && url.endsWith(PATH))
    .map((url) => decodeURIComponent(url.slice(KEY_BASE.length).split('/')[0] ?? ''));
  return Promise.all(
    ids.map(async (id) => {
      const { storedBytes, complete } = await StoredFile.open(cache, sourceOf(id), PATH);
      return { engine: 'wllama', id, label: labelOf(id), sizeBytes: storedBytes, isComplete: complete };
    }),
  );
}

/** Deletes it from this device; does nothing with an id that is not one of these. */
export const removeAddedModel = (id: string, cache?: PartCache): Promise<void> =>
  removeModelFiles(sourceOf(id), cache);

/**
 * @returns the file as it was added, and the tokens that its model was trained on where it says so.
 * @throws SatchelError `chat-model-missing` {model} where it is not on this device, or no longer whole; `aborted`.
 */
export async function openAddedModel(
  id: string,
  options: AddedModelOptions = {},
): Promise<{ readonly content: Blob; readonly contextLength?: number }> {
  const cache = options.cache ?? (await openPartCache());
  try {
    // With no address to fetch from, what comes is what is kept, checked against its hash.
    const { files } = await fetchModelBlobs(sourceOf(id), { ...options, cache, hub: '', ownOrigin: '' });
    const [content = new Blob()] = files.values();
    return { ...(await readGgufFacts(content, labelOf(id))), content };
  } catch (error) {
    const coded = toSatchelError(error);
    throw coded.code === 'model-unreachable'
      ? new SatchelError('chat-model-missing', { model: labelOf(id) })
      : coded;
  }
}
