import type { Language } from '../types.ts';

const OLLAMA = 'ollama';
const FINGERPRINT_START = `${OLLAMA}:`;

/**
 * What a person is told to fetch, by the language that they read. nomic-embed-text (274 MB) reads English and is
 * weak in Chinese; bge-m3 (1.2 GB) reads both.
 */
export const SUGGESTED_OLLAMA_MODELS: Readonly<Record<Language, string>> = {
  en: 'nomic-embed-text',
  zh: 'bge-m3',
};

/** Each model of a host is an embedder of its own: their vectors do not compare. */
export const ollamaFingerprintId = (model: string): string => FINGERPRINT_START + withTag(model);

/** The model's name out of a fingerprint's embedder; undefined for other embedders. */
export const ollamaModelOf = (embedder: string): string | undefined =>
  embedder.startsWith(FINGERPRINT_START) ? embedder.slice(FINGERPRINT_START.length) : undefined;

/** The settings that choose the embedder of a fingerprint. */
export function embedderSettings(embedder: string): {
  readonly embedder: string;
  readonly ollamaModel?: string;
} {
  const ollamaModel = ollamaModelOf(embedder);
  return ollamaModel === undefined ? { embedder } : { embedder: OLLAMA, ollamaModel };
}

/** Ollama lists `name` as `name:latest`; both mean one model. */
export const withTag = (model: string): string => (/:[^/]*$/.test(model) ? model : `${model}:latest`);
