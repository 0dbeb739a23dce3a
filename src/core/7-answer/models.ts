import type { EmbeddingModel, ModelFile } from '../3-embed/models.ts';
import type { DeviceNeed } from './device-facts.ts';

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
  /** What it can't run without, besides what its engine needs. */
  readonly needs?: readonly DeviceNeed[];
  /** Whose model it is: the repository may belong to whoever converted it. */
  readonly source: string;
}

/** Runs through wllama. */
export interface GgufModel extends ChatModelFacts {
  readonly engine: 'wllama';
  /** The GGUF, or its shards in order. Too large for a hash of the whole: the first download decides on it. */
  readonly files: readonly Omit<ModelFile, 'sha256'>[];
}

/** Runs through WebLLM. Its id is the package's; `memoryMegabytes` is the GPU's, as the package tells it. */
export interface MlcModel extends ChatModelFacts {
  readonly engine: 'web-llm';
  /** File of the compiled library, below `GenerationSettings.webLlmLibraries`. Models of one build share it. */
  readonly library: string;
  /** It thinks in writing before it answers, unless it is told not to. */
  readonly thinks?: true;
}

export type ChatModel = MlcModel | GgufModel;

/** What the MLC builds of Qwen have in common. */
const QWEN_ON_GPU = {
  engine: 'web-llm',
  revision: 'main',
  vendored: false,
  contextWindow: 4096,
  languages: ['en', 'zh', 'other'],
  licence: 'Apache-2.0',
} as const;

/**
 * The catalogue, by engine and smallest first. Models with a permissive licence, and one without, which says so. They answer
 * from passages that are put before them; what they know by themselves is not asked for.
 */
export const CHAT_MODELS: readonly ChatModel[] = [
  // On the GPU, each size but the largest in two builds: in q4f16_1 a weight takes four bits and a 16-bit scale for
  // every 32 weights, in q4f32_1, for GPUs without shader-f16, a 32-bit one. Downloads are estimated by that, 4.5
  // and 5 bits for each parameter, with 12 to 17 MB for tokenizer and library: the package does not tell them.
  {
    ...QWEN_ON_GPU,
    id: 'Qwen2.5-0.5B-Instruct-q4f32_1-MLC',
    label: 'Qwen2.5 0.5B (q4f32)',
    repository: 'mlc-ai/Qwen2.5-0.5B-Instruct-q4f32_1-MLC',
    library: 'Qwen2-0.5B-Instruct-q4f32_1_cs1k-webgpu.wasm',
    downloadMegabytes: 321,
    memoryMegabytes: 1061,
    source: 'Qwen/Qwen2.5-0.5B-Instruct',
  },
  {
    ...QWEN_ON_GPU,
    id: 'Qwen2.5-0.5B-Instruct-q4f16_1-MLC',
    label: 'Qwen2.5 0.5B (q4f16)',
    repository: 'mlc-ai/Qwen2.5-0.5B-Instruct-q4f16_1-MLC',
    library: 'Qwen2-0.5B-Instruct-q4f16_1_cs1k-webgpu.wasm',
    needs: ['shader-f16'],
    downloadMegabytes: 290,
    memoryMegabytes: 945,
    source: 'Qwen/Qwen2.5-0.5B-Instruct',
  },
  {
    ...QWEN_ON_GPU,
    id: 'Qwen2.5-1.5B-Instruct-q4f32_1-MLC',
    label: 'Qwen2.5 1.5B (q4f32)',
    repository: 'mlc-ai/Qwen2.5-1.5B-Instruct-q4f32_1-MLC',
    library: 'Qwen2-1.5B-Instruct-q4f32_1_cs1k-webgpu.wasm',
    downloadMegabytes: 977,
    memoryMegabytes: 1889,
    source: 'Qwen/Qwen2.5-1.5B-Instruct',
  },
  {
    ...QWEN_ON_GPU,
    id: 'Qwen2.5-1.5B-Instruct-q4f16_1-MLC',
    label: 'Qwen2.5 1.5B (q4f16)',
    repository: 'mlc-ai/Qwen2.5-1.5B-Instruct-q4f16_1-MLC',
    library: 'Qwen2-1.5B-Instruct-q4f16_1_cs1k-webgpu.wasm',
    needs: ['shader-f16'],
    downloadMegabytes: 881,
    memoryMegabytes: 1630,
    source: 'Qwen/Qwen2.5-1.5B-Instruct',
  },
  {
    ...QWEN_ON_GPU,
    id: 'Qwen3-1.7B-q4f32_1-MLC',
    label: 'Qwen3 1.7B (q4f32)',
    repository: 'mlc-ai/Qwen3-1.7B-q4f32_1-MLC',
    library: 'Qwen3-1.7B-q4f32_1_cs1k-webgpu.wasm',
    thinks: true,
    downloadMegabytes: 1092,
    memoryMegabytes: 2636,
    source: 'Qwen/Qwen3-1.7B',
  },
  {
    ...QWEN_ON_GPU,
    id: 'Qwen3-1.7B-q4f16_1-MLC',
    label: 'Qwen3 1.7B (q4f16)',
    repository: 'mlc-ai/Qwen3-1.7B-q4f16_1-MLC',
    library: 'Qwen3-1.7B-q4f16_1_cs1k-webgpu.wasm',
    needs: ['shader-f16'],
    thinks: true,
    downloadMegabytes: 985,
    memoryMegabytes: 2037,
    source: 'Qwen/Qwen3-1.7B',
  },
  {
    ...QWEN_ON_GPU,
    id: 'Qwen3-4B-q4f16_1-MLC',
    label: 'Qwen3 4B (q4f16)',
    repository: 'mlc-ai/Qwen3-4B-q4f16_1-MLC',
    library: 'Qwen3-4B-q4f16_1_cs1k-webgpu.wasm',
    needs: ['shader-f16'],
    thinks: true,
    downloadMegabytes: 2280,
    memoryMegabytes: 3432,
    source: 'Qwen/Qwen3-4B',
  },
  // On the CPU.
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

export const MLC_MODELS = CHAT_MODELS.filter((model) => model.engine === 'web-llm');
export const GGUF_MODELS = CHAT_MODELS.filter((model) => model.engine === 'wllama');

/** Small enough to try, and it reads both languages of the interface. */
export const DEFAULT_CHAT_MODEL = 'qwen2.5-0.5b-instruct';
