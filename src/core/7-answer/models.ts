import type { EmbeddingModel, ModelFile } from '../3-embed/models.ts';

/** Facts of a chat model that runs in the browser. */
interface ChatModelFacts extends Pick<
  EmbeddingModel,
  'id' | 'label' | 'repository' | 'revision' | 'vendored' | 'downloadMegabytes' | 'languages' | 'licence'
> {
  /** Weights, and keys and values for all of `contextWindow`; rounded up. */
  readonly memoryMegabytes: number;
  /**
   * Tokens of prompt and answer together. Less than the model could: every token's place takes memory, and a
   * thousand tokens take a minute to read on two old cores.
   */
  readonly contextWindow: number;
  /** Whose model it is: the repository may belong to whoever converted it. */
  readonly source: string;
}

/** Runs through wllama. */
export interface GgufModel extends ChatModelFacts {
  readonly engine: 'wllama';
  /** The GGUF, or its shards in order. Too large for a hash of the whole: the first download decides on it. */
  readonly files: readonly Omit<ModelFile, 'sha256'>[];
}

export type ChatModel = GgufModel;

/**
 * The catalogue, smallest first. Models with a permissive licence, and one without, which says so. They answer
 * from passages that are put before them; what they know by themselves is not asked for.
 */
export const CHAT_MODELS: readonly ChatModel[] = [
  {
    id: 'smollm2-360m-instruct',
    label: 'SmolLM2 360M',
    engine: 'wllama',
    repository: 'HuggingFaceTB/SmolLM2-360M-Instruct-GGUF',
    revision: 'main',
    vendored: false,
    files: [{ path: 'smollm2-360m-instruct-q8_0.gguf' }],
    downloadMegabytes: 386,
    memoryMegabytes: 650,
    contextWindow: 4096,
    languages: ['en'],
    licence: 'Apache-2.0',
    source: 'HuggingFaceTB/SmolLM2-360M-Instruct',
  },
  {
    id: 'qwen2.5-0.5b-instruct',
    label: 'Qwen2.5 0.5B',
    engine: 'wllama',
    repository: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF',
    revision: 'main',
    vendored: false,
    files: [{ path: 'qwen2.5-0.5b-instruct-q4_k_m.gguf' }],
    downloadMegabytes: 491,
    memoryMegabytes: 650,
    contextWindow: 4096,
    languages: ['en', 'zh', 'other'],
    licence: 'Apache-2.0',
    source: 'Qwen/Qwen2.5-0.5B-Instruct',
  },
  {
    id: 'llama-3.2-1b-instruct',
    label: 'Llama 3.2 1B',
    engine: 'wllama',
    repository: 'bartowski/Llama-3.2-1B-Instruct-GGUF',
    revision: 'main',
    vendored: false,
    files: [{ path: 'Llama-3.2-1B-Instruct-Q4_K_M.gguf' }],
    downloadMegabytes: 808,
    memoryMegabytes: 1100,
    contextWindow: 4096,
    languages: ['en', 'other'],
    // Not an open-source licence: use is bound to Meta's acceptable-use policy, and large companies are left out.
    licence: 'Llama 3.2 Community License',
    source: 'meta-llama/Llama-3.2-1B-Instruct',
  },
  {
    id: 'qwen2.5-1.5b-instruct',
    label: 'Qwen2.5 1.5B',
    engine: 'wllama',
    repository: 'Qwen/Qwen2.5-1.5B-Instruct-GGUF',
    revision: 'main',
    vendored: false,
    files: [{ path: 'qwen2.5-1.5b-instruct-q4_k_m.gguf' }],
    downloadMegabytes: 1117,
    memoryMegabytes: 1400,
    contextWindow: 4096,
    languages: ['en', 'zh', 'other'],
    licence: 'Apache-2.0',
    source: 'Qwen/Qwen2.5-1.5B-Instruct',
  },
];

/** Small enough to try, and it reads both languages of the interface. */
export const DEFAULT_CHAT_MODEL = 'qwen2.5-0.5b-instruct';
