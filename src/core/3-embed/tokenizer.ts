/** What the adapter needs of a tokenizer: ids without special tokens, and what stands around them. */
export interface Tokenizer {
  /** Ids of `text` alone: no prefix, no special tokens, nothing cut off. */
  encode(text: string): number[];
  /** Special ids before and after every text, such as `<s>` and `</s>`. */
  readonly head: readonly number[];
  readonly tail: readonly number[];
  readonly padId: number;
}

/** The parts of a `tokenizer.json` that are read here. */
export interface TokenizerJson {
  readonly added_tokens?: readonly {
    readonly id: number;
    readonly content: string;
    readonly special?: boolean;
  }[];
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
  readonly post_processor?: unknown;
  readonly model: { readonly type?: string };
}

/**
 * Drops the text of special tokens (`</s>`, `<mask>`, `[SEP]`, …). A tokenizer reads them in a document as the
 * real thing: a page about language models would end its own sequence early.
 *
 * @param specials as written in `tokenizer.json`.
 */
export function createSpecialTokenFilter(specials: readonly string[]): (text: string) => string {
  if (specials.length === 0) return (text) => text;
  const escaped = specials.map((special) => special.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const pattern = new RegExp(escaped.join('|'), 'g');
  return (text) => {
    // Until nothing changes: what is left after one pass may spell a token again ("<<s>/s>").
    let before: string;
    do {
      before = text;
      text = text.replace(pattern, '');
    } while (text !== before);
    return text;
  };
}
