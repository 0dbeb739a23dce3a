import { expect, it } from 'vitest';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import { appBatches, naiveBatches, openLocalModel, paddingFactor, tokenRows } from './token-batches.ts';

const rowsOf = (lengths: readonly number[]): number[][] =>
  lengths.map((length, id) => new Array<number>(length).fill(id));

it('batches rows as they come, or by length, each row once', () => {
  const rows = rowsOf([9, 1, 8, 2, 7]);
  const naive = naiveBatches(rows, 2);
  expect(naive.map(({ places }) => places)).toEqual([[0, 1], [2, 3], [4]]);
  expect(naive[1]?.rows).toEqual([rows[2], rows[3]]);
  const sorted = appBatches(rows, { paddedTokens: 18, texts: 2 });
  expect(sorted.map(({ places }) => places)).toEqual([[0, 2], [4, 3], [1]]);
  expect(sorted[1]?.rows).toEqual([rows[4], rows[3]]);
});

it('counts what padding costs', () => {
  const rows = rowsOf([10, 2, 10, 2]);
  expect(paddingFactor(naiveBatches(rows, 2))).toBeCloseTo(40 / 24, 12);
  expect(paddingFactor(appBatches(rows, { paddedTokens: 20, texts: 2 }))).toBe(1);
});

it('wraps prefix and special tokens round a text and cuts it to what the model reads', async () => {
  const local = await openLocalModel(DEFAULT_PREFERENCES.retrieval.embedder);
  const { head, tail } = local.tokenizer;
  const [short = [], long = [], query = []] = [
    ...tokenRows(['port ', 'word '.repeat(2000)], 'passage', local),
    ...tokenRows(['port'], 'query', local),
  ];
  expect(short).toEqual([...head, ...local.tokenizer.encode('passage: port'), ...tail]);
  expect(query).toEqual([...head, ...local.tokenizer.encode('query: port'), ...tail]);
  expect(long).toHaveLength(local.model.maxTokens);
  expect(long.slice(-tail.length)).toEqual(tail);
  await expect(openLocalModel('bge-m3')).rejects.toThrow(/bge-m3/);
});
