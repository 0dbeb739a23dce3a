import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MemoryCache } from '../../3-embed/model-store.ts';
import type { FileInput } from '../../types.ts';
import { addedModels, addModel, openAddedModel, removeAddedModel } from './added-models.ts';
import { CHAT_METADATA, ggufOf, uint16 } from './fixtures/gguf-file.ts';

const MEGABYTE = 1_000_000;

// Eighteen megabytes, again and again, on machines that do other things too.
vi.setConfig({ testTimeout: 60_000 });

let cache: MemoryCache;
beforeEach(() => {
  cache = new MemoryCache();
});
afterEach(() => vi.unstubAllGlobals());

// More than two parts of 8 MB.
const WEIGHTS = randomBytes(18 * MEGABYTE);
const OTHER_WEIGHTS = randomBytes(18 * MEGABYTE);

const modelFile = (weights = WEIGHTS, name = 'my model #1?.gguf'): FileInput => ({
  file: new Blob([ggufOf(CHAT_METADATA), weights]),
  name,
  path: '',
});

const bytesOf = async (blob: Blob): Promise<Buffer> => Buffer.from(await blob.arrayBuffer());
const entries = async (): Promise<number> => (await cache.keys()).length;

describe('a model from a file', () => {
  test('is kept whole, told as it grows, and there without the file', async () => {
    const input = modelFile();
    const sizeBytes = input.file.size;
    const seen: number[] = [];
    const added = await addModel(input, {
      cache,
      onProgress: ({ file, loadedBytes, totalBytes }) => {
        expect([file, totalBytes]).toEqual([input.name, sizeBytes]);
        seen.push(loadedBytes);
      },
    });
    expect(seen).toEqual([0, 8 * 1024 ** 2, 16 * 1024 ** 2]);
    expect(added).toEqual({
      engine: 'wllama',
      id: expect.stringMatching(/^file:/),
      label: 'my model #1?',
      sizeBytes,
      isComplete: true,
    });
    expect(await addedModels(cache)).toEqual([added]);
    const { content, contextLength } = await openAddedModel(added.id, { cache });
    expect((await bytesOf(content)).equals(await bytesOf(input.file))).toBe(true);
    expect(contextLength).toBe(2048);
  });

  test('the same one is recognised, and not copied again', async () => {
    const { id } = await addModel(modelFile(), { cache });
    const put = vi.spyOn(cache, 'put');
    expect((await addModel(modelFile(), { cache })).id).toBe(id);
    expect(put).not.toHaveBeenCalled();
    expect(await addedModels(cache)).toHaveLength(1);
  });

  test('another one with its name and size takes its place; with another name it is another model', async () => {
    const first = await addModel(modelFile(), { cache });
    const other = modelFile(OTHER_WEIGHTS);
    expect((await addModel(other, { cache })).id).toBe(first.id);
    const { content } = await openAddedModel(first.id, { cache });
    expect((await bytesOf(content)).equals(await bytesOf(other.file))).toBe(true);

    const renamed = await addModel({ ...other, name: 'b.GGUF' }, { cache });
    expect((await addedModels(cache)).map(({ label }) => label)).toEqual(['my model #1?', 'b']);
    await removeAddedModel(first.id, cache);
    expect(await addedModels(cache)).toEqual([renamed]);
    await removeAddedModel(renamed.id, cache);
    expect(await entries()).toBe(0);
  });

  test('cancelled, nothing of it stays, nor of what it was to replace', async () => {
    await addModel(modelFile(), { cache });
    const controller = new AbortController();
    const seen: number[] = [];
    const cancelled = addModel(modelFile(OTHER_WEIGHTS), {
      cache,
      signal: controller.signal,
      onProgress: ({ loadedBytes }) => {
        seen.push(loadedBytes);
        if (loadedBytes > 0) controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'aborted' });
    expect(seen).toEqual([0, 8 * 1024 ** 2]);
    expect(await entries()).toBe(0);
  });

  test('on a disk that is full before its end, nothing stays, and nothing more has to be written', async () => {
    const put = cache.put.bind(cache);
    let isFull = false;
    vi.spyOn(cache, 'put').mockImplementation((url, response) => {
      isFull ||= url.endsWith('part=1');
      if (isFull) throw new DOMException('no room', 'QuotaExceededError');
      return put(url, response);
    });
    await expect(addModel(modelFile(), { cache })).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(await entries()).toBe(0);
  });

  test('that there is no room for is refused before its first byte, and what was there stays', async () => {
    const before = await addModel(modelFile(), { cache });
    const estimate = { quota: 100 * MEGABYTE, usage: 80 * MEGABYTE };
    vi.stubGlobal('navigator', { storage: { estimate: () => Promise.resolve(estimate) } });
    const other = modelFile(WEIGHTS, 'other.gguf');
    await expect(addModel(other, { cache })).rejects.toMatchObject({
      code: 'quota-exceeded',
      details: { neededBytes: other.file.size, freeBytes: 20 * MEGABYTE },
    });
    expect(await addedModels(cache)).toEqual([before]);
    // It takes the room of the one that it replaces.
    expect((await addModel(modelFile(OTHER_WEIGHTS), { cache })).id).toBe(before.id);
  });

  test('of which a part is lost is missing, not half a model', async () => {
    const { id } = await addModel(modelFile(), { cache });
    const part = (await cache.keys()).find(({ url }) => url.endsWith('part=1'))?.url ?? '';
    expect(await cache.delete(part)).toBe(true);
    const missing = { code: 'chat-model-missing', details: { model: 'my model #1?' } };
    await expect(openAddedModel(id, { cache })).rejects.toMatchObject(missing);
    await expect(openAddedModel('file:1:other.gguf', { cache })).rejects.toMatchObject({
      code: 'chat-model-missing',
      details: { model: 'other' },
    });
  });

  test('where nothing can be kept it is refused', async () => {
    await expect(addModel(modelFile())).rejects.toMatchObject({ code: 'storage-unavailable' });
  });
});

describe('a file that can not write answers is refused before it is copied', () => {
  const { 'tokenizer.chat_template': _, ...withoutTemplate } = CHAT_METADATA;
  const huge = Object.defineProperty(ggufOf(CHAT_METADATA), 'size', { value: 4 * 1024 ** 3 });

  test.each([
    ['not-gguf', new Blob(['<!doctype html>']), { file: 'a.gguf', reason: 'no GGUF signature' }],
    ['not-a-chat-model', ggufOf(withoutTemplate), { file: 'a.gguf' }],
    ['model-in-parts', ggufOf({ ...CHAT_METADATA, 'split.count': uint16(4) }), { file: 'a.gguf', parts: 4 }],
    ['model-too-large', huge, { file: 'a.gguf', sizeBytes: 4 * 1024 ** 3, limitBytes: 4 * 1024 ** 3 }],
  ])('%s', async (code, file, details) => {
    const refused = addModel({ file, name: 'a.gguf', path: '' }, { cache });
    await expect(refused).rejects.toMatchObject({ code, details });
    expect(await entries()).toBe(0);
  });

  test('one that can not be read any more', async () => {
    const gone = Object.defineProperty(ggufOf(CHAT_METADATA), 'slice', {
      value: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }),
    });
    await expect(addModel({ file: gone, name: 'a.gguf', path: '' }, { cache })).rejects.toMatchObject({
      code: 'internal',
      details: { reason: expect.stringContaining('NotReadableError') },
    });
  });
});
