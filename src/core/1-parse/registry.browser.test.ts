import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connect, type Connection } from '../../rpc/client.ts';
import type { ParseService } from '../parse-service.ts';
import { describeParser } from './parser.contract.ts';
import { parsers } from './registry.ts';
import { makePdf, paragraph, makeDocx } from './sample-files.ts';

// The first file of a format fetches its parser, and a busy machine takes its time for pdf.js.
vi.setConfig({ testTimeout: 60_000 });

// The worker that the app uses: no `document`, and character maps come from our own origin.
const worker = new Worker(new URL('../../../workers/parse.worker.ts', import.meta.url), { type: 'module' });
const foreign: unknown[] = [];
let connection: Connection<ParseService>;

beforeAll(() => {
  worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('type' in data)) foreign.push(data);
  });
  worker.addEventListener('error', (event) => foreign.push(event.message));
  connection = connect<ParseService>(worker);
});
afterAll(() => {
  connection.close();
  worker.terminate();
});

describe('in a worker', () => {
  for (const line of parsers.lines) {
    describeParser(line, (file, name, signal) => connection.remote.parse(file, name, signal));
  }

  test('several files at once do not disturb one another', async () => {
    const signal = new AbortController().signal;
    const texts = ['第一份文件。', '第二份文件。', '第三份文件。'];
    const files = texts.flatMap((text) => [
      { name: 'a.pdf', bytes: makePdf([[text]]), text },
      { name: 'a.docx', bytes: makeDocx(paragraph(text)), text },
    ]);
    const parsed = await Promise.all(
      files.map(({ name, bytes }) => connection.remote.parse(new Blob([bytes]), name, signal)),
    );
    expect(parsed.map(({ text }) => text)).toEqual(files.map(({ text }) => text));
  });

  test('pdf.js neither posts into the messages of the worker nor trips over them', () => {
    expect(foreign).toEqual([]);
  });
});
