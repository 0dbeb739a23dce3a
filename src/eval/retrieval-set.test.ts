import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRetrievalSet } from './retrieval-set.ts';

let root: string;
let set: string;

const put = (path: string, ...lines: string[]): void => writeFileSync(join(root, path), lines.join('\n'));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'retrieval-set-'));
  set = join(root, 'set');
  mkdirSync(set);
  put('set/corpus.jsonl', '{"id":"d1","text":"一段"}', '{"_id":"d2","title":"Title","text":"Text"}', '');
  put('set/queries.jsonl', '{"id":"q1","text":"问？"}');
  put('set/qrels.tsv', 'query\tdoc\tgrade', 'q1\td1\t1', 'q1\td2\t0', 'q2\td2\t2');
});
afterEach(() => rmSync(root, { recursive: true }));

test('reads rows, queries and judgements', () => {
  const { name, corpus, queries, qrels, corpusPath } = readRetrievalSet(set);
  expect(name).toBe('set');
  expect(corpusPath).toBe(join(set, 'corpus.jsonl'));
  expect(corpus).toEqual([
    { id: 'd1', text: '一段' },
    { id: 'd2', text: 'Title\nText' },
  ]);
  expect(queries).toEqual([{ id: 'q1', text: '问？' }]);
  expect(qrels).toEqual(
    new Map([
      [
        'q1',
        new Map([
          ['d1', 1],
          ['d2', 0],
        ]),
      ],
      ['q2', new Map([['d2', 2]])],
    ]),
  );
});

test('reads files with Windows line ends', () => {
  put('set/qrels.tsv', 'query\tdoc\tgrade\r', 'q1\td1\t1\r');
  put('set/queries.jsonl', '{"id":"q1","text":"a"}\r', '\r');
  const { queries, qrels } = readRetrievalSet(set);
  expect(queries).toHaveLength(1);
  expect(qrels.get('q1')?.get('d1')).toBe(1);
});

test('takes the corpus that meta.json names, relative to itself', () => {
  put('shared.jsonl', '{"id":"s","text":"shared"}');
  put('set/meta.json', '{"corpus":"../shared.jsonl"}');
  const { corpus, corpusPath } = readRetrievalSet(set);
  expect(corpus).toEqual([{ id: 's', text: 'shared' }]);
  expect(corpusPath).toBe(join(root, 'shared.jsonl'));
});

test('takes its own corpus when meta.json names none, and its name from the folder, however it is given', () => {
  put('set/meta.json', '{"language":"zh"}');
  const { corpus, name } = readRetrievalSet(`${set}/`);
  expect(corpus).toHaveLength(2);
  expect(name).toBe(basename(set));
});

test.each([
  ['corpus.jsonl', '{"id":"d1"}'],
  ['queries.jsonl', '{"text":"no id"}'],
  ['queries.jsonl', '{"id":"q1",'],
])('names file and line of what it cannot read: %s', (file, bad) => {
  put(`set/${file}`, '{"id":"good","text":"good"}', bad);
  expect(() => readRetrievalSet(set)).toThrow(`${join(set, file)}:2`);
});

test('a judgement that is no number is an error, not a zero', () => {
  put('set/qrels.tsv', 'query\tdoc\tgrade', 'q1\td1');
  expect(() => readRetrievalSet(set)).toThrow(`${join(set, 'qrels.tsv')}:2`);
});
