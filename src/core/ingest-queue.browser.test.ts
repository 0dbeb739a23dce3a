import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeVectors } from './4-index/encode-vectors.ts';
import { SatchelError } from './errors.ts';
import {
  collect,
  fileOf,
  isOutcome,
  openIngestBench,
  outcomesOf,
  textOf,
  type IngestBench,
} from './fixtures/ingest-bench.ts';
import { fillDisk, leaveFree } from './fixtures/full-disk.ts';
import { HASH_DIMENSIONS, hashingEmbedder } from './fixtures/hashing-embedder.ts';
import { dump } from './fixtures/stored-records.ts';
import { fingerprintKey } from './fingerprint.ts';
import { contentHash } from './ingest.ts';
import type { IngestEvent } from './service.ts';
import { deleteStore } from './store/store.ts';
import type { FileInput } from './types.ts';

let name: string;
let bench: IngestBench;
const benches: IngestBench[] = [];

const openBench = async (): Promise<IngestBench> => {
  const opened = await openIngestBench(name);
  benches.push(opened);
  return opened;
};

beforeEach(async () => {
  name = `test-${crypto.randomUUID()}`;
  bench = await openBench();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const { queue, database } of benches.splice(0)) {
    await queue.stop();
    database.close();
  }
  await deleteStore(name);
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const forever = (signal?: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

/** A gate that is shut at first. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Every document that is visible has all its parts, and nothing lies about that belongs to none. */
async function expectWhole({ database, documents }: IngestBench, count: number): Promise<void> {
  const records = await documents.documents();
  expect(records).toHaveLength(count);
  for (const { id, chunks } of records) {
    expect(await contentHash(await documents.file(id))).toBe(id);
    expect((await documents.text(id)).text).toBe(await (await documents.file(id)).text());
    const keys = (await database.getAllKeys('extents')).filter(([, documentId]) => documentId === id);
    expect(keys).toHaveLength(1);
    const [key] = keys[0]!;
    expect((await documents.chunks(key, id)).table.starts).toHaveLength(chunks);
    expect((await documents.embedded(key, id))?.vectors).toHaveLength(chunks * 16);
  }
  for (const store of ['files', 'texts', 'extents', 'chunks', 'terms'] as const) {
    expect(await database.count(store)).toBe(count);
  }
}

/** Those of the document with this text. */
async function vectorsOf({ database, documents }: IngestBench, text: string): Promise<Float32Array> {
  const id = await contentHash(new Blob([text]));
  const key = (await database.getAllKeys('extents')).find(([, documentId]) => documentId === id);
  return (key && (await documents.embedded(...key))?.vectors) ?? new Float32Array();
}

test('takes a batch in, with a bad file among good ones', async () => {
  const events = await collect(
    bench.queue.add([fileOf('a', textOf('a', 3)), fileOf('empty', ''), fileOf('b', textOf('b', 20))]),
  );
  expect(outcomesOf(events)).toEqual({ a: 'ready', empty: 'empty-file', b: 'ready' });
  await expectWhole(bench, 2);
  expect(await bench.pending.all()).toEqual([]);
  expect(bench.queue.size).toBe(0);
  const steps = events.flatMap((event) =>
    event.name === 'b' && event.type === 'embedding' ? [event.done] : [],
  );
  expect(steps.length).toBeGreaterThan(2);
  expect([steps[0], steps.at(-1)]).toEqual([0, 20]);
  expect(steps).toEqual([...new Set(steps)].sort((x, y) => x - y));
});

test('an empty batch ends at once', async () => {
  expect(await collect(bench.queue.add([]))).toEqual([]);
});

test('a file is on the disk before it is parsed', async () => {
  let waiting: string[] = [];
  bench.beforeParse = async () => {
    waiting = (await bench.pending.all()).map((file) => file.name);
  };
  await collect(bench.queue.add([fileOf('a', 'One sentence.')]));
  expect(waiting).toEqual(['a']);
});

test('of the files that are read the shortest is next', async () => {
  const { opened, open } = gate();
  bench.beforeEmbed = () => opened;
  const files = ['first', 'long', 'short', 'middle'].map((id, i) =>
    fileOf(id, textOf(id, [9, 8, 1, 4][i] ?? 0)),
  );
  const adding = collect(bench.queue.add(files));
  await vi.waitUntil(() => bench.parsed.length === 4);
  await wait(100);
  open();
  const ready = (await adding).filter(({ type }) => type === 'ready').map((event) => event.name);
  expect(ready).toEqual(['first', 'short', 'middle', 'long']);
});

test('a file that was given while the queue was running out is not forgotten', async () => {
  for (let round = 0; round < 25; round++) {
    const second: Promise<IngestEvent[]>[] = [];
    // Added after a growing number of microtasks, to meet the end of the work at every point.
    const addLater = async (): Promise<IngestEvent[]> => {
      for (let i = 0; i < round; i++) await Promise.resolve();
      return collect(bench.queue.add([fileOf(`late ${round}`, textOf(`late${round}q`, 1))]));
    };
    await collect(bench.queue.add([fileOf(`early ${round}`, textOf(`early${round}q`, 1))]), (event) => {
      if (event.type === 'ready') second.push(addLater());
    });
    expect(outcomesOf((await Promise.all(second)).flat())).toEqual({ [`late ${round}`]: 'ready' });
  }
});

describe('the same content', () => {
  test('twice in one batch, and again later, is embedded once', async () => {
    const text = textOf('a', 5);
    const first = await collect(bench.queue.add([fileOf('a', text), fileOf('copy of a', text)]));
    expect(outcomesOf(first)).toEqual({ a: 'ready', 'copy of a': 'duplicate' });
    const second = await collect(bench.queue.add([fileOf('a again', text)]));
    expect(outcomesOf(second)).toEqual({ 'a again': 'duplicate' });
    expect(bench.embedded).toHaveLength(5);
    expect(await bench.pending.all()).toEqual([]);
    await expectWhole(bench, 1);
  });

  test('is taken in again after it was deleted', async () => {
    await collect(bench.queue.add([fileOf('a', 'One sentence.')]));
    const [document] = await bench.documents.documents();
    await bench.documents.remove(document?.id ?? '');
    expect(outcomesOf(await collect(bench.queue.add([fileOf('a', 'One sentence.')])))).toEqual({
      a: 'ready',
    });
  });
});

describe('cancel', () => {
  const files = ['a', 'b', 'c'].map((id) => fileOf(id, textOf(id, 4)));

  test('by signal drops every file of the batch and leaves nothing on the disk', async () => {
    bench.beforeEmbed = (_, signal) => forever(signal);
    const controller = new AbortController();
    const adding = collect(bench.queue.add(files, controller.signal), (event) => {
      if (event.type === 'embedding') controller.abort();
    });
    expect(outcomesOf(await adding)).toEqual({ a: 'cancelled', b: 'cancelled', c: 'cancelled' });
    expect(await bench.pending.all()).toEqual([]);
    await expectWhole(bench, 0);
  });

  test('by a signal that was aborted before drops them too', async () => {
    const events = await collect(bench.queue.add(files, AbortSignal.abort()));
    expect(outcomesOf(events)).toEqual({ a: 'cancelled', b: 'cancelled', c: 'cancelled' });
    expect(await bench.pending.all()).toEqual([]);
    expect(bench.parsed).toEqual([]);
  });

  test('by id drops the file that is being embedded and lets the others go on', async () => {
    bench.beforeEmbed = (texts, signal) => (texts[0]?.startsWith('a') ? forever(signal) : undefined);
    let done: Promise<void> | undefined;
    const adding = collect(bench.queue.add(files), (event) => {
      if (event.type === 'embedding' && event.name === 'a') done ??= bench.queue.cancel(event.ingestId);
    });
    expect(outcomesOf(await adding)).toEqual({ a: 'cancelled', b: 'ready', c: 'ready' });
    await done;
    await expectWhole(bench, 2);
  });

  test('of a file that waits behind a long one is told at once', async () => {
    const { opened, open } = gate();
    bench.beforeEmbed = () => opened;
    const ids = new Map<string, string>();
    const outcomes: string[] = [];
    const adding = collect(bench.queue.add(files), (event) => {
      ids.set(event.name, event.ingestId);
      if (isOutcome(event)) outcomes.push(event.name);
    });
    await vi.waitUntil(() => bench.parsed.length === 3);
    await wait(50);
    await bench.queue.cancel(ids.get('b') ?? '');
    await vi.waitUntil(() => outcomes.length > 0);
    expect(outcomes).toEqual(['b']);
    expect((await bench.pending.all()).map((file) => file.name)).toEqual(['a', 'c']);
    open();
    expect(outcomesOf(await adding)).toEqual({ a: 'ready', b: 'cancelled', c: 'ready' });
  });

  test('right after the drop, before the file is on the disk, leaves none there', async () => {
    const adding = collect(bench.queue.add(files), (event) => {
      if (event.type === 'queued' && event.name !== 'b') void bench.queue.cancel(event.ingestId);
    });
    expect(outcomesOf(await adding)).toEqual({ a: 'cancelled', b: 'ready', c: 'cancelled' });
    expect(await bench.pending.all()).toEqual([]);
    await expectWhole(bench, 1);
  });

  test('counts as a cancel whatever error it comes out as', async () => {
    bench.beforeEmbed = async (_, signal) => {
      await forever(signal).catch(() => undefined);
      throw new SatchelError('embedding-failed');
    };
    const adding = collect(bench.queue.add([files[0]!]), (event) => {
      if (event.type === 'embedding') void bench.queue.cancel(event.ingestId);
    });
    expect(outcomesOf(await adding)).toEqual({ a: 'cancelled' });
    expect(await bench.pending.all()).toEqual([]);
  });

  test('of a file that nobody is working on drops it from the disk', async () => {
    await bench.pending.put({ ...files[0]!, ingestId: 'left over', addedAt: 1 });
    await bench.queue.cancel('left over');
    expect(await bench.pending.all()).toEqual([]);
  });

  test('in another tab holds against a commit that is about to happen here', async () => {
    const other = await openBench();
    bench.beforeEmbed = async () => {
      const [file] = await other.pending.all();
      if (file) await other.queue.cancel(file.ingestId);
    };
    expect(outcomesOf(await collect(bench.queue.add([files[0]!])))).toEqual({ a: 'cancelled' });
    await expectWhole(bench, 0);
  });
});

test('stop drops every file and resolves when none is worked on, however many come in meanwhile', async () => {
  bench.beforeEmbed = (_, signal) => forever(signal);
  const adding = collect(bench.queue.add([fileOf('a', textOf('a', 2))]));
  await vi.waitUntil(() => bench.parsed.length === 1);
  const stopping = bench.queue.stop();
  bench.beforeEmbed = () => undefined;
  const later = collect(bench.queue.add([fileOf('b', textOf('b', 2))]));
  await stopping;
  expect(outcomesOf(await adding)).toEqual({ a: 'cancelled' });
  expect(outcomesOf(await later)).toEqual({ b: 'ready' });
});

describe('an archive', () => {
  const archiveOf = (files: Record<string, string>): FileInput => {
    const bytes = zipSync(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])),
    );
    return { file: new Blob([Uint8Array.from(bytes)]), name: 'notes.zip', path: 'desk' };
  };
  const notes = { 'a.txt': textOf('a', 2), 'in/b.txt': textOf('b', 2), 'empty.txt': '' };

  test('gives way to its files, each with its place and its own outcome', async () => {
    const events = await collect(bench.queue.add([archiveOf(notes), fileOf('c.txt', textOf('c', 2))]));
    expect(outcomesOf(events)).toEqual({
      'notes.zip': 'unpacked',
      'a.txt': 'ready',
      'b.txt': 'ready',
      'empty.txt': 'empty-file',
      'c.txt': 'ready',
    });
    await expectWhole(bench, 3);
    expect(
      (await bench.documents.documents()).map(({ path, name: file }) => `${path}/${file}`).sort(),
    ).toEqual(['/c.txt', 'desk/notes.zip/a.txt', 'desk/notes.zip/in/b.txt']);
    expect(await bench.pending.all()).toEqual([]);
  });

  test('whose files do not fit on the disk stays whole, and is taken up again', async () => {
    let free = (): void => undefined;
    const events = await collect(bench.queue.add([archiveOf(notes)]), ({ type }) => {
      if (type === 'parsing') free = fillDisk(['pending']);
    });
    free();
    expect(outcomesOf(events)).toEqual({ 'notes.zip': 'quota-exceeded' });
    expect((await bench.pending.all()).map((file) => file.name)).toEqual(['notes.zip']);
    expect(Object.keys(outcomesOf(await collect(bench.queue.resume())))).toHaveLength(4);
    await expectWhole(bench, 2);
  });

  test('that was taken apart when the tab closed is finished by the next one, file by file', async () => {
    bench.beforeEmbed = (_, signal) => forever(signal);
    void collect(bench.queue.add([archiveOf(notes)]));
    await vi.waitUntil(() => bench.parsed.length === 3);
    await vi.waitUntil(async () => (await bench.pending.all()).length === 2);
    const worker = await openBench();
    const waiting = (await worker.pending.all()).map(({ path, name: file }) => `${path}/${file}`).sort();
    expect(waiting).toEqual(['desk/notes.zip/a.txt', 'desk/notes.zip/in/b.txt']);
  });

  test('that is cancelled while its files are being written leaves none of them', async () => {
    const { replace } = bench.pending;
    let cancelled: Promise<void> | undefined;
    vi.spyOn(bench.pending, 'replace').mockImplementation(async (ingestId, files) => {
      await replace.call(bench.pending, ingestId, files);
      cancelled = bench.queue.cancel(ingestId);
    });
    const events = await collect(bench.queue.add([archiveOf(notes)]));
    await cancelled;
    expect(outcomesOf(events)).toEqual({
      'notes.zip': 'unpacked',
      'a.txt': 'cancelled',
      'b.txt': 'cancelled',
      'empty.txt': 'cancelled',
    });
    await expectWhole(bench, 0);
    expect(await bench.pending.all()).toEqual([]);
  });
});

