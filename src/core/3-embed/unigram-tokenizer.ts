/* eslint-disable @typescript-eslint/no-non-null-assertion -- every place read is within the arrays, by the arithmetic */

import { PieceTrie } from './piece-trie.ts';
import { createSpecialTokenFilter, type Tokenizer, type TokenizerJson } from './tokenizer.ts';

/**
 * SentencePiece unigram tokenization (XLM-RoBERTa and its kin) on one Map of pieces. transformers.js builds a
 * tree of 250,000 pieces for the same: see README.md for what each costs. The ids are equal, checked by
 * `unigram-tokenizer.test.ts` against transformers.js itself.
 */
interface UnigramModel {
  readonly type: 'Unigram';
  readonly unk_id: number;
  /** Piece and log probability; the index is the id. */
  readonly vocab: readonly (readonly [string, number])[];
  readonly byte_fallback?: boolean;
}

interface Metaspace {
  readonly type: 'Metaspace';
  readonly replacement?: string;
  readonly prepend_scheme?: string;
  readonly split?: boolean;
}

const SPACE = '\u2581';
/** SentencePiece's own distance between the rarest piece and an unknown character. */
const UNKNOWN_PENALTY = 10;

/** The ids of `<s>` and `</s>` around a text, where the post-processor is a plain `<s> A </s>`. */
function wrapIds(postProcessor: unknown): { head: number[]; tail: number[] } | undefined {
  const { type, single, special_tokens } = (postProcessor ?? {}) as {
    type?: string;
    single?: readonly { SpecialToken?: { id: string }; Sequence?: { id: string } }[];
    special_tokens?: Readonly<Record<string, { ids: readonly number[] } | undefined>>;
  };
  if (type !== 'TemplateProcessing' || !single || !special_tokens) return undefined;
  const at = single.findIndex((part) => part.Sequence?.id === 'A');
  if (at < 0) return undefined;
  const ids = (parts: typeof single) =>
    parts.flatMap((part) => special_tokens[part.SpecialToken?.id ?? '']?.ids ?? []);
  return { head: ids(single.slice(0, at)), tail: ids(single.slice(at + 1)) };
}

/** A `Precompiled` normalizer, then runs of spaces made one: what SentencePiece's nmt_nfkc amounts to. */
function isNmtNfkc(normalizer: unknown): boolean {
  const { type, normalizers } = (normalizer ?? {}) as { type?: string; normalizers?: readonly unknown[] };
  if (type !== 'Sequence' || normalizers?.length !== 2) return false;
  const [first, second] = normalizers as readonly [
    { type?: string },
    { type?: string; pattern?: { Regex?: string }; content?: string },
  ];
  const joinsSpaces = second.pattern?.Regex === ' {2,}' && second.content === ' ';
  return first.type === 'Precompiled' && second.type === 'Replace' && joinsSpaces;
}

/** Whether this file's tokenizer is exactly the shape that `createUnigramTokenizer` reproduces. */
export function isPlainUnigram(json: TokenizerJson): boolean {
  const { replacement, prepend_scheme, split, type } = (json.pre_tokenizer ?? {}) as Partial<Metaspace>;
  const metaspace =
    type === 'Metaspace' && replacement === SPACE && prepend_scheme === 'always' && split === false;
  const { byte_fallback } = json.model as Partial<UnigramModel>;
  const unigram = json.model.type === 'Unigram' && byte_fallback !== true;
  return unigram && metaspace && isNmtNfkc(json.normalizer) && wrapIds(json.post_processor) !== undefined;
}

// The control and space characters that nmt_nfkc drops and unifies before NFKC.

const DROPPED = /[\u0001-\u0008\u000B\u000E-\u001F\u007F\u008F\u009F]/g;
const SPACES = /[\t\n\f\r\u00A0\u1680\u2000-\u200F\u2028\u2029\u202F\u205F\u2581\u3000\uFEFF\uFFFD]/g;
const FULLWIDTH_TILDE = '\uFF5E';

