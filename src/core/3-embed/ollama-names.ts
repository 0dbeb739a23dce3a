const FINGERPRINT_START = 'ollama:';

/** Each model of a host is an embedder of its own: their vectors do not compare. */
export const ollamaFingerprintId = (model: string): string => FINGERPRINT_START + withTag(model);

/** The model's name out of a fingerprint's embedder; undefined for other embedders. */
export const ollamaModelOf = (embedder: string): string | undefined =>
  embedder.startsWith(FINGERPRINT_START) ? embedder.slice(FINGERPRINT_START.length) : undefined;

/** Ollama lists `name` as `name:latest`; both mean one model. */
export const withTag = (model: string): string => (/:[^/]*$/.test(model) ? model : `${model}:latest`);