describe('a failure that is no fault of the file', () => {
  test('of the embedder keeps it pending, and resume brings it home', async () => {
    bench.beforeEmbed = () => {
      throw new SatchelError('model-unreachable');
    };
    expect(outcomesOf(await collect(bench.queue.add([fileOf('a', textOf('a', 2))])))).toEqual({
      a: 'model-unreachable',
    });
    expect(await bench.pending.all()).toHaveLength(1);
    bench.beforeEmbed = () => undefined;
    expect(outcomesOf(await collect(bench.queue.resume()))).toEqual({ a: 'ready' });
    expect(await collect(bench.queue.resume())).toEqual([]);
    await expectWhole(bench, 1);
  });

  test('of a part that was aborted by someone else does not cost the person the file', async () => {
    bench.beforeParse = () => {
      throw new SatchelError('aborted', { reason: 'restart' });
    };
    expect(outcomesOf(await collect(bench.queue.add([fileOf('a', 'A sentence.')])))).toEqual({
      a: 'aborted',
    });
    expect(await bench.pending.all()).toHaveLength(1);
  });

  test.each([
    'collections',
    'documents',
    'files',
    'texts',
    'extents',
    'chunks',
    'terms',
    'rowFiles',
    'blobs',
  ])(
    'of a full disk at the commit, in %s, says so, keeps the file, and leaves all before it as it was',
    async (store) => {
      await collect(bench.queue.add([fileOf('before', textOf('b', 2))]));
      const before = await dump(bench.database);
      bench.beforeEmbed = () => {
        free = fillDisk([store]);
      };
      let free = (): void => undefined;
      const events = await collect(bench.queue.add([fileOf('a', textOf('a', 2))]));
      free();
      expect(outcomesOf(events)).toEqual({ a: 'quota-exceeded' });
      const after = await dump(bench.database);
      expect(after['pending']).toHaveLength(1);
      // What was written of its rows is written over.
      expect({ ...after, pending: [], blobs: before['blobs'] }).toEqual(before);
      bench.beforeEmbed = () => undefined;
      expect(outcomesOf(await collect(bench.queue.resume()))).toEqual({ a: 'ready' });
      await expectWhole(bench, 2);
    },
  );

  test('of a full disk amid a long document says so, and resume goes on from what was saved', async () => {
    await collect(bench.queue.add([fileOf('before', textOf('b', 2))]));
    const { pending: _, partials: __, ...before } = await dump(bench.database);
    let free = (): void => undefined;
    bench.beforeEmbed = () => {
      // The first 48 vectors are saved, the next ones can't be.
      if (bench.embedded.length === 2 + 48) free = fillDisk(['partials']);
    };
    const files = [fileOf('long', textOf('l', 120)), fileOf('longer', textOf('m', 121))];
    const events = await collect(bench.queue.add(files), (event) => {
      if (event.type === 'failed') free();
    });
    // The one after it has its own try.
    expect(outcomesOf(events)).toEqual({ long: 'quota-exceeded', longer: 'ready' });
    expect((await bench.pending.all()).map((file) => file.name)).toEqual(['long']);
    expect(await dump(bench.database)).toMatchObject({
      documents: expect.arrayContaining(before['documents'] as unknown[]) as unknown,
      extents: expect.arrayContaining(before['extents'] as unknown[]) as unknown,
    });
    bench.embedded.length = 0;
    expect(outcomesOf(await collect(bench.queue.resume()))).toEqual({ long: 'ready' });
    expect(bench.embedded).toHaveLength(120 - 48);
    await expectWhole(bench, 3);
  });

  test('of a full disk at the drop says so for that file', async () => {
    const free = fillDisk(['pending']);
    const events = await collect(bench.queue.add([fileOf('a', 'A sentence.')]));
    free();
    expect(outcomesOf(events)).toEqual({ a: 'quota-exceeded' });
    expect(bench.parsed).toEqual([]);
  });
});

