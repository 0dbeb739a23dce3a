import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { TextRow } from './eval-service.ts';
import type { Qrels } from './metrics.ts';
import { parseQrels, parseRows } from './retrieval-rows.ts';

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

const read = <Content>(path: string, parse: (text: string, path: string) => Content): Content =>
  parse(readFileSync(path, 'utf8'), path);

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
    corpus: read(corpusPath, parseRows),
    queries: read(resolve(folder, 'queries.jsonl'), parseRows),
    qrels: read(resolve(folder, 'qrels.tsv'), parseQrels),
  };
}
