import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatEngine, ChatEngineOptions, ChatEvent } from './chat-engine.ts';
import { FAILING_QUESTIONS, SHORT_QUESTION } from './fixtures/chat-questions.ts';
import {
  CHAT_MODEL,
  CHAT_TOKENS,
  OLLAMA_CHAT_MODELS,
  startOllamaChatServer,
  type ChatServer,
} from './fixtures/chat-servers.fixture.ts';
import { startWatchedHost, type WatchedHost } from './fixtures/watched-host.fixture.ts';
import { loadOllamaChat } from './ollama.ts';
import { NO_SETTINGS } from './fixtures/generation-settings.ts';

let server: ChatServer;
let host: WatchedHost;

beforeAll(async () => {
  server = await startOllamaChatServer();
  host = await startWatchedHost(server.url);
});
afterAll(() => Promise.all([host.close(), server.close()]));

const optionsFor = (ollamaModel: string, ollamaHost = host.url): ChatEngineOptions => ({
  ...NO_SETTINGS,
  engine: 'ollama',
  ollamaHost,
  ollamaModel,
});
const load = (model: string): Promise<ChatEngine> => loadOllamaChat(optionsFor(model));

async function ask(engine: ChatEngine, content: string, maxTokens = 100): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of engine.chat([{ role: 'user', content }], { maxTokens })) events.push(event);
  return events;
}

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error) => error,
  );

describe('loading', () => {
  test.each([
    [CHAT_MODEL, 8192],
    [OLLAMA_CHAT_MODELS.small, 1024],
    [OLLAMA_CHAT_MODELS.untold, 2048],
  ])('the context of %s is %i tokens, which every request asks for', async (model, contextWindow) => {
    const engine = await load(model);
    expect(engine.contextWindow).toBe(contextWindow);
    await ask(engine, SHORT_QUESTION);
    expect(host.chats.at(-1)?.body).toMatchObject({ model, options: { num_ctx: contextWindow } });
  });

  test('nobody at the host, a model that it does not have, an origin that it refuses', async () => {
    expect(await errorOf(loadOllamaChat(optionsFor(CHAT_MODEL, '127.0.0.1:1')))).toMatchObject({
      code: 'ollama-unreachable',
      details: { host: 'http://127.0.0.1:1', model: CHAT_MODEL, origin: '' },
    });
    expect(await errorOf(load('llama3'))).toMatchObject({
      code: 'ollama-model-missing',
      details: { model: 'llama3', host: host.url },
    });
    const refusing = await startOllamaChatServer(true);
    expect(await errorOf(loadOllamaChat(optionsFor(CHAT_MODEL, refusing.url)))).toMatchObject({
      code: 'ollama-origin-refused',
      details: { host: refusing.url },
    });
    await refusing.close();
  });

  test('an abort ends it', async () => {
    const options = { ...optionsFor(CHAT_MODEL), signal: AbortSignal.abort() };
    expect(await errorOf(loadOllamaChat(options))).toMatchObject({ code: 'aborted' });
  });
});

describe('chatting', () => {
  test('sends what the protocol names, and has the host cut nothing off', async () => {
    const engine = await load(CHAT_MODEL);
    await ask(engine, SHORT_QUESTION, 50);
    expect(host.chats.at(-1)?.body).toEqual({
      model: CHAT_MODEL,
      messages: [{ role: 'user', content: SHORT_QUESTION }],
      stream: true,
      think: false,
      truncate: false,
      shift: false,
      options: { num_ctx: 8192, num_predict: 50, temperature: 0 },
    });
  });

  test('a model that cannot think is not told to leave it', async () => {
    await ask(await load(OLLAMA_CHAT_MODELS.small), SHORT_QUESTION);
    expect(host.chats.at(-1)?.body).not.toHaveProperty('think');
  });

  test('thoughts are left out, and what the host counted is told', async () => {
    const events = await ask(await load(CHAT_MODEL), SHORT_QUESTION);
    expect(events).toEqual([
      ...CHAT_TOKENS.map((text) => ({ type: 'token', text })),
      { type: 'done', reason: 'stop', usage: { promptTokens: 26, completionTokens: CHAT_TOKENS.length } },
    ]);
  });

  test('no more is asked for than the context has room for', async () => {
    const engine = await load(OLLAMA_CHAT_MODELS.small);
    await ask(engine, '猫'.repeat(300), 5000);
    expect(host.chats.at(-1)?.body).toMatchObject({ options: { num_predict: 1024 - 900 - 8 } });
  });

  test.each([
    [FAILING_QUESTIONS.errorInside, 'ollama-failed', { reason: expect.stringContaining('terminated') }],
    [FAILING_QUESTIONS.noEnd, 'ollama-failed', { reason: 'The answer ends before its last line.' }],
    [FAILING_QUESTIONS.cutLine, 'ollama-failed', { status: 200 }],
    [FAILING_QUESTIONS.busy, 'ollama-failed', { reason: expect.stringContaining('busy'), status: 503 }],
    [FAILING_QUESTIONS.overflow, 'context-overflow', { tokens: expect.any(Number), contextWindow: 8192 }],
  ])('%s', async (question, code, details) => {
    const engine = await load(CHAT_MODEL);
    expect(await errorOf(ask(engine, question))).toMatchObject({ code, details });
    expect(await ask(engine, SHORT_QUESTION)).toHaveLength(CHAT_TOKENS.length + 1);
  });

  test('a host that stops meanwhile', async () => {
    const other = await startOllamaChatServer();
    const engine = await loadOllamaChat(optionsFor(CHAT_MODEL, other.url));
    await other.close();
    expect(await errorOf(ask(engine, SHORT_QUESTION))).toMatchObject({ code: 'ollama-unreachable' });
  });
});