describe('a disk with little space', () => {
  test('refuses a file that will not fit before anything of it is written, and takes the others in', async () => {
    const big = fileOf('big.pdf', textOf('b', 40));
    leaveFree(2 * big.file.size - 1);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    const events = await collect(
      bench.queue.add([fileOf('a.pdf', textOf('a', 1)), big, fileOf('c.pdf', textOf('c', 1))]),
    );
    expect(outcomesOf(events)).toEqual({ 'a.pdf': 'ready', 'big.pdf': 'quota-exceeded', 'c.pdf': 'ready' });
    expect(events.find(({ type }) => type === 'failed')).toMatchObject({
      error: { details: { neededBytes: 2 * big.file.size, freeBytes: 2 * big.file.size - 1 } },
    });
    expect(put.mock.calls.filter(([value]) => (value as { name?: string }).name === 'big.pdf')).toEqual([]);
    await expectWhole(bench, 2);
  });

  test('counts text and vectors of plain text beforehand, those of files that wait included', async () => {
    const texts = ['a', 'b'].map((id) => fileOf(`${id}.txt`, textOf(id, 10)));
    const { size } = texts[0]!.file;
    // Each takes about five times its size.
    leaveFree(6 * size);
    const { opened, open } = gate();
    bench.beforeEmbed = () => opened;
    const adding = collect(bench.queue.add(texts), (event) => {
      if (event.name === 'b.txt' && event.type !== 'queued') open();
    });
    expect(outcomesOf(await adding)).toEqual({ 'a.txt': 'ready', 'b.txt': 'quota-exceeded' });
    // With nothing waiting the second fits.
    expect(outcomesOf(await collect(bench.queue.add([texts[1]!])))).toEqual({ 'b.txt': 'ready' });
  });

  test('is looked at again once text and chunks are known, before embedding; the file stays', async () => {
    const file = fileOf('a.pdf', textOf('a', 10));
    leaveFree(3 * file.file.size);
    expect(outcomesOf(await collect(bench.queue.add([file])))).toEqual({ 'a.pdf': 'quota-exceeded' });
    expect(bench.embedded).toEqual([]);
    expect(await bench.pending.all()).toHaveLength(1);
    leaveFree(5 * file.file.size);
    expect(outcomesOf(await collect(bench.queue.resume()))).toEqual({ 'a.pdf': 'ready' });
  });

  test('is not known in every browser: then the store is asked', async () => {
    vi.spyOn(navigator.storage, 'estimate').mockRejectedValue(new TypeError());
    expect(outcomesOf(await collect(bench.queue.add([fileOf('a', 'A sentence.')])))).toEqual({ a: 'ready' });
  });
});