function normalize(text: string): string {
  const spaced = text.replace(DROPPED, '').replace(SPACES, ' ');
  // The full-width tilde is the one character that SentencePiece keeps where NFKC would change it.
  const parts = spaced.split(FULLWIDTH_TILDE).map((part) => part.normalize('NFKC'));
  return parts.join(FULLWIDTH_TILDE).replace(/ {2,}/g, ' ');
}

/**
 * Texts longer than this are tokenized piece by piece, so that a 10 MB line does not ask for 160 MB. A cut in
 * front of a space sign changes nothing, for no piece has one inside; where there is none for so long, the cut
 * may change the ids beside it.
 */
const WINDOW = 8192;

function windows(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  while (text.length - start > WINDOW) {
    const space = text.lastIndexOf(SPACE, start + WINDOW);
    let end = space > start ? space : start + WINDOW;
    if (/[\uDC00-\uDFFF]/.test(text.charAt(end))) end--;
    parts.push(text.slice(start, end));
    start = end;
  }
  parts.push(text.slice(start));
  return parts;
}

/** UTF-16 units of the code point that starts at `at`. */
const codePointLength = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** @param json a file for which `isPlainUnigram` holds. */
export function createUnigramTokenizer(json: TokenizerJson): Tokenizer {
  const model = json.model as UnigramModel;
  const specials = (json.added_tokens ?? []).filter((token) => token.special).map((token) => token.content);
  const isSpecial = new Set(specials);
  const stripSpecials = createSpecialTokenFilter(specials);
  const unknownId = model.unk_id;

  const units = model.vocab.reduce((sum, [piece]) => sum + piece.length, 0);
  const pieces = new PieceTrie(units);
  const scores = new Float64Array(model.vocab.length);
  let lowest = 0;
  for (let id = 0; id < model.vocab.length; id++) {
    const [piece, score] = model.vocab[id]!;
    scores[id] = score;
    lowest = Math.min(lowest, score);
    if (!isSpecial.has(piece)) pieces.add(piece, id);
  }
  const unknownScore = lowest - UNKNOWN_PENALTY;

  const best = new Float64Array(WINDOW + 1);
  const from = new Int32Array(WINDOW + 1);
  const piece = new Int32Array(WINDOW + 1);

  /** Viterbi over UTF-16 units: the best way to reach each end, kept as where its last piece starts. */
  const segment = (text: string): number[] => {
    const length = text.length;
    best.fill(-Infinity, 0, length + 1);
    best[0] = 0;
    for (let start = 0; start < length;) {
      const reached = best[start]!;
      const step = codePointLength(text, start);
      let known = false;
      let node = 0;
      for (let end = start + 1; end <= length; end++) {
        node = pieces.next(node, text.charCodeAt(end - 1));
        if (node === 0) break;
        const id = pieces.value(node);
        if (id < 0) continue;
        known ||= end === start + step;
        const score = reached + scores[id]!;
        // Strictly better: of equal ways the one whose last piece starts first wins, as in SentencePiece.
        if (score > best[end]!) {
          best[end] = score;
          from[end] = start;
          piece[end] = id;
        }
      }
      if (!known && reached + unknownScore > best[start + step]!) {
        best[start + step] = reached + unknownScore;
        from[start + step] = start;
        piece[start + step] = unknownId;
      }
      start += step;
    }
    const found: number[] = [];
    for (let end = length; end > 0; end = from[end]!) {
      const id = piece[end]!;
      // A run of unknown characters is one unknown token.
      if (id !== unknownId || found.at(-1) !== unknownId) found.push(id);
    }
    return found.reverse();
  };

  const { head, tail } = wrapIds(json.post_processor) ?? { head: [], tail: [] };
  return {
    head,
    tail,
    padId: json.added_tokens?.find((token) => token.content === '<pad>')?.id ?? 0,
    encode(text) {
      // Once more after NFKC: full-width signs can spell a special token too.
      const normalized = stripSpecials(normalize(stripSpecials(text)));
      if (normalized === '') return [];
      const spaced = normalized.replaceAll(' ', SPACE);
      return windows(spaced.startsWith(SPACE) ? spaced : SPACE + spaced).flatMap(segment);
    },
  };
}
