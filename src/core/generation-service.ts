import type { LoadProgress } from './3-embed/embedder.ts';
import { buildPrompt } from './6-prompt/prompt.ts';
import type { ChatEngine } from './7-answer/chat-engine.ts';
import { chatEngines } from './7-answer/registry.ts';
import { Channel } from './channel.ts';
import { LoadCache } from './load-cache.ts';
import type {
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
    keyOf: (settings) => JSON.stringify(settings),
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

  async storedModels(): Promise<readonly StoredModel[]> {
    return (await import('./7-answer/stored-models.ts')).storedChatModels();
  }

  async removeModel(id: string): Promise<void> {
    await this.#engines.keepOnly([]);
    await (await import('./7-answer/stored-models.ts')).removeChatModel(id);
  }

  async *write(
    request: WriteRequest,
    settings: GenerationSettings,
    signal?: AbortSignal,
  ): AsyncGenerator<WriteEvent> {
    // One engine at a time: a model takes gigabytes, and two of them the tab.
    await this.#engines.keepOnly([settings]);
    const loading = new Channel<WriteEvent>();
    const onBytes = (loadedBytes: number, totalBytes: number): void =>
      loading.push({ type: 'loading', loadedBytes, totalBytes });
    const loaded = this.#engines.get(settings, onBytes, signal).finally(() => loading.close());
    loaded.catch(() => undefined);
    yield* loading;
    const engine = await loaded;
    const { messages, passages, leftOut } = await buildPrompt(request, {
      contextWindow: engine.contextWindow,
      answerTokens: ANSWER_TOKENS,
      countTokens: (text) => engine.countTokens(text),
    });
    yield { type: 'prompt', passages, leftOut };
    for await (const event of engine.chat(messages, { maxTokens: ANSWER_TOKENS }, signal)) {
      yield event.type === 'token' ? event : { type: 'done', reason: event.reason };
    }
  }
}
