import { afterEach, describe, expect, test } from 'vitest';
import type { ChatEngine, ChatEngineOptions, ChatEvent } from '../chat-engine.ts';
import { FAILING_QUESTIONS, SHORT_QUESTION } from '../fixtures/chat-questions.ts';
import {
  CHAT_MODEL,
  CHAT_TOKENS,
  OPEN_AI_KEY,
  startOpenAiServer,
  type OpenAiServerOptions,
} from '../fixtures/chat-servers.fixture.ts';
import { startWatchedHost, type WatchedHost } from '../fixtures/watched-host.fixture.ts';
import { listOpenAiModels, loadOpenAiChat } from './openai-compatible.ts';
import { NO_SETTINGS } from '../fixtures/generation-settings.ts';

let running: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(running.map((close) => close()));
  running = [];
});

async function start(options: OpenAiServerOptions = {}): Promise<WatchedHost> {
  const server = await startOpenAiServer(options);
  const host = await startWatchedHost(server.url);
  running.push(server.close, host.close);
  return host;
}

const optionsFor = (
  { url }: Pick<WatchedHost, 'url'>,
  { openAiKey = '', openAiModel = CHAT_MODEL } = {},
): ChatEngineOptions => ({
  ...NO_SETTINGS,
  engine: 'openai-compatible',
  openAiUrl: `${url}/v1`,
  openAiKey,
  openAiModel,
});

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
    ['nothing', {}, 4096],
    ['OpenRouter', { context_length: 32768 }, 32768],
    ['vLLM', { max_model_len: 16384 }, 16384],
    ['Groq', { context_window: 131072 }, 131072],
    ['Mistral', { max_context_length: 8192 }, 8192],
    ['llama.cpp', { meta: { n_ctx: 2048, n_ctx_train: 40960 } }, 2048],
    ['older llama.cpp', { meta: { n_ctx_train: 40960 } }, 4096],
    ['older llama.cpp with a small model', { meta: { n_ctx_train: 1024 } }, 1024],
    ['nonsense', { context_length: null, max_model_len: 0 }, 4096],
    ['no list at all', null, 4096],
  ])('the context window by what the server tells: %s', async (_, entry, contextWindow) => {
    const engine = await loadOpenAiChat(optionsFor(await start({ entry })));
    expect(engine.contextWindow).toBe(contextWindow);
  });

  test('nobody at the address', async () => {
    const error = await errorOf(loadOpenAiChat(optionsFor({ url: 'http://127.0.0.1:1' })));
    expect(error).toMatchObject({
      code: 'chat-unreachable',
      details: { host: 'http://127.0.0.1:1/v1', origin: '' },
    });
  });

  test('an address without scheme and with a slash is understood', async () => {
    const host = await start();
    const openAiUrl = `${host.url.replace('http://', '')}/v1/`;
    const engine = await loadOpenAiChat({ ...optionsFor(host), openAiUrl });
    expect(await ask(engine, SHORT_QUESTION)).toHaveLength(CHAT_TOKENS.length + 1);
  });

  test('an abort ends it', async () => {
    const options = { ...optionsFor(await start()), signal: AbortSignal.abort() };
    expect(await errorOf(loadOpenAiChat(options))).toMatchObject({ code: 'aborted' });
  });

  test('lists all models, sorted; a wrong address is an error there', async () => {
    const host = await start();
    expect(await listOpenAiModels(optionsFor(host))).toEqual([CHAT_MODEL, 'text-embedding-3-small']);
    const error = await errorOf(listOpenAiModels({ ...optionsFor(host), openAiUrl: host.url }));
    expect(error).toMatchObject({ code: 'chat-failed', details: { status: 404 } });
  });
});

describe('the key', () => {
  test('goes along, without the blanks that were copied with it', async () => {
    const host = await start({ key: OPEN_AI_KEY });
    const engine = await loadOpenAiChat(optionsFor(host, { openAiKey: ` ${OPEN_AI_KEY}\n` }));
    await ask(engine, SHORT_QUESTION);
    expect(host.chats[0]?.headers['authorization']).toBe(`Bearer ${OPEN_AI_KEY}`);
  });

  test('no header without a key', async () => {
    const host = await start();
    await ask(await loadOpenAiChat(optionsFor(host)), SHORT_QUESTION);
    expect(host.chats[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each(['', 'sk-wrong', 'sk-“quoted”'])('a server that refuses it: %j', async (openAiKey) => {
    const host = await start({ key: OPEN_AI_KEY });
    const error = await errorOf(loadOpenAiChat(optionsFor(host, { openAiKey })));
    expect(error).toMatchObject({ code: 'chat-key-refused', details: { host: `${host.url}/v1` } });
  });

  test('neither key nor question follow a redirect', async () => {
    const elsewhere = await start();
    const redirecting = await start({ redirectTo: elsewhere.url });
    const options = optionsFor(redirecting, { openAiKey: OPEN_AI_KEY });
    expect(await errorOf(loadOpenAiChat(options))).toMatchObject({ code: 'chat-unreachable' });
    expect(await errorOf(listOpenAiModels(options))).toMatchObject({ code: 'chat-unreachable' });
    expect(elsewhere.chats).toEqual([]);
  });
});

describe('chatting', () => {
  test('sends what the protocol names', async () => {
    const host = await start();
    await ask(await loadOpenAiChat(optionsFor(host)), SHORT_QUESTION, 50);
    expect(host.chats[0]?.body).toEqual({
      model: CHAT_MODEL,
      messages: [{ role: 'user', content: SHORT_QUESTION }],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 50,
      temperature: 0,
    });
  });

  test('tells what the server counted', async () => {
    const engine = await loadOpenAiChat(optionsFor(await start()));
    expect((await ask(engine, SHORT_QUESTION)).at(-1)).toEqual({
      type: 'done',
      reason: 'stop',
      usage: { promptTokens: 26, evaluatedTokens: 6, completionTokens: CHAT_TOKENS.length },
    });
  });

  test('no more is asked for than the context has room for', async () => {
    const host = await start({ entry: { context_length: 1024 } });
    await ask(await loadOpenAiChat(optionsFor(host)), '猫'.repeat(300), 5000);
    expect(host.chats[0]?.body).toMatchObject({ max_tokens: 1024 - 900 - 8 });
  });

  test('a model that the server does not have', async () => {
    const host = await start();
    const engine = await loadOpenAiChat(optionsFor(host, { openAiModel: 'gpt-none' }));
    expect(await errorOf(ask(engine, SHORT_QUESTION))).toMatchObject({
      code: 'chat-model-missing',
      details: { host: `${host.url}/v1`, model: 'gpt-none' },
    });
  });

  test.each([
    [FAILING_QUESTIONS.errorInside, 'chat-failed', { reason: 'The server had an error.', status: 200 }],
    [
      FAILING_QUESTIONS.noEnd,
      'chat-failed',
      { reason: 'The answer ends before it is finished.', status: 200 },
    ],
    [FAILING_QUESTIONS.cutLine, 'chat-failed', { status: 200 }],
    [FAILING_QUESTIONS.busy, 'chat-failed', { reason: expect.stringContaining('Rate limit'), status: 429 }],
    [FAILING_QUESTIONS.overflow, 'context-overflow', { tokens: 1407, contextWindow: 256 }],
  ])('%s', async (question, code, details) => {
    const engine = await loadOpenAiChat(optionsFor(await start()));
    expect(await errorOf(ask(engine, question))).toMatchObject({ code, details });
    expect(await ask(engine, SHORT_QUESTION)).toHaveLength(CHAT_TOKENS.length + 1);
  });
});