describe('an edited file', () => {
  const before = textOf('a', 100);
  /** With two words more in the one sentence of each of these chunks. */
  const edited = (...chunks: readonly number[]): string =>
    before
      .split('\n\n')
      .map((paragraph, i) => (chunks.includes(i) ? paragraph.replace(/\.$/, ` edited ${i}.`) : paragraph))
      .join('\n\n');
  /** Its vectors where nothing is known beforehand. */
  async function embeddedAnew(text: string): Promise<Float32Array> {
    await bench.documents.clear();
    const other = await openBench();
    await collect(other.queue.add([fileOf('a.txt', text)]));
    expect(other.embedded).toHaveLength(100);
    return vectorsOf(other, text);
  }

  beforeEach(async () => {
    await collect(bench.queue.add([fileOf('a.txt', before)]));
    bench.embedded.length = 0;
  });

  test('has only its changed chunks embedded, and the vectors of one embedded anew', async () => {
    const text = edited(50);
    const events = await collect(bench.queue.add([fileOf('a.txt', text)]));
    expect(outcomesOf(events)).toEqual({ 'a.txt': 'ready' });
    expect(bench.embedded).toHaveLength(1);
    expect(bench.embedded[0]).toContain('edited 50.');
    const steps = events.flatMap((event) => (event.type === 'embedding' ? [event] : []));
    expect(steps.map(({ done, total }) => [done, total])).toEqual([
      [99, 100],
      [100, 100],
    ]);
    // Chunks that were there already don't count as embedded: that would be thousands a second.
    expect(steps[0]).toMatchObject({ chunksPerSecond: 0, secondsLeft: 0 });
    expect(steps[1]?.secondsLeft).toBe(0);
    await expectWhole(bench, 2);
    expect(await vectorsOf(bench, text)).toEqual(await embeddedAnew(text));
  });

  test('is found after a reload as well, and by the time that the chunks left take', async () => {
    const again = await openBench();
    again.beforeEmbed = () => wait(20);
    const changed = Array.from({ length: 24 }, (_, i) => 4 * i);
    const events = await collect(again.queue.add([fileOf('a.txt', edited(...changed))]));
    expect(again.embedded).toHaveLength(24);
    const steps = events.flatMap((event) => (event.type === 'embedding' ? [event] : []));
    expect(steps.map(({ done }) => done)).toEqual([76, 84, 92, 100]);
    // Eight chunks in 20 ms or more.
    expect(Math.max(...steps.map(({ chunksPerSecond }) => chunksPerSecond))).toBeLessThanOrEqual(400);
    expect(steps[1]!.secondsLeft).toBeCloseTo(16 / steps[1]!.chunksPerSecond);
  });

  test('that fails amid its changes goes on from there, though the earlier version is gone by then', async () => {
    const changed = Array.from({ length: 70 }, (_, i) => i + 10);
    const text = edited(...changed);
    bench.beforeEmbed = () => {
      if (bench.embedded.length >= 56) throw new SatchelError('embedding-failed');
    };
    expect(outcomesOf(await collect(bench.queue.add([fileOf('a.txt', text)])))).toEqual({
      'a.txt': 'embedding-failed',
    });
    await bench.documents.remove(await contentHash(new Blob([before])));
    bench.beforeEmbed = () => undefined;
    bench.embedded.length = 0;
    const events = await collect(bench.queue.resume());
    // Saved are the 48 that were embedded and the 10 before them.
    expect(events.find(({ type }) => type === 'embedding')).toMatchObject({ done: 58, total: 100 });
    expect(bench.embedded).toHaveLength(42);
    await expectWhole(bench, 1);
    expect(await vectorsOf(bench, text)).toEqual(await embeddedAnew(text));
  });

  test('takes nothing from a document that was deleted', async () => {
    await bench.documents.remove(await contentHash(new Blob([before])));
    await collect(bench.queue.add([fileOf('a.txt', edited(50))]));
    expect(bench.embedded).toHaveLength(100);
  });

  test('takes nothing from vectors of another embedder', async () => {
    const [extent] = await bench.database.getAll('extents');
    const [oldKey] = await bench.database.getAllKeys('extents');
    const chunks = (await bench.database.get('chunks', oldKey!))!;
    const terms = (await bench.database.get('terms', oldKey!))!;
    const { vectors } = (await bench.documents.embedded(...oldKey!))!;
    const { chunker } = (await bench.documents.collection('default'))!.fingerprint;
    const fingerprint = { ...hashingEmbedder('other').fingerprint, chunker };
    const codes = encodeVectors(vectors, HASH_DIMENSIONS);
    const indexed = { ...chunks, hashes: chunks.hashes.map((hash) => hash + 1n), vectors, codes, terms };
    await bench.documents.putIndexed('default', fingerprintKey(fingerprint), oldKey![1], indexed);
    await bench.documents.switchFingerprint('default', fingerprint);
    // As if the old ones were still there.
    await bench.database.put('extents', extent!, oldKey);
    await bench.database.put('chunks', chunks, oldKey);
    bench.embedderId = 'other';
    await collect(bench.queue.add([fileOf('a.txt', edited(50))]));
    expect(bench.embedded).toHaveLength(100);
  });

  test('under another name is embedded anew where the name stands for headings', async () => {
    await collect(bench.queue.add([fileOf('b.txt', edited(50))]));
    expect(bench.embedded).toHaveLength(100);
  });
});

