import type { LoadProgress } from '../3-embed/embedder.ts';
import { createRegistry } from '../registry.ts';
import { OWN_MLC_MODEL, type GenerationSettings, type StoredModel } from '../service.ts';
import type { FileInput } from '../types.ts';
import type { ChatEngine, ChatEngineOptions } from './chat-engine.ts';
import type { DeviceNeed } from './device-facts.ts';

type Setting = Exclude<keyof GenerationSettings, 'engine'>;
/** Settings with an address that models are fetched from. */
export type AddressSetting = Extract<Setting, 'hub' | 'webLlmLibraries' | 'webLlmWeights' | 'webLlmLibrary'>;

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
  readonly filesFrom?: readonly AddressSetting[];
  /** A model that no catalogue knows: its id, and the settings with its addresses. */
  readonly own?: { readonly model: string; readonly filesFrom: readonly AddressSetting[] };
  /** Other settings that `load` goes by. */
  readonly others?: readonly Setting[];
  /** What it can't run without; a model may need more. */
  readonly needs?: readonly DeviceNeed[];
  /** It exists on the page alone, not in workers. */
  readonly isOnPage?: true;
  /** Makes ready to write. @throws SatchelError, by adapter. */
  load(options: ChatEngineOptions): Promise<ChatEngine>;
  /** Keeps a model file of a person's own. @throws SatchelError, by adapter. Absent where it runs no files. */
  addModel?(file: FileInput, options: Pick<ChatEngineOptions, 'onProgress' | 'signal'>): Promise<StoredModel>;
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
      id: 'web-llm',
      label: 'WebLLM',
      model: 'webLlmModel',
      needs: ['gpu'],
      filesFrom: ['hub', 'webLlmLibraries'],
      own: { model: OWN_MLC_MODEL, filesFrom: ['webLlmWeights', 'webLlmLibrary'] },
      load: async (options) => (await import('./web-llm/web-llm.ts')).loadWebLlmChat(options),
      storedModels: async () => (await import('./web-llm/web-llm-store.ts')).storedMlcModels(),
      removeModel: async (id) => (await import('./web-llm/web-llm-store.ts')).removeMlcModel(id),
    },
    {
      id: 'wllama',
      label: 'wllama',
      model: 'wllamaModel',
      needs: ['memory64'],
      filesFrom: ['hub'],
      load: async (options) => (await import('./wllama/wllama.ts')).loadWllamaChat(options),
      addModel: async (file, options) => (await import('./wllama/added-models.ts')).addModel(file, options),
      storedModels: async () => (await import('./wllama/stored-models.ts')).storedChatModels(),
      removeModel: async (id) => (await import('./wllama/stored-models.ts')).removeChatModel(id),
    },
    {
      id: 'prompt-api',
      label: 'Prompt API',
      needs: ['built-in-model'],
      isOnPage: true,
      load: async (options) => (await import('./prompt-api/prompt-api.ts')).loadPromptApiChat(options),
    },
    {
      id: 'ollama',
      label: 'Ollama',
      model: 'ollamaModel',
      textsTo: 'ollamaHost',
      load: async (options) => (await import('./ollama.ts')).loadOllamaChat(options),
      listModels: async (options) =>
        (await import('../3-embed/ollama-models.ts')).listOllamaModels(options, 'completion'),
      async *pullModel(options, model) {
        yield* (await import('../3-embed/ollama-models.ts')).pullOllamaModel(options, model);
      },
    },
    {
      id: 'openai-compatible',
      label: 'OpenAI-compatible',
      model: 'openAiModel',
      textsTo: 'openAiUrl',
      others: ['openAiKey'],
      load: async (options) =>
        (await import('./openai-compatible/openai-compatible.ts')).loadOpenAiChat(options),
      listModels: async (options) =>
        (await import('./openai-compatible/openai-compatible.ts')).listOpenAiModels(options),
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
  const { model, textsTo, filesFrom = [], own, others = [] } = chatEngines.get(settings.engine);
  const names = [model, textsTo, ...filesFrom, ...(own?.filesFrom ?? []), ...others].filter(
    (name) => name !== undefined,
  );
  return JSON.stringify([settings.engine, ...names.map((name) => settings[name])]);
}
