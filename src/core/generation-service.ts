import type { LoadProgress } from './3-embed/embedder.ts';
import { buildPrompt } from './6-prompt/prompt.ts';
import type { ChatEngine } from './7-answer/chat-engine.ts';
import { chatEngines, settingsKey } from './7-answer/registry.ts';
import { LoadCache, loadingEvents, type LoadingEvent } from './load-cache.ts';
import type { FileInput } from './types.ts';
import type {
  AddModelEvent,
  GenerationService,
  GenerationSettings,
  StoredModel,
  WriteEvent,
  WriteRequest,
} from './service.ts';

/** Room for the answer: a few paragraphs. A small model that runs on into nonsense is cut here. */
const ANSWER_TOKENS = 700;

/** The generation worker's service: from passages to a text, by the engine of the settings. */
export class GenerationWorkerService implements GenerationService {
  readonly #engines = new LoadCache<GenerationSettings, ChatEngine>({
    keyOf: settingsKey,
    load: async (settings, options) => chatEngines.get(settings.engine).load({ ...settings, ...options }),
    dispose: (engine) => engine.dispose(),
  });

  async models(settings: GenerationSettings, signal?: AbortSignal): Promise<readonly string[]> {
    const line = chatEngines.get(settings.engine);
    return (await line.listModels?.({ ...settings, ...(signal && { signal }) })) ?? [];
  }

  async *pull(
    model: string,
    settings: GenerationSettings,
    signal?: AbortSignal,
  ): AsyncGenerator<LoadProgress> {
    const line = chatEngines.get(settings.engine);
    if (line.pullModel) yield* line.pullModel({ ...settings, ...(signal && { signal }) }, model);
  }

  async *addModel(
    file: FileInput,
    settings: GenerationSettings,
    signal?: AbortSignal,
  ): AsyncGenerator<AddModelEvent> {
    const { addModel } = chatEngines.get(settings.engine);
    if (!addModel) return;
    // What it takes the place of may be at work.
    await this.#engines.keepOnly([]);
    const stop = new AbortController();
    const either = AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]);
    try {
      const model = yield* loadingEvents('adding', (onBytes) =>
        addModel(file, {
          onProgress: ({ loadedBytes, totalBytes }) => onBytes(loadedBytes, totalBytes),
          signal: either,
        }),
      );
      yield { type: 'added', model };
    } finally {
      // Whoever reads no further wants no copy either.
      stop.abort();
    }
  }

  async storedModels(): Promise<readonly StoredModel[]> {
    const stored = chatEngines.lines.map(async (line) => (await line.storedModels?.()) ?? []);
    return (await Promise.all(stored)).flat();
  }

  async removeModel({ engine, id }: Pick<StoredModel, 'engine' | 'id'>): Promise<void> {
    // What is deleted may be at work.
    await this.#engines.keepOnly([]);
    await chatEngines.get(engine).removeModel?.(id);
  }

  unload(): Promise<void> {
    return this.#engines.keepOnly([]);
  }

  async *prepare(
    settings: GenerationSettings,
    signal?: AbortSignal,
  ): AsyncGenerator<LoadingEvent<'loading'>> {
    yield* this.#load(settings, signal);
  }

  async *write(
    request: WriteRequest,
    settings: GenerationSettings,
    signal?: AbortSignal,
  ): AsyncGenerator<WriteEvent> {
    const engine = yield* this.#load(settings, signal);
    const { messages, passages, leftOut } = await buildPrompt(request, {
      contextWindow: engine.contextWindow,
      answerTokens: ANSWER_TOKENS,
      countTokens: (text) => engine.countTokens(text),
    });
    yield { type: 'prompt', passages, leftOut };
    yield* engine.chat(messages, { maxTokens: ANSWER_TOKENS }, signal);
  }

  async *#load(
    settings: GenerationSettings,
    signal?: AbortSignal,
  ): AsyncGenerator<LoadingEvent<'loading'>, ChatEngine> {
    // One engine at a time: a model takes gigabytes, and two of them the tab.
    await this.#engines.keepOnly([settings]);
    return yield* loadingEvents('loading', (onBytes) => this.#engines.get(settings, onBytes, signal));
  }
}
