import type { LoadProgress } from '../3-embed/embedder.ts';
import { createRegistry } from '../registry.ts';
import type { GenerationSettings, StoredModel } from '../service.ts';
import type { ChatEngine, ChatEngineOptions } from './chat-engine.ts';

type Setting = Exclude<keyof GenerationSettings, 'engine'>;

/** One chat engine, with the facts that a menu shows. */
export interface ChatEngineLine {
  readonly id: string;
  /** A proper name, the same in every language. */
  readonly label: string;
  /** The setting that names its model. Absent: it has one model, and no choice. */
  readonly model?: Setting;
  /** The setting with the address that passages and questions go to. Absent: they stay on this device. */
  readonly textsTo?: Setting;
  /** Settings with addresses that it fetches models from. */
  readonly filesFrom?: readonly Setting[];
  /** Other settings that `load` goes by. */
  readonly others?: readonly Setting[];
  /** It exists on the page alone, not in workers. */
  readonly isOnPage?: true;
  /** Makes ready to write. @throws SatchelError, by adapter. */
  load(options: ChatEngineOptions): Promise<ChatEngine>;
  /** Models that it keeps on this device, whole or in part. */
  storedModels?(): Promise<readonly StoredModel[]>;
  /** Deletes one of them. */
  removeModel?(id: string): Promise<void>;
  /** Names of the models that the host of these settings has for chat. Absent where a catalogue lists them. */
  listModels?(options: ChatEngineOptions): Promise<readonly string[]>;
  /** Has the host fetch a model by its name. Absent where a host can't be asked to. */
  pullModel?(options: ChatEngineOptions, model: string): AsyncIterable<LoadProgress>;
}

export const chatEngines = createRegistry<ChatEngineLine>(
  [
    {
      id: 'wllama',
      label: 'wllama',
      model: 'wllamaModel',
      filesFrom: ['hub'],
      load: async (options) => (await import('./wllama.ts')).loadWllamaChat(options),
      storedModels: async () => (await import('./stored-models.ts')).storedChatModels(),
      removeModel: async (id) => (await import('./stored-models.ts')).removeChatModel(id),
    },
    {
      id: 'ollama',
      label: 'Ollama',
      model: 'ollamaModel',
      textsTo: 'ollamaHost',
      load: async (options) => (await import('./ollama.ts')).loadOllamaChat(options),
      listModels: async (options) => (await import('./ollama.ts')).listOllamaChatModels(options),
      async *pullModel(options, model) {
        yield* (await import('./ollama.ts')).pullOllamaModel(options, model);
      },
    },
    {
      id: 'openai-compatible',
      label: 'OpenAI-compatible',
      model: 'openAiModel',
      textsTo: 'openAiUrl',
      others: ['openAiKey'],
      load: async (options) => (await import('./openai-compatible.ts')).loadOpenAiChat(options),
      listModels: async (options) => (await import('./openai-compatible.ts')).listOpenAiModels(options),
    },
  ],
  'unknown-chat-engine',
);

/** Id of an engine that is not one: the sentences found stand alone. */
export const NO_ENGINE = 'none';

/** The line of the engine that these settings name; undefined where nobody is to write. */
export const chosenEngine = ({ engine }: GenerationSettings): ChatEngineLine | undefined =>
  chatEngines.lines.find(({ id }) => id === engine);

/** What `load` goes by: with these unchanged, a loaded engine is the one that is wanted. */
export function settingsKey(settings: GenerationSettings): string {
  const { model, textsTo, filesFrom = [], others = [] } = chatEngines.get(settings.engine);
  const names = [model, textsTo, ...filesFrom, ...others].filter((name) => name !== undefined);
  return JSON.stringify([settings.engine, ...names.map((name) => settings[name])]);
}
