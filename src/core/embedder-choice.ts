import type { RetrievalSettings } from './service.ts';
import type { Fingerprint } from './types.ts';

/** The name of a settings' embedder as fingerprints have it: a host's model is part of it. */
export const embedderName = ({ embedder, ollamaModel }: RetrievalSettings): string =>
  embedder === 'ollama' ? `ollama/${ollamaModel}` : embedder;

/** The settings changed to the embedder that a collection was made with. */
export function settingsOf(
  { embedder }: Pick<Fingerprint, 'embedder'>,
  settings: RetrievalSettings,
): RetrievalSettings {
  const [host, ...model] = embedder.split('/');
  return host === 'ollama'
    ? { ...settings, embedder: 'ollama', ollamaModel: model.join('/') }
    : { ...settings, embedder };
}
