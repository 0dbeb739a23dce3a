import type { Language } from '../types.ts';

/** One file of a model, by its path inside the model's folder or repository. */
export interface ModelFile {
  readonly path: string;
  /** Absent where this table's authors could not fetch the file: then the first download decides, see `sha256`. */
  readonly sizeBytes?: number;
  /** In hex. Absent: the hash of the first download is recorded and every later one has to equal it. */
  readonly sha256?: string;
}

/** Facts of an embedding model that runs in the browser through ONNX. */
export interface EmbeddingModel {
  readonly id: string;
  readonly label: string;
  /** Repository on the hub, in transformers.js layout. */
  readonly repository: string;
  /** Branch, tag or commit of the repository. */
  readonly revision: string;
  /** Served from the app's own origin, under `models/<id>/`. */
  readonly vendored: boolean;
  /** `config.json` and tokenizer first: a missing model is noticed before its large file is fetched. */
  readonly files: readonly ModelFile[];
  /** Rounded, for menus; the files' own sizes count where they are known. */
  readonly downloadMegabytes: number;
  readonly dimensions: number;
  /** Prefix and special tokens included. */
  readonly maxTokens: number;
  readonly queryPrefix: string;
  readonly passagePrefix: string;
  /** `model`: the graph pools by itself and gives `sentence_embedding`. */
  readonly pooling: 'mean' | 'cls' | 'model';
  /** Name of the weights' format as transformers.js has it; it decides the name of the ONNX file. */
  readonly dtype: 'fp32' | 'q8' | 'q4';
  readonly languages: readonly (Language | 'other')[];
  /** SPDX id, or the name of the terms. */
  readonly licence: string;
  /** Where the weights come from, for the interface and for whoever checks them. */
  readonly source: string;
}

/** What delivery has to know of a model, whatever the model is for. */
export type ModelSource = Pick<EmbeddingModel, 'id' | 'repository' | 'revision' | 'vendored' | 'files'>;

const TOKENIZER_FILES: readonly ModelFile[] = [
  { path: 'config.json' },
  { path: 'tokenizer_config.json' },
  { path: 'tokenizer.json' },
];

const hubFiles = (...onnx: string[]): readonly ModelFile[] => [
  ...TOKENIZER_FILES,
  ...onnx.map((name) => ({ path: `onnx/${name}` })),
];

const EVERY_LANGUAGE = ['en', 'zh', 'other'] as const;

/**
 * The catalogue. Prefixes and pooling are part of a model: without E5's "query: ", or with the mean in place
 * of BGE's first token, vectors come out plausible and rank worse.
 *
 * q4 and fp32 are preferred to q8. The usual int8 export scales its activations over the whole batch: twice
 * as fast, but it changed the top hit of 19 % of queries, and a text's vector depended on what else was in
 * its batch. Where only q8 is small enough to download, texts are embedded one at a time (`transformers.ts`).
 */
