import { afterEach, expect, test } from 'vitest';
import { superviseWorker } from '../rpc/supervise-worker.ts';
import { withDeadlines, type ParseService } from './parse-service.ts';

const worker = superviseWorker<ParseService>(
  () => new Worker(new URL('./fixtures/hostile-parse.worker.ts', import.meta.url), { type: 'module' }),
);
const service = withDeadlines(worker.remote, () => worker.restart());
const { signal } = new AbortController();

afterEach(() => worker.restart());

test.each([
  ['hang', 'parse-timeout'],
  ['crash', 'parse-failed'],
])(
  'a file that makes its parser end by %s is told, and the next one is read',
  async (name, code) => {
    await expect(service.parse(new Blob(['x']), name, signal)).rejects.toMatchObject({
      code,
      details: { name },
    });
    expect(await service.parse(new Blob(['fine']), 'good', signal)).toMatchObject({ text: 'fine' });
  },
  60_000,
);

test('a large file ends the worker when it is read, and its memory with it', async () => {
  const count = async (bytes: number): Promise<string> =>
    (await service.parse(new Blob([new Uint8Array(bytes)]), 'count', signal)).text;
  expect([await count(1), await count(8_000_000), await count(1), await count(1)]).toEqual([
    '1',
    '2',
    '1',
    '2',
  ]);
});