test('a collection that was re-indexed meanwhile gets vectors of its new embedder', async () => {
  bench.beforeEmbed = async () => {
    if (bench.embedderId === 'other') return;
    bench.embedderId = 'other';
    const { fingerprint } = hashingEmbedder('other');
    const collection = await bench.documents.collection('default');
    await bench.documents.switchFingerprint('default', {
      ...fingerprint,
      chunker: collection?.fingerprint.chunker ?? '',
    });
  };
  expect(outcomesOf(await collect(bench.queue.add([fileOf('a', textOf('a', 3))])))).toEqual({ a: 'ready' });
  const collection = await bench.documents.collection('default');
  expect(collection?.fingerprint.embedder).toBe('other');
  expect(await bench.documents.indexed(fingerprintKey(collection!.fingerprint))).toHaveLength(1);
  await expectWhole(bench, 1);
  expect(bench.embedded).toHaveLength(6);
});

test('a collection that has gone over to another embedder and back meanwhile takes the file all the same', async () => {
  const went = ['other', 'hash'];
  bench.beforeEmbed = async () => {
    const embedder = went.shift();
    if (embedder === undefined) return;
    const collection = await bench.documents.collection('default');
    const fingerprint = {
      ...hashingEmbedder(embedder).fingerprint,
      chunker: collection?.fingerprint.chunker ?? '',
    };
    await bench.documents.switchFingerprint('default', fingerprint);
  };
  expect(outcomesOf(await collect(bench.queue.add([fileOf('a', textOf('a', 3))])))).toEqual({ a: 'ready' });
  expect(went).toEqual([]);
  expect(bench.embedded).toHaveLength(6);
  await expectWhole(bench, 1);
});

