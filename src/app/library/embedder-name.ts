import { ollamaModelOf } from '../../core/3-embed/ollama-names.ts';

/** What a person reads for the embedder of a library. */
export function embedderName(embedder: string): string {
  const model = ollamaModelOf(embedder);
  return model === undefined ? embedder : `Ollama · ${model.replace(/:latest$/, '')}`;
}
