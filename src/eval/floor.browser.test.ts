import { expect, test } from 'vitest';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import { evaluate } from './evaluate.ts';
import type { RetrieverName } from './eval-service.ts';
import { score } from './metrics.ts';
import { parseQrels, parseRows } from './retrieval-rows.ts';

type Figures = Readonly<Record<RetrieverName, number>>;

/** nDCG@10 as measured when the sets were written. */
const MEASURED: Readonly<Record<string, Figures>> = {
  en: { keyword: 0.519, dense: 0.831, hybrid: 0.856 },
  zh: { keyword: 0.728, dense: 0.837, hybrid: 0.878 },
};
/** A passage that falls from the first place to the fourth costs 0.016. */
const ROOM = 0.02;

const FILES = import.meta.glob<string>('./floor/*/*.{jsonl,tsv}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

async function measure(language: string): Promise<Figures> {
  const parsed = <Content>(name: string, parse: (text: string, path: string) => Content): Content => {
    const path = `./floor/${language}/${name}`;
    return parse(FILES[path] ?? '', path);
  };
  const queries = parsed('queries.jsonl', parseRows);
  const qrels = parsed('qrels.tsv', parseQrels);
  const figures = { keyword: NaN, dense: NaN, hybrid: NaN };
  for await (const event of evaluate({
    corpusKey: language,
    corpus: parsed('corpus.jsonl', parseRows),
    queries,
    settings: { ...DEFAULT_PREFERENCES.retrieval, device: 'wasm' },
  })) {
    if (event.type !== 'run') continue;
    const run = new Map(queries.map(({ id }, i) => [id, event.hits[i] ?? []]));
    figures[event.retriever] = score(run, qrels).ndcg10;
  }
  return figures;
}

test.each(Object.entries(MEASURED))(
  'the real model ranks as well as it did, and both ways together no worse than one: %s',
  async (language, measured) => {
    const figures = await measure(language);
    for (const name of ['keyword', 'dense', 'hybrid'] as const) {
      expect.soft(figures[name], name).toBeGreaterThanOrEqual(measured[name] - ROOM);
    }
    expect(figures.hybrid).toBeGreaterThanOrEqual(Math.max(figures.keyword, figures.dense) - 0.002);
  },
  // Takes 20 s on two cores that have little else to do.
  300_000,
);
