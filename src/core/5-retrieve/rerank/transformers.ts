import type { PreTrainedModel } from '@xenova/transformers';
import { makeBatches } from '../../3-embed/batches.ts';
import { loadTokenizer } from '../../3-embed/load-tokenizer.ts';
import { fetchModelFiles } from '../../3-embed/model-files.ts';
import { loadTransformers, serveFiles } from '../../3-embed/onnx-runtime.ts';
import { OWN_MODELS } from '../../3-embed/own-models.ts';
import type { Tokenizer } from '../../3-embed/tokenizer.ts';
import { SatchelError, toSatchelError } from '../../errors.ts';
import { nextTurn } from '../../next-turn.ts';
import type { RerankingModel } from './models.ts';
import type { Reranker, RerankerOptions } from './reranker.ts';

/** Pairs of a batch: about half a second on two old cores, after which a new question may break in. */
const LIMITS = { paddedTokens: 512, texts: 8 };
/** Tokens of the question at most: what is left of it must not crowd out the passage. */
const MAX_QUESTION_TOKENS = 128;

interface Pair {
  readonly ids: readonly number[];
  /** Where the passage begins. */
  readonly passageAt: number;
}

/** Runs a cross-encoder on the CPU; int8 weights have no kernels on a GPU. */
class TransformersReranker implements Reranker {
  readonly #model: RerankingModel;
  readonly #network: PreTrainedModel;
  readonly #tokenizer: Tokenizer;

  constructor(model: RerankingModel, network: PreTrainedModel, tokenizer: Tokenizer) {
    this.#model = model;
    this.#network = network;
    this.#tokenizer = tokenizer;
  }

  async score(question: string, texts: readonly string[], signal?: AbortSignal): Promise<Float32Array> {
    try {
      const pairs = texts.map((text) => this.#pair(question, text));
      const scores = new Float32Array(texts.length);
      // int8 activations share one scale per batch: alone, a score depends on its pair alone.
      const limits = this.#model.dtype === 'q8' ? { ...LIMITS, texts: 1 } : LIMITS;
      for (const batch of makeBatches(
        pairs.map(({ ids }) => ids.length),
        limits,
      )) {
        // The model blocks the thread while it runs: an abort is heard between two batches.
        await nextTurn();
        if (signal?.aborted) throw new SatchelError('aborted');
        const logits = await this.#run(batch.flatMap((row) => pairs[row] ?? []));
        batch.forEach((row, i) => (scores[row] = logits[i] ?? NaN));
      }
      if (scores.some(Number.isNaN)) throw new Error('The model gave no score for a passage.');
      return scores;
    } catch (error) {
      throw toSatchelError(error, 'reranking-failed');
    }
  }

  async dispose(): Promise<void> {
    await this.#network.dispose();
  }

  #pair(question: string, text: string): Pair {
    const { head, tail, encode } = this.#tokenizer;
    const between = this.#model.separators === 2 ? [...tail, ...tail] : tail;
    const asked = encode(question.trim()).slice(0, MAX_QUESTION_TOKENS);
    const passageAt = head.length + asked.length + between.length;
    const room = this.#model.maxTokens - passageAt - tail.length;
    const passage = encode(text.trim()).slice(0, room);
    return { ids: [...head, ...asked, ...between, ...passage, ...tail], passageAt };
  }

  async #run(pairs: readonly Pair[]): Promise<Float32Array> {
    const { Tensor } = await loadTransformers();
    const width = Math.max(...pairs.map(({ ids }) => ids.length));
    const ids = new BigInt64Array(pairs.length * width).fill(BigInt(this.#tokenizer.padId));
    const mask = new BigInt64Array(pairs.length * width);
    const types = new BigInt64Array(pairs.length * width);
    pairs.forEach((pair, i) => {
      pair.ids.forEach((id, j) => (ids[i * width + j] = BigInt(id)));
      mask.fill(1n, i * width, i * width + pair.ids.length);
      types.fill(1n, i * width + pair.passageAt, i * width + pair.ids.length);
    });
    const dims = [pairs.length, width];
    // Token types are handed on to graphs that ask for them: BERT's do.
    const { logits } = (await this.#network({
      input_ids: new Tensor('int64', ids, dims),
      attention_mask: new Tensor('int64', mask, dims),
      token_type_ids: new Tensor('int64', types, dims),
    })) as { readonly logits: { readonly data: Float32Array } };
    return logits.data;
  }
}

/** @throws SatchelError `model-unreachable`, `model-mismatch`, `quota-exceeded`, `reranking-failed`, `aborted`. */
export async function loadTransformersReranker(
  model: RerankingModel,
  options: RerankerOptions,
): Promise<Reranker> {
  try {
    const [{ files }, { AutoModelForSequenceClassification }] = await Promise.all([
      fetchModelFiles({ ...model, vendored: false }, { ...options, ownOrigin: OWN_MODELS }),
      loadTransformers(),
    ]);
    const tokenizer = await loadTokenizer(model, files);
    if (options.signal?.aborted) throw new SatchelError('aborted');
    const network = await serveFiles(model.id, files, () =>
      AutoModelForSequenceClassification.from_pretrained(model.id, {
        dtype: model.dtype,
        device: 'auto',
        session_options: { executionProviders: ['wasm'] },
      }),
    );
    return new TransformersReranker(model, network, tokenizer);
  } catch (error) {
    throw toSatchelError(error, 'reranking-failed');
  }
}
