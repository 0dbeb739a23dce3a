import { createRegistry, type Registry } from '../registry.ts';
import type { Fingerprint } from '../types.ts';
import type { EmbedderOptions, LoadedEmbedder, LoadProgress } from './embedder.ts';
import { EMBEDDING_MODELS, type EmbeddingModel } from './models.ts';
import { embedderSettings, ollamaFingerprintId } from './ollama-names.ts';

/** One embedder, with the facts that a menu shows. */
export interface EmbedderLine {
  readonly id: string;
  /** A proper name, the same in every language. */
  readonly label: string;
  /** Where the texts go: `device` keeps them here, `host` sends them to a server that the person named. */
  readonly runsOn: 'device' | 'host';
  /** Absent where the host's model decides. */
  readonly model?: EmbeddingModel;
  /** `Fingerprint.embedder` of the vectors that it makes under these settings; known without loading it. */
  fingerprintId(settings: Pick<EmbedderOptions, 'ollamaModel'>): string;
  /** Fetches code and model. @throws SatchelError, by adapter: see `transformers.ts` and `ollama.ts`. */
  load(options: EmbedderOptions): Promise<LoadedEmbedder>;
  /** Names of the models that the host of these settings has for embedding. Absent where there is no host. */
  listModels?(options: EmbedderOptions): Promise<readonly string[]>;
  /** Has the host fetch a model by its name. */
  pullModel?(options: EmbedderOptions, model: string): AsyncIterable<LoadProgress>;
}

interface EmbedderSettings {
  readonly embedder: string;
  readonly ollamaModel: string;
}

export interface EmbedderRegistry extends Registry<EmbedderLine> {
  /** `settings`, changed so that they name the embedder that made these vectors. */
  settingsFor<Settings extends EmbedderSettings>(
    fingerprint: Pick<Fingerprint, 'embedder'>,
    settings: Settings,
  ): Settings;
}

const modelLine = (model: EmbeddingModel): EmbedderLine => ({
  id: model.id,
  label: model.label,
  runsOn: 'device',
  model,
  fingerprintId: () => model.id,
  load: async (options) => (await import('./transformers.ts')).loadTransformersEmbedder(model, options),
});

const ollama: EmbedderLine = {
  id: 'ollama',
  label: 'Ollama',
  runsOn: 'host',
  fingerprintId: ({ ollamaModel }) => ollamaFingerprintId(ollamaModel),
  load: async (options) => (await import('./ollama.ts')).loadOllamaEmbedder(options),
  listModels: async (options) => (await import('./ollama-models.ts')).listOllamaModels(options, 'embedding'),
  async *pullModel(options, model) {
    yield* (await import('./ollama-models.ts')).pullOllamaModel(options, model);
  },
};

export const embedders: EmbedderRegistry = {
  ...createRegistry<EmbedderLine>([...EMBEDDING_MODELS.map(modelLine), ollama], 'unknown-embedder'),
  settingsFor: ({ embedder }, settings) => ({ ...settings, ...embedderSettings(embedder) }),
};
