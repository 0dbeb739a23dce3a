import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import { sentenceChunker } from '../core/2-chunk/sentence-chunker.ts';
import type { Embedder } from '../core/3-embed/embedder.ts';
import type { TokenizerJson } from '../core/3-embed/tokenizer.ts';
import { createUnigramTokenizer } from '../core/3-embed/unigram-tokenizer.ts';
import { encodeTerms } from '../core/4-index/encode-terms.ts';
import { KeywordIndex } from '../core/4-index/keyword-index.ts';
import { TermSegment } from '../core/4-index/term-segment.ts';
import { bytesInMemory } from '../core/4-index/term-source.ts';
import { evidenceOf, rankSentences } from '../core/7-answer/extractive.ts';
import { contents, cut } from '../core/cut.ts';
import type { AskEvent, RetrievalSettings } from '../core/service.ts';
import type { Passage } from '../core/types.ts';
import type { Headless } from '../headless/main.ts';
import { casesOf, type CutDocument } from './attribution-cases.ts';
import { citedFrom, crossValidate, fitSupport, type AttributionCase, type CaseKind } from './attribution.ts';
import { openQuestionLibrary, percent, type QuestionLibrary } from './question-library.ts';
import { fitCalibrations, leaveOneOut, refusedBelow, type JudgedQuestion } from './refusal.ts';

declare const window: { satchel: Headless };

/** As many as the interface shows. */
const PASSAGES = 8;
const THRESHOLDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const TOKENIZER = new URL('../../public/models/multilingual-e5-small/tokenizer.json', import.meta.url);

/** All that the figures are computed from. */
interface AnswerEvidence {
  readonly questions: readonly JudgedQuestion[];
  readonly cases: readonly AttributionCase[];
}

/** The app's embedder, in the page; a text is sent there once. */
function pageEmbedder(page: Page, dimensions: number): Pick<Embedder, 'embed' | 'dimensions'> {
  const known = new Map<string, Float32Array<ArrayBuffer>>();
  return {
    dimensions,
    async embed(texts, role) {
      const unknown = [...new Set(texts)].filter((text) => !known.has(role + text));
      const rows = await page.evaluate(
        async ([given, as]) => Array.from((await window.satchel.bench.embed(given, as, 'app')).vectors),
        [unknown, role] as const,
      );
      unknown.forEach((text, i) =>
        known.set(role + text, Float32Array.from(rows.slice(i * dimensions, (i + 1) * dimensions))),
      );
      const vectors = new Float32Array(texts.length * dimensions);
      texts.forEach((text, i) => vectors.set(known.get(role + text) ?? [], i * dimensions));
      return vectors;
    },
  };
}

/** The library's documents, cut again here, and the rarity of their terms. */
async function cutAgain({ page, documentIds }: QuestionLibrary) {
  const tokenizer = createUnigramTokenizer(
    JSON.parse(readFileSync(fileURLToPath(TOKENIZER), 'utf8')) as TokenizerJson,
  );
  const countTokens = (text: string): number => tokenizer.encode(text).length;
  const keywords = new KeywordIndex();
  const documents: CutDocument[] = [];
  for (const documentId of documentIds) {
    const source = await page.evaluate(async (id) => {
      const { document, text, sections } = await window.satchel.retrieval.source(id);
      return { name: document.name, text, sections };
    }, documentId);
    const { name, text } = source;
    const chunks = await cut(source, sentenceChunker, { countTokens }, new AbortController().signal);
    const firstChunkId = keywords.size;
    keywords.add(TermSegment.open(bytesInMemory(encodeTerms(contents(chunks, name)))), [firstChunkId]);
    const passages = chunks.map((chunk, i) => ({
      ...chunk,
      chunkId: firstChunkId + i,
      documentId,
      documentName: name,
      score: 0,
    }));
    documents.push({ name, text, passages });
  }
  return { documents, idf: (term: string): number => keywords.idf(term) };
}

const passagesOf = (events: readonly AskEvent[]): readonly Passage[] =>
  events.find((event) => event.type === 'passages')?.passages ?? [];

