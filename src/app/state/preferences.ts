import type { RetrievalSettings } from '../../core/service.ts';
import type { Language } from '../../core/types.ts';

/** What a person chose, kept in localStorage: it must be known before the worker and its store are up. */
export interface Preferences {
  readonly language: Language | 'auto';
  readonly theme: Theme;
  readonly retrieval: RetrievalSettings;
}

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
export const RETRIEVERS: readonly RetrievalSettings['retriever'][] = ['hybrid', 'dense', 'keyword'];
export const DEVICES: readonly RetrievalSettings['device'][] = ['auto', 'wasm', 'webgpu'];

export const DEFAULT_PREFERENCES: Preferences = {
  language: 'auto',
  theme: 'system',
  retrieval: {
    embedder: 'multilingual-e5-small',
    index: 'flat',
    retriever: 'hybrid',
    device: 'auto',
    hub: 'https://huggingface.co',
    ollamaHost: 'http://localhost:11434',
    ollamaModel: 'bge-m3',
  },
};

const oneOf = <T extends string>(allowed: readonly T[], value: unknown, fallback: T): T =>
  allowed.find((one) => one === value) ?? fallback;

const text = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value.trim() !== '' ? value : fallback;

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** Stored text as preferences. What is missing or from another version falls back, field by field. */
export function readPreferences(stored: string | null): Preferences {
  let parsed: unknown;
  try {
    parsed = JSON.parse(stored ?? '{}');
  } catch {
    parsed = {};
  }
  const saved = fields(parsed);
  const retrieval = fields(saved['retrieval']);
  const fallback = DEFAULT_PREFERENCES;
  return {
    language: oneOf(['auto', 'en', 'zh'], saved['language'], fallback.language),
    theme: oneOf(THEMES, saved['theme'], fallback.theme),
    retrieval: {
      embedder: text(retrieval['embedder'], fallback.retrieval.embedder),
      index: text(retrieval['index'], fallback.retrieval.index),
      retriever: oneOf(RETRIEVERS, retrieval['retriever'], fallback.retrieval.retriever),
      device: oneOf(DEVICES, retrieval['device'], fallback.retrieval.device),
      hub: text(retrieval['hub'], fallback.retrieval.hub),
      ollamaHost: text(retrieval['ollamaHost'], fallback.retrieval.ollamaHost),
      ollamaModel: text(retrieval['ollamaModel'], fallback.retrieval.ollamaModel),
    },
  };
}

/** The interface language for a browser's list: the first entry that is one of ours, else English. */
export function preferredLanguage(languages: readonly string[]): Language {
  for (const tag of languages) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh' || primary === 'en') return primary;
  }
  return 'en';
}

/** The address without a trailing slash, or null when it is none that a page can fetch from. */
export function normalizeHost(value: string): string | null {
  if (!/^https?:\/\//i.test(value.trim()) || !URL.canParse(value.trim())) return null;
  return new URL(value.trim()).href.replace(/\/+$/, '');
}

/** The settings that choose an embedder by the name that a library has it by: a host's model is part of it. */
export function embedderSettings(name: string): Partial<RetrievalSettings> {
  const [host, ...model] = name.split('/');
  return host === 'ollama' ? { embedder: host, ollamaModel: model.join('/') } : { embedder: name };
}