export const EMBEDDING_MODELS: readonly EmbeddingModel[] = [
  {
    id: 'multilingual-e5-small',
    label: 'multilingual-e5-small',
    repository: 'Xenova/multilingual-e5-small',
    revision: 'main',
    vendored: true,
    files: [
      {
        path: 'config.json',
        sizeBytes: 415,
        sha256: '37a52ffd455102f981d141af9f5a3daf33e924be99852c989e1b47d96bb7b9ba',
      },
      {
        path: 'tokenizer_config.json',
        sizeBytes: 238,
        sha256: 'd1268991eb3323127c2223b008b7a6d298fbfe5e1a443e68fab9b2d026886cfe',
      },
      {
        path: 'tokenizer.json',
        sizeBytes: 6_564_742,
        sha256: '7a0b7bab92f5f575380f78c03e1cfda2ec75c229c13287a0ffe36062911897bc',
      },
      {
        path: 'onnx/model_q4.onnx',
        sizeBytes: 67_020_063,
        sha256: '60447781a8120cc8d2f53021551323fd68dfa4c51a46c37cd446f3618c07078f',
      },
    ],
    downloadMegabytes: 74,
    dimensions: 384,
    maxTokens: 512,
    queryPrefix: 'query: ',
    passagePrefix: 'passage: ',
    pooling: 'mean',
    dtype: 'q4',
    languages: EVERY_LANGUAGE,
    licence: 'MIT',
    source: 'intfloat/multilingual-e5-small; 4-bit weights, see public/models/README.md',
  },
  {
    id: 'multilingual-e5-base',
    label: 'multilingual-e5-base',
    repository: 'Xenova/multilingual-e5-base',
    revision: 'main',
    vendored: false,
    files: hubFiles('model_quantized.onnx'),
    downloadMegabytes: 296,
    dimensions: 768,
    maxTokens: 512,
    queryPrefix: 'query: ',
    passagePrefix: 'passage: ',
    pooling: 'mean',
    // fp32 is 1.1 GB.
    dtype: 'q8',
    languages: EVERY_LANGUAGE,
    licence: 'MIT',
    source: 'intfloat/multilingual-e5-base',
  },
  {
    id: 'bge-small-zh-v1.5',
    label: 'bge-small-zh-v1.5',
    repository: 'Xenova/bge-small-zh-v1.5',
    revision: 'main',
    vendored: false,
    files: hubFiles('model.onnx'),
    downloadMegabytes: 96,
    dimensions: 512,
    maxTokens: 512,
    // BAAI's instruction for short questions that look for long passages; passages take none.
    queryPrefix: '为这个句子生成表示以用于检索相关文章：',
    passagePrefix: '',
    pooling: 'cls',
    dtype: 'fp32',
    languages: ['zh'],
    licence: 'MIT',
    source: 'BAAI/bge-small-zh-v1.5',
  },
  {
    id: 'bge-m3',
    label: 'bge-m3',
    repository: 'Xenova/bge-m3',
    revision: 'main',
    vendored: false,
    files: hubFiles('model_quantized.onnx'),
    downloadMegabytes: 587,
    dimensions: 1024,
    // It reads 8192, but attention over 8192 tokens asks for 16 heads × 8192² × 4 B = 4.3 GB at once, all that
    // 32-bit WASM can address; at 2048 it is 0.27 GB.
    maxTokens: 2048,
    queryPrefix: '',
    passagePrefix: '',
    pooling: 'cls',
    // fp32 is 2.3 GB.
    dtype: 'q8',
    languages: EVERY_LANGUAGE,
    licence: 'MIT',
    source: 'BAAI/bge-m3',
  },
  {
    id: 'all-MiniLM-L6-v2',
    label: 'all-MiniLM-L6-v2',
    repository: 'Xenova/all-MiniLM-L6-v2',
    revision: 'main',
    vendored: false,
    files: hubFiles('model.onnx'),
    downloadMegabytes: 91,
    dimensions: 384,
    // 512 positions, but trained and published with sequences of 256.
    maxTokens: 256,
    queryPrefix: '',
    passagePrefix: '',
    pooling: 'mean',
    dtype: 'fp32',
    languages: ['en'],
    licence: 'Apache-2.0',
    source: 'sentence-transformers/all-MiniLM-L6-v2',
  },
  {
    id: 'nomic-embed-text-v1.5',
    label: 'nomic-embed-text-v1.5',
    repository: 'nomic-ai/nomic-embed-text-v1.5',
    revision: 'main',
    vendored: false,
    files: hubFiles('model_q4.onnx'),
    downloadMegabytes: 166,
    dimensions: 768,
    // It reads 8192; see bge-m3.
    maxTokens: 2048,
    queryPrefix: 'search_query: ',
    passagePrefix: 'search_document: ',
    pooling: 'mean',
    dtype: 'q4',
    languages: ['en'],
    licence: 'Apache-2.0',
    source: 'nomic-ai/nomic-embed-text-v1.5',
  },
  {
    id: 'embeddinggemma-300m',
    label: 'EmbeddingGemma 300M',
    repository: 'onnx-community/embeddinggemma-300m-ONNX',
    revision: 'main',
    vendored: false,
    // Graph and weights are two files; its two dense layers after pooling are inside the graph.
    files: hubFiles('model_q4.onnx', 'model_q4.onnx_data'),
    downloadMegabytes: 218,
    dimensions: 768,
    maxTokens: 2048,
    queryPrefix: 'task: search result | query: ',
    passagePrefix: 'title: none | text: ',
    pooling: 'model',
    dtype: 'q4',
    languages: EVERY_LANGUAGE,
    // Not an open-source licence: use is bound to Google's prohibited-use policy.
    licence: 'Gemma Terms of Use',
    source: 'google/embeddinggemma-300m',
  },
];

export const DEFAULT_EMBEDDING_MODEL = 'multilingual-e5-small';
