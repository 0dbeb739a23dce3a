import type { LoadProgress } from '../3-embed/embedder.ts';
import { createRegistry } from '../registry.ts';
import type { ChatEngine, ChatEngineOptions } from './chat-engine.ts';

/** One chat engine, with the facts that a menu shows. */
export interface ChatEngineLine {
  readonly id: string;
  /** A proper name, the same in every language. */
  readonly label: string;
  /** Where passages and questions go: `device` keeps them here, `host` sends them to a server that the person named. */
  readonly runsOn: 'device' | 'host';
  /** Makes ready to write. @throws SatchelError, by adapter. */
  load(options: ChatEngineOptions): Promise<ChatEngine>;
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
      runsOn: 'device',
      load: async (options) => (await import('./wllama.ts')).loadWllamaChat(options),
    },
    {
      id: 'ollama',
      label: 'Ollama',
      runsOn: 'host',
      load: async (options) => (await import('./ollama.ts')).loadOllamaChat(options),
      listModels: async (options) => (await import('./ollama.ts')).listOllamaChatModels(options),
      async *pullModel(options, model) {
        yield* (await import('./ollama.ts')).pullOllamaModel(options, model);
      },
    },
    {
      id: 'openai-compatible',
      label: 'OpenAI-compatible',
      runsOn: 'host',
      load: async (options) => (await import('./openai-compatible.ts')).loadOpenAiChat(options),
      listModels: async (options) => (await import('./openai-compatible.ts')).listOpenAiModels(options),
    },
  ],
  'unknown-chat-engine',
);