async function collect(folder: string, changes: Partial<RetrievalSettings>): Promise<AnswerEvidence> {
  const library = await openQuestionLibrary(folder, changes);
  try {
    const { set, page } = library;
    const settings = { ...DEFAULT_PREFERENCES.retrieval, ...changes };
    const { documents, idf } = await cutAgain(library);
    const { dimensions } = await page.evaluate(
      (wanted) => window.satchel.bench.openEmbedder(wanted),
      settings,
    );
    const options = { idf, embedder: pageEmbedder(page, dimensions) };
    const questions: JudgedQuestion[] = [];
    const cases: AttributionCase[] = [];
    const judge = async (question: string, isAnswerable: boolean): Promise<readonly Passage[]> => {
      process.stderr.write(`\r${`question ${questions.length + 1}`.padEnd(70)}`);
      const passages = passagesOf(await library.ask(question, PASSAGES));
      const ranked = await rankSentences(question, passages, options);
      if (ranked.length > 0) questions.push({ evidence: evidenceOf(question, ranked), isAnswerable });
      return passages;
    };
    for (const [number, gold] of set.answerable.entries()) {
      const passages = await judge(gold.question, true);
      cases.push(...(await casesOf(gold, number, passages, documents, options)));
    }
    for (const { question } of set.unanswerable) await judge(question, false);
    process.stderr.write('\r');
    return { questions, cases };
  } finally {
    await library.close();
  }
}

function reportRefusal(questions: readonly JudgedQuestion[]): void {
  const answerable = questions.filter(({ isAnswerable }) => isAnswerable).length;
  const judged = leaveOneOut(questions);
  console.log('\nRefusal, each question judged by models fitted on the others');
  console.log('  refused below   without an answer   with an answer');
  for (const threshold of THRESHOLDS) {
    const refused = refusedBelow(threshold, judged);
    const without = percent(refused.unanswerable, questions.length - answerable);
    console.log(
      `  ${threshold.toFixed(1)}             ${without.padEnd(20)}${percent(refused.answerable, answerable)}`,
    );
  }
  console.log(`fitted on all: ${JSON.stringify(fitCalibrations(questions), rounded)}`);
}

function reportAttribution(cases: readonly AttributionCase[]): void {
  const verdicts = crossValidate(cases);
  const kinds: readonly CaseKind[] = ['gold', 'translated', 'foreign', 'changed'];
  console.log('\nAttribution, each question judged by models fitted on other questions');
  console.log(
    '  cited from   gold: right, cited   translated: right, cited   foreign: cited   changed: cited',
  );
  for (const threshold of THRESHOLDS) {
    const [gold, translated, foreign, changed] = kinds.map((kind) => citedFrom(threshold, kind, verdicts));
    if (!gold || !translated || !foreign || !changed) continue;
    console.log(
      `  ${threshold.toFixed(1)}          ${percent(gold.right, gold.cases).padEnd(16)} ${String(gold.cited).padEnd(3)} ` +
        `${percent(translated.right, translated.cases).padEnd(20)} ${String(translated.cited).padEnd(5)} ` +
        `${percent(foreign.cited, foreign.cases).padEnd(16)} ${percent(changed.cited, changed.cases)}`,
    );
  }
  console.log(`fitted on all: ${JSON.stringify(fitSupport(cases), rounded)}`);
}

const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 10) / 10 : value;

/**
 * Two decisions that rest on evidence, with thresholds fitted on some questions and scored on others: is a
 * question answered or refused, and which place in the documents supports a written sentence, if any does?
 * @param evidencePath a file to keep the evidence in: it takes minutes to collect and a moment to judge.
 */
export async function evaluateAnswers(
  folder: string,
  settings: Partial<RetrievalSettings>,
  evidencePath?: string,
): Promise<void> {
  const isKept = evidencePath !== undefined && existsSync(evidencePath);
  const evidence = isKept
    ? (JSON.parse(readFileSync(evidencePath, 'utf8')) as AnswerEvidence)
    : await collect(folder, settings);
  if (evidencePath !== undefined && !isKept) writeFileSync(evidencePath, JSON.stringify(evidence));
  reportRefusal(evidence.questions);
  reportAttribution(evidence.cases);
}