describe('after a crash', () => {
  test('resume finishes what was begun, with the vectors that were saved, and no half document', async () => {
    const files: [string, string][] = [
      ['small', textOf('s', 2)],
      ['long', textOf('l', 100)],
      ['next', textOf('n', 101)],
    ];
    const worker = new Worker(new URL('./fixtures/ingest-queue.worker.ts', import.meta.url), {
      type: 'module',
    });
    const messages: unknown[] = [];
    worker.onmessage = ({ data }) => messages.push(data);
    // Hangs 64 texts into the long document: 48 of them have been saved.
    worker.postMessage({ name, files, texts: 66 });
    await vi.waitUntil(() => messages.includes('hangs'), { timeout: 10_000 });
    expect(messages).toContain('small');
    worker.terminate();

    await expectWhole(bench, 1);
    expect((await bench.pending.all()).map((file) => file.name)).toEqual(['long', 'next']);
    const events = await collect(bench.queue.resume());
    expect(outcomesOf(events)).toEqual({ long: 'ready', next: 'ready' });
    expect(bench.embedded).toHaveLength(52 + 101);
    const [first] = events.filter((event) => event.name === 'long' && event.type === 'embedding');
    expect(first).toMatchObject({ done: 48, total: 100 });
    await expectWhole(bench, 3);
    expect(await bench.database.count('partials')).toBe(0);

    // The vectors are those of an ingest without a crash.
    const resumed = await vectorsOf(bench, textOf('l', 100));
    await bench.documents.clear();
    const again = await openBench();
    await collect(again.queue.add([fileOf('long', textOf('l', 100))]));
    expect(resumed).toEqual(await vectorsOf(again, textOf('l', 100)));
  }, 20_000);

  test('vectors of another embedder are not used', async () => {
    const worker = new Worker(new URL('./fixtures/ingest-queue.worker.ts', import.meta.url), {
      type: 'module',
    });
    const hangs = new Promise((resolve) => (worker.onmessage = resolve));
    worker.postMessage({ name, files: [['long', textOf('l', 100)]], texts: 64 });
    await hangs;
    worker.terminate();
    bench.embedderId = 'other';
    const collection = await bench.documents.collection('default');
    const fingerprint = { ...collection!.fingerprint, ...hashingEmbedder('other').fingerprint };
    await bench.documents.startCollection({ ...collection!, fingerprint });
    expect(outcomesOf(await collect(bench.queue.resume()))).toEqual({ long: 'ready' });
    expect(bench.embedded).toHaveLength(100);
  }, 20_000);
});

