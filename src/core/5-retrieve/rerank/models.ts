import type { ModelFile } from '../../3-embed/models.ts';
import type { Language } from '../../types.ts';

/** Facts of a cross-encoder that runs in the browser through ONNX. */
export interface RerankingModel {
  readonly id: string;
  readonly label: string;
  /** Repository on the hub, in transformers.js layout. */
  readonly repository: string;
  /** A commit: these tables name bytes that were looked at once. */
  readonly revision: string;
  /** `config.json` and tokenizer first: a missing model is noticed before its large file is fetched. */
  readonly files: readonly ModelFile[];
  /** Rounded, for menus. */
  readonly downloadMegabytes: number;
  /** Question, passage and special tokens together. */
  readonly maxTokens: number;
  /** Separator tokens between question and passage: BERT has one, RoBERTa's family two. */
  readonly separators: 1 | 2;
  readonly dtype: 'fp32' | 'q8' | 'q4';
  readonly languages: readonly (Language | 'other')[];
  /** SPDX id. */
  readonly licence: string;
  /** Where the weights come from, for the interface and for whoever checks them. */
  readonly source: string;
}

const TOKENIZER_FILES: readonly ModelFile[] = [
  { path: 'config.json' },
  { path: 'tokenizer_config.json' },
  { path: 'tokenizer.json' },
];

/**
 * The catalogue. Hashes are those that the hub states for its large files; the first download decides on the small
 * ones. jina-reranker-v2-base-multilingual is left out for its licence (CC BY-NC), bge-reranker-v2-m3 for its size
 * (570 MB at 8 bits).
 */
export const RERANKING_MODELS: readonly RerankingModel[] = [
  {
    id: 'bge-reranker-base',
    label: 'bge-reranker-base',
    repository: 'Xenova/bge-reranker-base',
    revision: 'b4ea4663edc07ce975fadca89e44383333d7269f',
    files: [
      ...TOKENIZER_FILES,
      {
        path: 'onnx/model_quantized.onnx',
        sha256: 'dd98f3e67837d23210a6b7550c08cced4f61845b940ac45be3565840a10f3244',
      },
    ],
    downloadMegabytes: 296,
    maxTokens: 512,
    separators: 2,
    // fp32 is 1.1 GB.
    dtype: 'q8',
    languages: ['en', 'zh'],
    licence: 'MIT',
    source: 'BAAI/bge-reranker-base',
  },
  {
    id: 'ms-marco-MiniLM-L-4-v2',
    label: 'ms-marco-MiniLM-L-4-v2',
    repository: 'Xenova/ms-marco-MiniLM-L-4-v2',
    revision: 'fe8d6077e59fdc76f7d67dcf6157c24cf43b652f',
    files: [
      ...TOKENIZER_FILES,
      {
        path: 'onnx/model_quantized.onnx',
        sha256: 'ff4b58e869a5c4ec0c6691caf045bc0e294b3cc34b9f015d8a5fc8d6aeb3b2d3',
      },
    ],
    downloadMegabytes: 20,
    maxTokens: 512,
    separators: 1,
    dtype: 'q8',
    languages: ['en'],
    licence: 'Apache-2.0',
    source: 'cross-encoder/ms-marco-MiniLM-L-4-v2',
  },
];
