import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHAT_MODEL, CHAT_TOKENS, startOllamaChatServer } from './7-answer/fixtures/chat-servers.fixture.ts';
import { NO_SETTINGS } from './7-answer/fixtures/generation-settings.ts';
import { passageOf } from './7-answer/fixtures/passages.ts';
import { startWatchedHost, type WatchedHost } from './7-answer/fixtures/watched-host.fixture.ts';
import { GenerationWorkerService } from './generation-service.ts';
import type { GenerationSettings, WriteEvent, WriteRequest } from './service.ts';

let host: WatchedHost;
let closeServer: () => Promise<void>;
let settings: GenerationSettings;

beforeAll(async () => {
  const server = await startOllamaChatServer();
  closeServer = () => server.close();
  host = await startWatchedHost(server.url);
  settings = { ...NO_SETTINGS, engine: 'ollama', ollamaHost: host.url, ollamaModel: CHAT_MODEL };
});
afterAll(() => Promise.all([host.close(), closeServer()]));

const TEXT = 'Cats sleep a lot. Bees hum.';
const request: WriteRequest = {
  question: 'How long do cats sleep?',
  language: 'en',
  passages: [passageOf(TEXT, 0, 17), passageOf(TEXT, 18, 27)],
  history: [],
};

async function written(events: AsyncIterable<WriteEvent>): Promise<WriteEvent[]> {
  const all: WriteEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test('tells what the model is shown, then writes, then ends', async () => {
  const events = await written(new GenerationWorkerService().write(request, settings));
  expect(events[0]).toMatchObject({ type: 'prompt', leftOut: 0 });
  expect(events.filter(({ type }) => type === 'token').map((event) => 'text' in event && event.text)).toEqual(
    CHAT_TOKENS,
  );
  expect(events.at(-1)).toMatchObject({
    type: 'done',
    reason: 'stop',
    usage: { completionTokens: CHAT_TOKENS.length },
  });
  const { messages } = host.chats.at(-1)?.body as { messages: { content: string }[] };
  expect(messages.at(-1)?.content).toContain('Cats sleep a lot.');
  expect(messages.at(-1)?.content.trim()).toMatch(/How long do cats sleep\?$/);
});

test('an answer that is given up leaves the next one well', async () => {
  const service = new GenerationWorkerService();
  const controller = new AbortController();
  const given = written(service.write(request, settings, controller.signal));
  controller.abort();
  await expect(given).rejects.toMatchObject({ code: 'aborted' });
  expect((await written(service.write(request, settings))).at(-1)).toMatchObject({ type: 'done' });
});

test('a model that failed to load is tried anew', async () => {
  const service = new GenerationWorkerService();
  const missing = { ...settings, ollamaModel: 'no-such-model' };
  for (const _ of [1, 2]) {
    await expect(written(service.write(request, missing))).rejects.toMatchObject({
      code: 'ollama-model-missing',
    });
  }
  await expect(written(service.write(request, { ...settings, engine: 'nobody' }))).rejects.toMatchObject({
    code: 'unknown-chat-engine',
  });
});

test('lists and pulls where there is a host, and nothing where there is none', async () => {
  const service = new GenerationWorkerService();
  expect(await service.models(settings)).toContain(CHAT_MODEL);
  const steps = [];
  for await (const step of service.pull(CHAT_MODEL, settings)) steps.push(step);
  expect(steps.length).toBeGreaterThan(1);
  const onDevice = { ...NO_SETTINGS, engine: 'wllama' };
  expect(await service.models(onDevice)).toEqual([]);
  for await (const step of service.pull(CHAT_MODEL, onDevice)) expect.unreachable(step.file);
});