describe('two tabs', () => {
  test('that are given the same files at once embed each content once', async () => {
    const other = await openBench();
    const texts = ['a', 'b', 'c'].map((id) => [id, textOf(id, 3)] as const);
    const add = (tab: IngestBench) => collect(tab.queue.add(texts.map(([id, text]) => fileOf(id, text))));
    const [mine, theirs] = await Promise.all([add(bench), add(other)]);
    const both = [outcomesOf(mine), outcomesOf(theirs)];
    for (const [id] of texts) {
      expect(both.map((outcomes) => outcomes[id]).sort()).toEqual(['duplicate', 'ready']);
    }
    expect([...bench.embedded, ...other.embedded]).toHaveLength(9);
    await expectWhole(bench, 3);
    expect(await bench.pending.all()).toEqual([]);
  });

  test('that resume the same files at once finish each once', async () => {
    for (const id of ['a', 'b']) {
      await bench.pending.put({ ...fileOf(id, textOf(id, 3)), ingestId: id, addedAt: 1 });
    }
    const other = await openBench();
    const [mine, theirs] = await Promise.all([collect(bench.queue.resume()), collect(other.queue.resume())]);
    for (const events of [mine, theirs]) {
      expect(
        Object.values(outcomesOf(events)).every((type) => type === 'ready' || type === 'duplicate'),
      ).toBe(true);
    }
    expect([...bench.embedded, ...other.embedded]).toHaveLength(6);
    await expectWhole(bench, 2);
  });

  test('a file can be cancelled while the other tab is at work, and stop does not wait for it', async () => {
    const other = await openBench();
    bench.beforeEmbed = (_, signal) => forever(signal);
    const mine = collect(bench.queue.add([fileOf('mine', textOf('m', 2))]));
    await vi.waitUntil(() => bench.parsed.length === 1);
    const theirs = collect(
      other.queue.add([fileOf('x', textOf('x', 2)), fileOf('y', textOf('y', 2))]),
      (event) => {
        if (event.type === 'queued' && event.name === 'x') void other.queue.cancel(event.ingestId);
      },
    );
    await vi.waitUntil(() => other.queue.size === 1);
    await other.queue.stop();
    expect(outcomesOf(await theirs)).toEqual({ x: 'cancelled', y: 'cancelled' });
    // Nothing is left waiting for the lock: the next files are taken in when it is free.
    const next = collect(other.queue.add([fileOf('z', textOf('z', 2))]));
    await bench.queue.stop();
    expect(outcomesOf(await mine)).toEqual({ mine: 'cancelled' });
    expect(outcomesOf(await next)).toEqual({ z: 'ready' });
  });
});

