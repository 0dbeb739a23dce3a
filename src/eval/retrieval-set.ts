import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { TextRow } from './eval-service.ts';
import type { Qrels } from './metrics.ts';

/** A retrieval set on disk: `corpus.jsonl`, `queries.jsonl`, `qrels.tsv` and perhaps `meta.json`. */
export interface RetrievalSet {
  readonly name: string;
  /** Of the texts, or "zh->en" where questions are in another. */
  readonly language: string;
  readonly folder: string;
  /** Path of the corpus: sets may share one. */
  readonly corpusPath: string;
  readonly corpus: readonly TextRow[];
  readonly queries: readonly TextRow[];
  readonly qrels: Qrels;
}

/** Lines that hold something, each with its place for error messages. */
const lines = (path: string): { readonly line: string; readonly place: string }[] =>
  readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .map((line, i) => ({ line, place: `${path}:${i + 1}` }))
    .filter(({ line }) => line.trim() !== '');

interface Row {
  readonly id?: string;
  readonly _id?: string;
  readonly title?: string;
  readonly text?: string;
}

function parseRow(line: string, place: string): Row {
  try {
    return JSON.parse(line) as Row;
  } catch (error) {
    throw new Error(`${place}: ${String(error)}`, { cause: error });
  }
}

function rows(path: string): TextRow[] {
  return lines(path).map(({ line, place }) => {
    const row = parseRow(line, place);
    const id = row.id ?? row._id;
    if (id === undefined || row.text === undefined) throw new Error(`${place}: a row needs "id" and "text"`);
    return { id, text: row.title ? `${row.title}\n${row.text}` : row.text };
  });
}

function readQrels(path: string): Qrels {
  const qrels = new Map<string, Map<string, number>>();
  for (const { line, place } of lines(path).slice(1)) {
    const [query = '', document = '', grade = ''] = line.split('\t');
    if (grade.trim() === '' || Number.isNaN(Number(grade))) {
      throw new Error(`${place}: a judgement needs query, document and grade`);
    }
    const judgements = qrels.get(query) ?? new Map<string, number>();
    judgements.set(document, Number(grade));
    qrels.set(query, judgements);
  }
  return qrels;
}

/** `meta.json` may name a `corpus` file, relative to itself. @throws Error that names the file and line at fault. */
export function readRetrievalSet(folder: string): RetrievalSet {
  const metaPath = resolve(folder, 'meta.json');
  const meta = existsSync(metaPath)
    ? (JSON.parse(readFileSync(metaPath, 'utf8')) as { corpus?: string; lang?: string })
    : {};
  const corpusPath = resolve(folder, meta.corpus ?? 'corpus.jsonl');
  return {
    name: basename(resolve(folder)),
    language: meta.lang ?? '',
    folder,
    corpusPath,
    corpus: rows(corpusPath),
    queries: rows(resolve(folder, 'queries.jsonl')),
    qrels: readQrels(resolve(folder, 'qrels.tsv')),
  };
}
