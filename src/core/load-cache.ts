import type { LoadProgress } from './3-embed/embedder.ts';
import { Channel } from './channel.ts';
import { orAbort } from './or-abort.ts';

export type OnBytes = (loadedBytes: number, totalBytes: number) => void;

export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

interface Entry<Loaded> {
  readonly loading: Promise<Loaded>;
  readonly controller: AbortController;
  /** One for each call that waits. */
  readonly waiting: Set<OnBytes>;
  isLoaded: boolean;
}

export interface Loader<Settings, Loaded> {
  /** Settings with the same key load the same. */
  keyOf(settings: Settings): string;
  load(settings: Settings, options: LoadOptions): Promise<Loaded>;
  dispose(loaded: Loaded): Promise<void>;
}

/** Loads each model once, whoever asks for it, and tells all of them how far it has come. */
export class LoadCache<Settings, Loaded> {
  readonly #loader: Loader<Settings, Loaded>;
  readonly #entries = new Map<string, Entry<Loaded>>();

  constructor(loader: Loader<Settings, Loaded>) {
    this.#loader = loader;
  }

  /**
   * Cancelled by all who wait for it, a load ends; one that failed is tried anew by the next call, when the
   * network may be back.
   * @throws SatchelError `aborted`, or what the loader throws.
   */
  async get(settings: Settings, onBytes?: OnBytes, signal?: AbortSignal): Promise<Loaded> {
    const key = this.#loader.keyOf(settings);
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

  /** What these settings load, where it is loaded already. */
  async loaded(settings: Settings): Promise<Loaded | undefined> {
    const entry = this.#entries.get(this.#loader.keyOf(settings));
    return entry?.isLoaded ? entry.loading : undefined;
  }

  /** Frees the memory of all models but those of these settings: one takes hundreds of megabytes. */
  async keepOnly(settings: readonly Settings[]): Promise<void> {
    const kept = new Set(settings.map((one) => this.#loader.keyOf(one)));
    for (const [key, entry] of [...this.#entries]) {
      if (kept.has(key) || !entry.isLoaded) continue;
      this.#drop(key, entry);
      await this.#loader.dispose(await entry.loading);
    }
  }

  #load(key: string, settings: Settings): Entry<Loaded> {
    const controller = new AbortController();
    const waiting = new Set<OnBytes>();
    const loading = this.#loader.load(settings, {
      signal: controller.signal,
      onProgress: ({ loadedBytes, totalBytes }) => {
        for (const listener of waiting) listener(loadedBytes, totalBytes);
      },
    });
    const entry: Entry<Loaded> = { loading, controller, waiting, isLoaded: false };
    this.#entries.set(key, entry);
    loading.then(
      () => (entry.isLoaded = true),
      () => this.#drop(key, entry),
    );
    return entry;
  }

  #drop(key: string, entry: Entry<Loaded>): void {
    entry.controller.abort();
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}

export interface LoadingEvent<Type extends string> {
  readonly type: Type;
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** A load as a stream of how far it has come; its return value is what was loaded. */
export async function* loadingEvents<Type extends string, Loaded>(
  type: Type,
  load: (onBytes: OnBytes) => Promise<Loaded>,
): AsyncGenerator<LoadingEvent<Type>, Loaded> {
  const events = new Channel<LoadingEvent<Type>>();
  const loading = load((loadedBytes, totalBytes) => events.push({ type, loadedBytes, totalBytes })).finally(
    () => events.close(),
  );
  // It is reported below, when the events that came before it have been.
  loading.catch(() => undefined);
  yield* events;
  return await loading;
}