test('holds together under random files, cancels and failures', async () => {
  // A small generator with a seed, so that a failure can be run again.
  let state = 20260101;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let round = 0; round < 12; round++) {
    const tabs = [bench, await openBench()];
    for (const tab of tabs) {
      tab.beforeParse = () => wait(random(3));
      tab.beforeEmbed = async () => {
        await wait(random(4));
        if (random(12) === 0) throw new SatchelError('embedding-failed');
      };
    }
    const batches = Array.from({ length: 3 }, (_, batch) => {
      const files = Array.from({ length: 5 }, (__, i) => {
        const seed = `r${round}k${random(8)}q`;
        return fileOf(`${batch}.${i}`, random(6) === 0 ? '' : textOf(seed, 1 + (seed.length % 3) * 8));
      });
      const controller = new AbortController();
      if (random(4) === 0) setTimeout(() => controller.abort(), random(40));
      const { queue } = tabs[random(2)]!;
      return collect(queue.add(files, controller.signal), (event) => {
        if (random(25) === 0) void tabs[random(2)]!.queue.cancel(event.ingestId);
      });
    });
    const events = (await Promise.all(batches)).flat();
    outcomesOf(events);
    expect(new Set(events.map(({ ingestId }) => ingestId)).size).toBe(15);
    const ready = events.flatMap((event) => (event.type === 'ready' ? [event.document.id] : []));
    expect(new Set(ready).size).toBe(ready.length);
    expect((await bench.documents.documents()).map(({ id }) => id).sort()).toEqual(ready.sort());
    await expectWhole(bench, ready.length);
    // Pending are those that failed for a reason of their own, and no others.
    const failed = events.filter(
      (event) => event.type === 'failed' && event.error.code === 'embedding-failed',
    );
    const left = (await bench.pending.all()).map(({ ingestId }) => ingestId);
    expect(left.filter((id) => !failed.some((event) => event.ingestId === id))).toEqual([]);
    for (const { ingestId } of failed) await bench.queue.cancel(ingestId);
    expect(await bench.database.count('partials')).toBe(0);
    for (const id of ready) await bench.documents.remove(id);
    tabs[1]!.database.close();
  }
}, 30_000);
