import type { ModelSource } from './models.ts';
import { loadTransformers, serveFiles } from './onnx-runtime.ts';
import { createSpecialTokenFilter, type Tokenizer, type TokenizerJson } from './tokenizer.ts';
import { createUnigramTokenizer, isPlainUnigram } from './unigram-tokenizer.ts';

/** The light tokenizer where it gives the same ids, else transformers.js's own. */
export async function loadTokenizer(
  model: Pick<ModelSource, 'id'>,
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
): Promise<Tokenizer> {
  const json = JSON.parse(new TextDecoder().decode(files.get('tokenizer.json'))) as TokenizerJson;
  if (isPlainUnigram(json)) return createUnigramTokenizer(json);

  const { AutoTokenizer } = await loadTransformers();
  const tokenizer = await serveFiles(model.id, files, () => AutoTokenizer.from_pretrained(model.id));
  const specials = (json.added_tokens ?? []).filter(({ special }) => special).map(({ content }) => content);
  const withoutSpecials = createSpecialTokenFilter(specials);
  const encode = (text: string): number[] =>
    tokenizer.encode(withoutSpecials(text), { add_special_tokens: false });
  return { encode, padId: tokenizer.pad_token_id ?? 0, ...wrapping(encode('a'), tokenizer.encode('a')) };
}

/** What the tokenizer puts around a text, read off one that it has wrapped. */
function wrapping(bare: readonly number[], wrapped: readonly number[]): Pick<Tokenizer, 'head' | 'tail'> {
  const starts = wrapped.findIndex((_, at) => bare.every((id, i) => wrapped[at + i] === id));
  if (starts < 0) return { head: [], tail: [] };
  return { head: wrapped.slice(0, starts), tail: wrapped.slice(starts + bare.length) };
}
