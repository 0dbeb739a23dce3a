import { NO_RERANKER, rerankers } from '../../core/5-retrieve/rerank/registry.ts';
import { chosenEngine } from '../../core/7-answer/registry.ts';
import type { GenerationSettings, RetrievalSettings } from '../../core/service.ts';
import type { Language } from '../../core/types.ts';

/** What a person chose, kept in localStorage: it must be known before the worker and its store are up. */
export interface Preferences {
  readonly language: Language | 'auto';
  readonly theme: Theme;
  readonly retrieval: RetrievalSettings;
  /** The server's key is kept here too: it never leaves the device but to its own server. */
  readonly generation: GenerationSettings;
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
    reranker: NO_RERANKER,
    device: 'auto',
    hub: 'https://huggingface.co',
    ollamaHost: 'http://localhost:11434',
    ollamaModel: '',
  },
  generation: {
    engine: 'none',
    webLlmModel: 'Qwen3-1.7B-q4f16_1-MLC',
    webLlmLibraries:
      'https://raw.githubusercontent.com/mlc-ai/binary-mlc-llm-libs/main/web-llm-models/v0_2_86/base',
    webLlmWeights: '',
    webLlmLibrary: '',
    wllamaModel: 'qwen2.5-0.5b-instruct',
    hub: 'https://huggingface.co',
    ollamaHost: 'http://localhost:11434',
    ollamaModel: '',
    openAiUrl: 'http://localhost:8080/v1',
    openAiKey: '',
    openAiModel: '',
  },
};

/** Name of the model that is to write; empty while none is chosen, or nobody is to write. */
export function chatModelOf(generation: GenerationSettings): string {
  const engine = chosenEngine(generation);
  if (!engine) return '';
  return engine.model ? generation[engine.model] : engine.label;
}

const oneOf = <T extends string>(allowed: readonly T[], value: unknown, fallback: T): T =>
  allowed.find((one) => one === value) ?? fallback;

const text = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value.trim() !== '' ? value : fallback;

/** Each field of `fallback`, as saved. */
function texts<Fields extends { readonly [Name in keyof Fields]: string }>(
  saved: Readonly<Record<string, unknown>>,
  fallback: Fields,
): Fields {
  const result = { ...fallback };
  for (const name in fallback) Object.assign(result, { [name]: text(saved[name], fallback[name]) });
  return result;
}

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
  const generation = fields(saved['generation']);
  const fallback = DEFAULT_PREFERENCES;
  return {
    language: oneOf(['auto', 'en', 'zh'], saved['language'], fallback.language),
    theme: oneOf(THEMES, saved['theme'], fallback.theme),
    retrieval: {
      embedder: text(retrieval['embedder'], fallback.retrieval.embedder),
      index: text(retrieval['index'], fallback.retrieval.index),
      reranker: oneOf(
        [NO_RERANKER, ...rerankers.lines.map(({ id }) => id)],
        retrieval['reranker'],
        fallback.retrieval.reranker,
      ),
      retriever: oneOf(RETRIEVERS, retrieval['retriever'], fallback.retrieval.retriever),
      device: oneOf(DEVICES, retrieval['device'], fallback.retrieval.device),
      hub: text(retrieval['hub'], fallback.retrieval.hub),
      ollamaHost: text(retrieval['ollamaHost'], fallback.retrieval.ollamaHost),
      ollamaModel: text(retrieval['ollamaModel'], fallback.retrieval.ollamaModel),
    },
    generation: texts(generation, fallback.generation),
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
