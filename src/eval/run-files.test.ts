import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RankedSet } from './retrieval-table.ts';
import { checkRun, writeRuns } from './run-files.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'runs-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const run = new Map([['q1', ['a', 'b']]]);
const ranked: RankedSet = {
  set: {
    name: 'set',
    language: 'en',
    folder: 'where it is',
    corpusPath: '',
    corpus: [],
    queries: [],
    qrels: new Map([['q1', new Map([['b', 1]])]]),
  },
  runs: { keyword: run, dense: run, hybrid: run },
};

test('a line for each query, a file for each ranking', () => {
  const files = writeRuns(join(folder, 'new'), ranked);
  expect(files.dense).toBe(join(folder, 'new/set.dense.jsonl'));
  expect(readFileSync(files.hybrid, 'utf8')).toBe('{"id":"q1","hits":["a","b"]}\n');
});

test.skipIf(spawnSync('python3', ['-c', '0']).status !== 0)(
  'another program has to say the same',
  { timeout: 30_000 },
  () => {
    const scorer = (ndcg10: number): string => {
      const path = join(folder, `${ndcg10}.py`);
      writeFileSync(
        path,
        `import json, sys\nassert sys.argv[1] == 'where it is'\nopen(sys.argv[2])\nprint(json.dumps(dict(ndcg10=${ndcg10}, r10=1, r100=1)))`,
      );
      return path;
    };
    const { hybrid } = writeRuns(folder, ranked);
    expect(checkRun(scorer(0.6309), ranked, 'hybrid', hybrid)).toBeLessThan(1e-4);
    expect(() => checkRun(scorer(0.6312), ranked, 'hybrid', hybrid)).toThrow('0.6312');
    expect(() => checkRun(join(folder, 'none.py'), ranked, 'hybrid', hybrid)).toThrow('none.py');
  },
);
