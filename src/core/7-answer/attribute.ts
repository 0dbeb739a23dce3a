import type { Embedder } from '../3-embed/embedder.ts';
import { tokenize } from '../4-index/tokenize.ts';
import type { Citation, Passage } from '../types.ts';
import { candidateSentences } from './candidates.ts';
import { questionLanguage } from './language.ts';
import {
  factsOf,
  likeliest,
  missingFacts,
  SUPPORTED,
  type Facts,
  type SupportEvidence,
  type SupportModels,
} from './support.ts';
import { stripCitations } from './written-sentences.ts';

/** Source sentences that are embedded for a written one: each costs some 20 to 40 ms on two CPU cores. */
const MAX_SAME = 6;
/** More where the languages differ, as shared words say little there. */
const MAX_ACROSS = 10;

/** A scrap such as "2." is near to anything in meaning: unless it shares a word it is no source. */
const MIN_TERMS = 4;

/** Two neighbours are taken together when they hold so much more of the written sentence than either. */
const JOIN_GAIN = 0.25;

/** A place that may support a written sentence. */
interface Source {
  readonly passage: Passage;
  readonly rank: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly overlap: number;
}

/** A source with what it shows. */
export interface Support extends Source {
  readonly evidence: SupportEvidence;
}

export interface AttributeOptions {
  readonly idf: (term: string) => number;
  /** Absent where only keywords are searched. */
  readonly embedder?: Pick<Embedder, 'embed' | 'dimensions'>;
  /** By default those measured for multilingual-e5-small, or for shared words where there is no embedder. */
  readonly models?: SupportModels;
  readonly signal?: AbortSignal;
}

/**
 * Without an embedder, or with one that was not measured: a sentence needs 0.27 of its term weight. On the set
 * below that cites 39 of 41 rightly and no foreign sentence; across languages words say nothing.
 */
const BY_WORDS: SupportModels = {
  en: { bias: -6, overlap: 22, cosine: 0, missing: -18 },
  zh: { bias: -6, overlap: 22, cosine: 0, missing: -18 },
  across: { bias: -6, overlap: 0, cosine: 0, missing: 0 },
};

/**
 * Fitted by `npm run eval -- --answers DIR` on 41 questions about 49 documents of both languages. Judged by models
 * fitted on other questions, 39 of 41 answers were cited rightly, 14 of 20 where only a translation was at hand,
 * and 12 of 328 sentences of other documents and 3 of 94 with other digits were cited wrongly. Which features
 * there are was chosen on the same questions, so others will do somewhat worse.
 */
const MEASURED: Readonly<Record<string, SupportModels>> = {
  'multilingual-e5-small': {
    en: { bias: -27.9, overlap: 9.2, cosine: 30.2, missing: -18 },
    zh: { bias: -47.8, overlap: 13.5, cosine: 49.8, missing: -18 },
    across: { bias: -59.4, overlap: 8, cosine: 76.2, missing: -18 },
  },
};

/** By the embedder's id. Cosines of a model lie in a band of their own: a line is worth nothing for another. */
export const supportModelsOf = (embedder: string): SupportModels => MEASURED[embedder] ?? BY_WORDS;

/** They answer, agree or thank, and state nothing. */
const SAYS_NOTHING =
  /^(?:(?:yes|no|sure|ok|okay|certainly|indeed|of course|thanks|thank you|是的?|不是|好的?|对|没错|当然|可以|没有|谢谢)\P{L}*)+$/iu;

const saysSomething = (sentence: string): boolean =>
  tokenize(sentence).length > 0 && !SAYS_NOTHING.test(sentence.replace(/^\P{L}+/u, ''));

/** Share of the sentence's term weight that `terms` holds, 0 to 1. */
function shareOf(sentence: string, idf: (term: string) => number): (terms: ReadonlySet<string>) => number {
  const weights = new Map([...new Set(tokenize(sentence))].map((term) => [term, idf(term)]));
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return (terms) => {
    let held = 0;
    for (const [term, weight] of weights) if (terms.has(term)) held += weight;
    return total > 0 ? held / total : 0;
  };
}

/** Two neighbours of a passage as one source, where the written sentence draws on both. */
function joined(a: Source, b: Source, share: (terms: ReadonlySet<string>) => number): Source[] {
  if (a.passage !== b.passage || b.start < a.end) return [];
  const text = a.passage.text.slice(a.start - a.passage.start, b.end - a.passage.start);
  const overlap = share(new Set(tokenize(text)));
  return overlap < Math.max(a.overlap, b.overlap) + JOIN_GAIN ? [] : [{ ...a, end: b.end, text, overlap }];
}

