import { expect, test } from 'vitest';
import { superviseWorker } from '../../../rpc/supervise-worker.ts';
import { makeScannedPdf } from './fixtures/scanned-pdf.ts';
import type { OcrEvent, OcrService } from './ocr-service.ts';

const start = () =>
  superviseWorker<OcrService>(
    () => new Worker(new URL('../../../../workers/ocr.worker.ts', import.meta.url), { type: 'module' }),
  );

const withRecognition = OCR_IS_BUILT_IN ? test : test.skip;

withRecognition('reads the pages asked for off their pictures', { timeout: 60_000 }, async () => {
  const worker = start();
  const lines = [
    'The keeper of the lighthouse wrote down',
    'the height of every wave, and the docu-',
    'ments are kept.',
  ];
  const file = new Blob([await makeScannedPdf([['Not this page.'], lines])]);
  const events: OcrEvent[] = [];
  for await (const event of worker.remote.read(file, [2])) events.push(event);
  worker.dispose();
  expect(events[0]).toEqual({ type: 'ready', pages: 1 });
  expect(events[1]).toMatchObject({
    type: 'page',
    pageText: {
      page: 2,
      text: 'The keeper of the lighthouse wrote down the height of every wave, and the documents are kept.',
    },
  });
});

test('a file that is no PDF ends with a code', async () => {
  const worker = start();
  const reading = worker.remote.read(new Blob(['%PDF-1.4 nothing']), []);
  await expect(reading[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ocr-failed' });
  worker.dispose();
});
