import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { openHeadlessApp } from '../../scripts/headless.ts';
import { parsers } from '../core/1-parse/registry.ts';
import type { ParsedDocument } from '../core/types.ts';
import type { Headless } from '../headless/main.ts';
import { mostRelevant } from './metrics.ts';
import { readQuestionSet, type GoldQuestion } from './question-set.ts';
import { readRetrievalSet } from './retrieval-set.ts';

declare const window: { satchel: Headless };

export interface TrialDocument extends Pick<ParsedDocument, 'text' | 'sections'> {
  readonly id: string;
  readonly name: string;
}

/** Whole documents, and questions whose paragraph in them is known. */
export interface TrialSet {
  readonly name: string;
  readonly documents: readonly TrialDocument[];
  /** `answers` is what a passage must hold; empty where only the paragraph is known. */
  readonly questions: readonly GoldQuestion[];
}

/** Paragraphs of a retrieval set that make an article: those of XQuAD have five. */
const PARAGRAPHS = 5;

async function fromFiles(folder: string): Promise<TrialSet> {
  const extensions = new Set(parsers.lines.flatMap((line) => line.extensions));
  const { files, answerable } = readQuestionSet(folder, extensions);
  // Some parsers need a browser.
  const app = await openHeadlessApp();
  try {
    await app.page.setInputFiles('#files', [...files]);
    const parsed = await app.page.evaluate(() => window.satchel.parseFiles());
    const documents = parsed.map(({ name, text, sections }) => ({ id: name, name, text, sections }));
    return { name: basename(resolve(folder)), documents, questions: answerable };
  } finally {
    await app.close();
  }
}

/** The sentence that answers each query, where a set of the same queries over sentences lies beside this one. */
function goldSentences(folder: string): ReadonlyMap<string, string> {
  const beside = `${resolve(folder)}-sent`;
  if (!existsSync(beside)) return new Map();
  const { corpus, qrels } = readRetrievalSet(beside);
  const texts = new Map(corpus.map(({ id, text }) => [id, text]));
  return new Map([...qrels].map(([query, judged]) => [query, texts.get(mostRelevant(judged) ?? '') ?? '']));
}

function fromParagraphs(folder: string): TrialSet {
  const { name, corpus, queries, qrels } = readRetrievalSet(folder);
  const articleOf = (i: number): string => `article ${Math.floor(i / PARAGRAPHS) + 1}.txt`;
  const documents = new Map<string, string[]>();
  const places = new Map<string, { name: string; text: string }>();
  for (const [i, { id, text }] of corpus.entries()) {
    documents.set(articleOf(i), [...(documents.get(articleOf(i)) ?? []), text]);
    places.set(id, { name: articleOf(i), text });
  }
  const sentences = goldSentences(folder);
  return {
    name,
    documents: [...documents].map(([title, paragraphs]) => {
      const text = paragraphs.join('\n\n');
      return { id: title, name: title, text, sections: [{ start: 0, end: text.length, headings: [] }] };
    }),
    questions: queries.flatMap(({ id, text }) => {
      const place = places.get(mostRelevant(qrels.get(id) ?? new Map()) ?? '');
      const sentence = sentences.get(id);
      if (!place) return [];
      const gold = { gold_file: place.name, gold_text: place.text, answers: sentence ? [sentence] : [] };
      return [{ id, lang: name, question: text, ...gold }];
    }),
  };
}

/** A folder with `files/`, or a retrieval set, whose paragraphs are joined to articles. */
export const readTrialSet = async (folder: string): Promise<TrialSet> =>
  existsSync(resolve(folder, 'files')) ? fromFiles(folder) : fromParagraphs(folder);

/** The same set with each document three times: what a folder of drafts and mails looks like. */
export const withCopies = ({ name, documents, questions }: TrialSet): TrialSet => ({
  name: `${name}, each three times`,
  documents: [1, 2, 3].flatMap((copy) => documents.map((one) => ({ ...one, id: `${one.id}/${copy}` }))),
  questions,
});
