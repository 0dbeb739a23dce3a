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

withRecognition('reads Chinese, a page that lies askew', { timeout: 60_000 }, async () => {
  const worker = start();
  const picture = await fetch(new URL('./fixtures/chinese-lines.jpg', import.meta.url));
  const page = await createImageBitmap(await picture.blob());
  const events: OcrEvent[] = [];
  for await (const event of worker.remote.read(new Blob([await makeScannedPdf([page])]), [1]))
    events.push(event);
  worker.dispose();
  const text = events.flatMap((event) => (event.type === 'page' ? [event.pageText.text] : [])).join('\n');
  expect(text).toContain('灯塔的看守人每天清晨记录');
  expect(text).toContain('并把记录寄给港口的图书馆保存。一九五七年三月，风速达到每秒 28 米。');
});

test('a file that is no PDF ends with a code', async () => {
  const worker = start();
  const reading = worker.remote.read(new Blob(['%PDF-1.4 nothing']), []);
  await expect(reading[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ocr-failed' });
  worker.dispose();
});
