import { expect, test, vi } from 'vitest';
import type { OcrEvent } from '../../core/1-parse/ocr/ocr-service.ts';
import { SatchelError } from '../../core/errors.ts';
import { documentRecord, Script } from '../fixtures/scripted-service.ts';
import type { LibraryState } from './library.svelte.ts';
import { ScansState } from './scans.svelte.ts';

const scanned = documentRecord('scan.pdf', { format: 'pdf', pages: 3, pagesWithoutText: [2, 3] });
const pageText = (page: number) => ({ page, text: `Page ${page}.`, confidence: 90 });

function start() {
  const script = new Script<OcrEvent>();
  const read = vi.fn((_file: Blob, _pages: readonly number[], signal?: AbortSignal) => script.play(signal));
  const endOcr = vi.fn();
  const addPageTexts = vi.fn<LibraryState['addPageTexts']>(async () => undefined);
  const file = new Blob(['%PDF-']);
  const source = async () => ({ document: scanned, text: '', sections: [], file });
  return {
    script,
    read,
    endOcr,
    addPageTexts,
    file,
    scans: new ScansState({ read }, endOcr, { source }, { addPageTexts }),
  };
}

test('pages are read one by one; the library changes once, when all of them are', async () => {
  const { script, read, endOcr, addPageTexts, file, scans } = start();
  const reading = scans.readDocument(scanned);
  await vi.waitFor(() => expect(read).toHaveBeenCalledOnce());
  expect(read.mock.calls[0]?.[1]).toEqual([2, 3]);
  expect(scans.running).toEqual({ name: 'scan.pdf', done: 0, total: 0 });
  script.push({ type: 'ready', pages: 2 });
  await vi.waitFor(() => expect(scans.running).toEqual({ name: 'scan.pdf', done: 0, total: 2 }));
  script.push({ type: 'page', pageText: pageText(2) });
  await vi.waitFor(() => expect(scans.running).toEqual({ name: 'scan.pdf', done: 1, total: 2 }));
  expect(addPageTexts).not.toHaveBeenCalled();
  script.push({ type: 'page', pageText: pageText(3) });
  script.end();
  expect(await reading).toBe(2);
  expect(addPageTexts).toHaveBeenCalledExactlyOnceWith({
    file,
    name: 'scan.pdf',
    path: '',
    pageTexts: [pageText(2), pageText(3)],
  });
  // The worker and its memory are gone.
  expect(endOcr).toHaveBeenCalledOnce();
  expect(scans.running).toBeUndefined();
});

test('one that is cancelled or fails leaves the library as it is', async () => {
  const { script, addPageTexts, scans } = start();
  const cancelled = scans.readDocument(scanned);
  script.push({ type: 'ready', pages: 2 }, { type: 'page', pageText: pageText(2) });
  await vi.waitFor(() => expect(scans.running?.done).toBe(1));
  scans.cancel();
  script.end(new SatchelError('aborted'));
  expect(await cancelled).toBe(0);
  expect(scans.failed).toBeUndefined();

  const again = start();
  const failing = again.scans.readDocument(scanned);
  again.script.end(new SatchelError('ocr-failed'));
  expect(await failing).toBe(0);
  expect(again.scans.failed).toMatchObject({ name: 'scan.pdf', error: { code: 'ocr-failed' } });
  expect(addPageTexts).not.toHaveBeenCalled();
  expect(again.addPageTexts).not.toHaveBeenCalled();
});

test('pages on which nothing was recognised are told, and leave the library as it is', async () => {
  const { script, endOcr, addPageTexts, scans } = start();
  const reading = scans.readDocument(scanned);
  const blank = (page: number) => ({ page, text: ' \n', confidence: 0 });
  script.push({ type: 'ready', pages: 2 });
  script.push({ type: 'page', pageText: blank(2) }, { type: 'page', pageText: blank(3) });
  script.end();
  expect(await reading).toBe(0);
  expect(scans.failed).toMatchObject({
    name: 'scan.pdf',
    error: { code: 'ocr-found-nothing', details: { pages: 2 } },
  });
  expect(addPageTexts).not.toHaveBeenCalled();
  expect(endOcr).toHaveBeenCalledOnce();
});

test('pages without text are not counted among those that were read', async () => {
  const { script, addPageTexts, scans } = start();
  const reading = scans.readDocument(scanned);
  const blank = { page: 2, text: '', confidence: 0 };
  script.push({ type: 'page', pageText: blank }, { type: 'page', pageText: pageText(3) });
  script.end();
  expect(await reading).toBe(1);
  expect(addPageTexts.mock.calls[0]?.[0]?.pageTexts).toEqual([blank, pageText(3)]);
});
