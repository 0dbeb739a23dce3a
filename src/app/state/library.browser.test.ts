import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SatchelError } from '../../core/errors.ts';
import type { FileInput } from '../../core/types.ts';
import { documentRecord, libraryOf, ScriptedService } from '../fixtures/scripted-service.ts';
import { LibraryState } from './library.svelte.ts';
import { SettingsState } from './settings.svelte.ts';

const input = (name: string): FileInput => ({ file: new Blob(['x']), name, path: '' });
const a = { ingestId: '1', name: 'a.txt' };
const b = { ingestId: '2', name: 'b.pdf' };

let service: ScriptedService;
let library: LibraryState;
let asksToPersist: number;

beforeEach(() => {
  service = new ScriptedService();
  asksToPersist = 0;
  const storage = {
    persistOnce: () => {
      asksToPersist++;
      return Promise.resolve();
    },
  };
  library = new LibraryState(service, new SettingsState(), storage);
});

describe('LibraryState', () => {
  it('follows files from the queue to the library, and the batch as a whole', async () => {
    const done = library.add([input('a.txt'), input('b.pdf')]);
    expect(library.unannounced).toBe(2);
    service.ingest.push(
      { ...a, type: 'queued', sizeBytes: 100 },
      { ...b, type: 'queued', sizeBytes: 300 },
      { ...a, type: 'embedding', done: 1, total: 2, chunksPerSecond: 4, secondsLeft: 1 },
    );
    await vi.waitFor(() => expect(library.active[0]?.phase).toBe('embedding'));
    expect(library.active.map(({ name }) => name)).toEqual(['a.txt', 'b.pdf']);
    expect(library.unannounced).toBe(0);
    expect(library.chunksPerSecond).toBe(4);
    // Half of 100 bytes of 400.
    expect(library.progress).toMatchObject({ done: 0, total: 2, fraction: 0.125 });
    expect(asksToPersist).toBe(0);

    const document = documentRecord('a.txt');
    service.ingest.push({ ...a, type: 'ready', document });
    await vi.waitFor(() => expect(library.documents).toEqual([document]));
    expect(library.active.map(({ name }) => name)).toEqual(['b.pdf']);
    expect(library.progress).toMatchObject({ done: 1, total: 2, fraction: 0.25 });
    // Now there is something to keep.
    expect(asksToPersist).toBe(1);

    const error = { code: 'encrypted', details: {}, message: '' } as const;
    service.current = libraryOf([document]);
    service.ingest.push({ ...b, type: 'failed', error });
    service.ingest.end();
    await done;
    expect(library.outcome).toEqual({ added: 1, duplicates: 0, failed: 1, cancelled: 0 });
    expect(library.problems.map((file) => file.error)).toEqual([error]);
    expect(library.isAdding).toBe(false);

    library.dismissAll();
    expect(library.problems).toEqual([]);
    expect(library.outcome.added).toBe(0);
  });

  it('tells the time left by what is embedded, not by what was there before', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      void library.add([input('a.txt')]);
      const embedding = (done: number) =>
        ({ ...a, type: 'embedding', done, total: 100, chunksPerSecond: 0, secondsLeft: 0 }) as const;
      service.ingest.push({ ...a, type: 'queued', sizeBytes: 1000 }, embedding(80));
      await vi.waitFor(() => expect(library.progress.fraction).toBe(0.8));
      expect(library.progress.secondsLeft).toBe(0);
      vi.advanceTimersByTime(10_000);
      service.ingest.push(embedding(90));
      await vi.waitFor(() => expect(library.progress.fraction).toBe(0.9));
      // Ten chunks took ten seconds, ten are left; waiting moves this clock on a little.
      expect(library.progress.secondsLeft).toBeCloseTo(10, 0);
    } finally {
      vi.useRealTimers();
      service.ingest.end();
    }
  });

  it('ends all streams when all is cancelled, and does not call that an error', async () => {
    const done = library.add([input('a.txt')]);
    service.ingest.push({ ...a, type: 'queued', sizeBytes: 1 });
    await vi.waitFor(() => expect(library.active).toHaveLength(1));
    library.cancelAll();
    await done;
    expect(library.active).toEqual([]);
    expect(library.error).toBeUndefined();
  });

  it('keeps what a broken stream says, drops its rows and asks the store what is there', async () => {
    service.current = libraryOf([documentRecord('kept.txt')]);
    const done = library.add([input('a.txt')]);
    service.ingest.push({ ...a, type: 'parsing' });
    service.ingest.end(new SatchelError('worker-crashed'));
    await done;
    expect(library.error?.code).toBe('worker-crashed');
    expect(library.active).toEqual([]);
    expect(library.documents.map(({ name }) => name)).toEqual(['kept.txt']);
  });

  it('goes on with files that were left unfinished', async () => {
    service.current = libraryOf([], { pending: [{ ingestId: '1', name: 'a.txt', sizeBytes: 5 }] });
    const opened = library.open();
    await vi.waitFor(() => expect(service.calls).toEqual(['open', 'resume']));
    expect(library.resumed).toBe(1);
    service.ingest.push({ ...a, type: 'duplicate', document: documentRecord('a.txt') });
    service.ingest.end();
    await opened;
    expect(library.outcome.duplicates).toBe(1);
  });

  it('tells of files that the browser had lost, until they are there again', async () => {
    const pending = [{ ingestId: '1', name: 'a.txt', sizeBytes: 5 }];
    service.current = libraryOf([], { pending, restored: 1 });
    const opened = library.open();
    await vi.waitFor(() => expect(service.calls).toEqual(['open', 'resume']));
    expect(library.restoring).toBe(1);
    service.ingest.push({ ...a, type: 'ready', document: documentRecord('a.txt') });
    service.ingest.end();
    await opened;
    expect(library.restoring).toBe(0);
  });

  it('cancels one file by its id', async () => {
    const done = library.add([input('a.txt')]);
    service.ingest.push({ ...a, type: 'queued', sizeBytes: 1 });
    await vi.waitFor(() => expect(library.active).toHaveLength(1));
    const [file] = library.active;
    if (file) await library.cancel(file);
    expect(service.calls).toContain('cancel 1');
    service.ingest.push({ ...a, type: 'cancelled' });
    service.ingest.end();
    await done;
    expect(library.outcome.cancelled).toBe(1);
    expect(library.problems).toEqual([]);
  });
});
