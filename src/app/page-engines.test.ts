import { afterEach, expect, test, vi } from 'vitest';
import { createLanguageModelStandIn } from '../core/7-answer/prompt-api/fixtures/language-model-stand-in.fixture.ts';
import { NO_SETTINGS } from '../core/7-answer/fixtures/generation-settings.ts';
import { passageOf } from '../core/7-answer/fixtures/passages.ts';
import { SatchelError } from '../core/errors.ts';
import type { WriteRequest } from '../core/service.ts';
import { ScriptedWriter } from './fixtures/scripted-service.ts';
import { withPageEngines } from './page-engines.ts';

afterEach(() => vi.unstubAllGlobals());

const onPage = { ...NO_SETTINGS, engine: 'prompt-api' };
const inWorker = { ...NO_SETTINGS, engine: 'wllama' };
const request: WriteRequest = {
  question: 'How long do cats sleep?',
  language: 'en',
  passages: [passageOf('Cats sleep a lot.', 0, 17)],
  history: [],
};

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = [];
  for await (const item of items) read.push(item);
  return read;
}

test('an engine of the page writes in this thread, and no other does', async () => {
  const { api, created } = createLanguageModelStandIn();
  vi.stubGlobal('LanguageModel', api);
  const worker = new ScriptedWriter();
  const service = withPageEngines(worker);
  const events = await all(service.write(request, onPage));
  expect(events.find(({ type }) => type === 'prompt')).toMatchObject({ passages: [0], leftOut: 0 });
  expect(events.at(-1)).toEqual({ type: 'done', reason: 'stop' });
  const { length } = created;
  await all(service.write(request, onPage));
  expect(created, 'loaded once').toHaveLength(length);
  expect(await service.models(onPage)).toEqual([]);
  expect(worker.requests).toEqual([]);

  worker.modelNames = ['a model'];
  worker.writes.push({ type: 'done', reason: 'length' });
  worker.writes.end();
  expect(await service.models(inWorker)).toEqual(['a model']);
  expect(await all(service.write(request, inWorker))).toEqual([{ type: 'done', reason: 'length' }]);
  expect(worker.requests).toEqual([request]);
});

test('its errors come with their codes, as those of the worker do', async () => {
  const service = withPageEngines(new ScriptedWriter());
  const error: unknown = await all(service.write(request, onPage)).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(SatchelError);
  expect(error).toMatchObject({ code: 'prompt-api-unavailable' });
});

test('what one thread has loaded is freed before the other one loads', async () => {
  const { api, alive } = createLanguageModelStandIn();
  vi.stubGlobal('LanguageModel', api);
  const worker = new ScriptedWriter();
  const service = withPageEngines(worker);
  const unload = vi.spyOn(worker, 'unload');
  worker.preparing.end();

  await all(service.prepare(inWorker));
  await all(service.prepare(inWorker));
  expect(unload).not.toHaveBeenCalled();
  await all(service.prepare(onPage));
  expect(unload).toHaveBeenCalledOnce();
  expect(alive.size).toBe(1);
  await all(service.prepare(inWorker));
  await vi.waitFor(() => expect(alive.size).toBe(0));
  expect(unload).toHaveBeenCalledOnce();
  await service.unload();
  expect(unload).toHaveBeenCalledTimes(2);
});
