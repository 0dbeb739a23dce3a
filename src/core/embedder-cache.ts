import { sentenceChunker } from './2-chunk/sentence-chunker.ts';
import type { LoadedEmbedder } from './3-embed/embedder.ts';
import { embedders } from './3-embed/registry.ts';
import { SatchelError } from './errors.ts';
import { fingerprintKey } from './fingerprint.ts';
import { CHUNK_TOKENS } from './ingest.ts';
import type { RetrievalSettings } from './service.ts';
import type { Fingerprint } from './types.ts';

/** A loaded embedder with the fingerprint that its vectors have in a collection. */
export type Embedding = LoadedEmbedder & { readonly complete: Fingerprint; readonly key: string };
export type OnBytes = (loadedBytes: number, totalBytes: number) => void;

interface Entry {
  readonly loading: Promise<Embedding>;
  readonly controller: AbortController;
  /** One for each call that waits. */
  readonly waiting: Set<OnBytes>;
  isLoaded: boolean;
}

const keyOf = ({ embedder, device, hub, ollamaHost, ollamaModel }: RetrievalSettings): string =>
  JSON.stringify([embedder, device, hub, ollamaHost, ollamaModel]);

/** Rejects with `aborted` as soon as the signal is; the promise itself goes on. */
function orAbort<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new SatchelError('aborted'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Loads each embedder once, whoever asks for it, and tells all of them how far it has come. */
export class EmbedderCache {
  readonly #entries = new Map<string, Entry>();

  /**
   * Cancelled by all who wait for it, a load ends; one that failed is tried anew by the next call, when the
   * network may be back.
   * @throws SatchelError `unknown-embedder`, `aborted`, or what the embedder's `load` throws.
   */
  async get(settings: RetrievalSettings, onBytes?: OnBytes, signal?: AbortSignal): Promise<Embedding> {
    const key = keyOf(settings);
    const entry = this.#entries.get(key) ?? this.#load(key, settings);
    const listener: OnBytes = (loaded, total) => onBytes?.(loaded, total);
    entry.waiting.add(listener);
    try {
      return await orAbort(entry.loading, signal);
    } finally {
      entry.waiting.delete(listener);
      if (entry.waiting.size === 0 && !entry.isLoaded) this.#drop(key, entry);
    }
  }

  /** Frees the memory of all embedders but those of these settings: a model takes hundreds of megabytes. */
  async keepOnly(settings: readonly RetrievalSettings[]): Promise<void> {
    const kept = new Set(settings.map(keyOf));
    for (const [key, entry] of [...this.#entries]) {
      if (kept.has(key) || !entry.isLoaded) continue;
      this.#drop(key, entry);
      await (await entry.loading).embedder.dispose();
    }
  }

  #load(key: string, settings: RetrievalSettings): Entry {
    const line = embedders.get(settings.embedder);
    const controller = new AbortController();
    const waiting = new Set<OnBytes>();
    const loading = line
      .load({
        ...settings,
        signal: controller.signal,
        onProgress: ({ loadedBytes, totalBytes }) => {
          for (const listener of waiting) listener(loadedBytes, totalBytes);
        },
      })
      .then((loaded): Embedding => {
        const complete = { ...loaded.fingerprint, chunker: `${sentenceChunker.id}:${CHUNK_TOKENS}` };
        return { ...loaded, complete, key: fingerprintKey(complete) };
      });
    const entry: Entry = { loading, controller, waiting, isLoaded: false };
    this.#entries.set(key, entry);
    loading.then(
      () => (entry.isLoaded = true),
      () => this.#drop(key, entry),
    );
    return entry;
  }

  #drop(key: string, entry: Entry): void {
    entry.controller.abort();
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