/** Every sentence of the passages, and those that are better taken together with the next. */
function sourcesOf(sentence: string, passages: readonly Passage[], idf: (term: string) => number): Source[] {
  const share = shareOf(sentence, idf);
  const singles = candidateSentences(sentence, passages, idf).map((candidate) => ({
    ...candidate,
    // A list counts with all its lines.
    overlap: Math.max(candidate.overlap, share(new Set(tokenize(candidate.text)))),
  }));
  const enough = singles.filter(
    ({ overlap, text }) => overlap > 0 || new Set(tokenize(text)).size >= MIN_TERMS,
  );
  const pairs = singles.slice(1).flatMap((single, i) => {
    const before = singles[i];
    return before ? joined(before, single, share) : [];
  });
  return [...enough, ...pairs];
}

/** Those worth embedding: by shared words, and of the other language by rank too, for that may be all there is. */
function shortlist(language: Facts['language'], sources: readonly Source[]): Source[] {
  const sorted = [...sources].sort((a, b) => b.overlap - a.overlap || a.rank - b.rank || a.start - b.start);
  const isSame = ({ text }: Source): boolean => questionLanguage(text) === language;
  return [
    ...sorted.filter(isSame).slice(0, MAX_SAME),
    ...sorted.filter((source) => !isSame(source)).slice(0, MAX_ACROSS),
  ];
}

/** The source with the sentences before and after it, as far as its passage goes. */
function withNeighbours({ passage, start, end }: Source, sources: readonly Source[]): string {
  const own = sources.filter((other) => other.passage === passage);
  const from = own.filter((other) => other.end <= start).map((other) => other.start);
  const to = own.filter((other) => other.start >= end).map((other) => other.end);
  return passage.text.slice(
    Math.max(passage.start, ...from) - passage.start,
    Math.min(passage.end, ...to) - passage.start,
  );
}

/** Cosine of any two of the texts, each embedded once. */
async function cosines(
  texts: readonly string[],
  embedder: Pick<Embedder, 'embed' | 'dimensions'>,
  signal?: AbortSignal,
): Promise<(a: string, b: string) => number> {
  const distinct = [...new Set(texts)];
  const rowOf = new Map(distinct.map((text, i) => [text, i]));
  const { dimensions } = embedder;
  const rows = await embedder.embed(distinct, 'passage', signal);
  return (a, b) => {
    const i = (rowOf.get(a) ?? 0) * dimensions;
    const j = (rowOf.get(b) ?? 0) * dimensions;
    let dot = 0;
    for (let d = 0; d < dimensions; d++) dot += (rows[i + d] ?? 0) * (rows[j + d] ?? 0);
    return dot;
  };
}

/**
 * For each sentence the places that may support it and what they show, for `attributeSentences` and for
 * measuring it. A sentence without content words has none.
 * @throws as `Embedder.embed` does.
 */
export async function supportsOf(
  sentences: readonly string[],
  passages: readonly Passage[],
  { idf, embedder, signal }: AttributeOptions,
): Promise<readonly Support[][]> {
  const found = sentences.map((written) => {
    // A source number that the model wrote is no number that the source must hold.
    const sentence = stripCitations(written).text;
    const facts = factsOf(sentence);
    const all = saysSomething(sentence) ? sourcesOf(sentence, passages, idf) : [];
    return { sentence, facts, all, sources: shortlist(facts.language, all) };
  });
  const texts = found.flatMap(({ sentence, sources }) =>
    sources.length > 0 ? [sentence, ...sources.map(({ text }) => text)] : [],
  );
  const cosine = embedder && texts.length > 0 ? await cosines(texts, embedder, signal) : undefined;
  return found.map(({ sentence, facts, all, sources }) =>
    sources.map((source) => {
      const { passage, overlap, text } = source;
      const named = `${passage.headings.join('\n')}\n${passage.documentName}`;
      const evidence: SupportEvidence = {
        overlap,
        missing: missingFacts(facts, withNeighbours(source, all), named),
        languages: questionLanguage(text) === facts.language ? facts.language : 'across',
        ...(cosine && { cosine: cosine(sentence, text) }),
      };
      return { ...source, evidence };
    }),
  );
}

function toCitation({ passage, rank, start, end, text }: Source): Citation {
  const { chunkId, documentId, documentName, page } = passage;
  const place = { n: rank + 1, chunkId, documentId, documentName, start, end, quote: text };
  return page === undefined ? place : { ...place, page };
}

/**
 * For each written sentence the source sentence that supports it, or null where none does. `n` of a citation is
 * the position of its passage in `passages`, from 1; its `quote` is a slice of that passage.
 * @throws as `Embedder.embed` does.
 */
export async function attributeSentences(
  sentences: readonly string[],
  passages: readonly Passage[],
  options: AttributeOptions,
): Promise<(Citation | null)[]> {
  const models = options.models ?? (options.embedder ? supportModelsOf('multilingual-e5-small') : BY_WORDS);
  return (await supportsOf(sentences, passages, options)).map((supports) => {
    const best = likeliest(supports, models);
    return best && best.probability >= SUPPORTED ? toCitation(best.support) : null;
  });
}
