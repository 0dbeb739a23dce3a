import { afterEach, describe, expect, test, vi } from 'vitest';
import { describeChatEngine, type ChatEngineSetting } from '../chat-engine.contract.ts';
import type { ChatEngine, ChatEngineOptions, ChatEvent, Message } from '../chat-engine.ts';
import { FAILING_QUESTIONS, LONG_QUESTION, SHORT_QUESTION } from '../fixtures/chat-questions.ts';
import { CHAT_TOKENS } from '../fixtures/chat-servers.fixture.ts';
import { NO_SETTINGS } from '../fixtures/generation-settings.ts';
import {
  createLanguageModelStandIn,
  STAND_IN_QUESTIONS,
  type LanguageModelStandIn,
} from './fixtures/language-model-stand-in.fixture.ts';
import { loadPromptApiChat } from './prompt-api.ts';
import { chatEngines } from '../registry.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const CHOSEN: ChatEngineOptions = { ...NO_SETTINGS, engine: 'prompt-api' };
const ANSWER = CHAT_TOKENS.join('');
const ENGLISH = 'Answer in English.';
const CHINESE = '用中文回答。';
const LIMITS = { maxTokens: 200 };

const ask = (content: string, system = ENGLISH): readonly Message[] => [
  { role: 'system', content: system },
  { role: 'user', content },
];

type StandInOptions = Parameters<typeof createLanguageModelStandIn>[0];

function install(options?: StandInOptions): LanguageModelStandIn {
  const standIn = createLanguageModelStandIn(options);
  vi.stubGlobal('LanguageModel', standIn.api);
  return standIn;
}

async function start(
  options?: StandInOptions,
): Promise<LanguageModelStandIn & { standIn: LanguageModelStandIn; engine: ChatEngine }> {
  const standIn = install(options);
  return { ...standIn, standIn, engine: await loadPromptApiChat(CHOSEN) };
}

async function read(events: AsyncIterable<ChatEvent>): Promise<string> {
  let text = '';
  for await (const event of events) text += event.type === 'token' ? event.text : `[${event.reason}]`;
  return text;
}

describeChatEngine({
  line: chatEngines.get('prompt-api'),
  // The engine is loaded by the time that the end of a test takes the global away.
  start: (): Promise<ChatEngineSetting> => {
    const { host } = install();
    return Promise.resolve({ options: CHOSEN, host, stop: () => host.close() });
  },
  answer: ANSWER,
  failure: 'chat-failed',
});

describe('loading', () => {
  test('without the API, or without a model, is refused', async () => {
    await expect(loadPromptApiChat(CHOSEN)).rejects.toMatchObject({ code: 'prompt-api-unavailable' });
    const { created } = install({ availability: 'unavailable' });
    await expect(loadPromptApiChat(CHOSEN)).rejects.toMatchObject({ code: 'prompt-api-unavailable' });
    expect(created).toEqual([]);
  });

  test('tells that a download goes on, and claims no bytes', async () => {
    install({ availability: 'downloadable' });
    const onProgress = vi.fn();
    const engine = await loadPromptApiChat({ ...CHOSEN, onProgress });
    expect(onProgress.mock.calls).toEqual(
      [0, 0.5, 1].map(() => [{ file: '', loadedBytes: 0, totalBytes: 0 }]),
    );
    expect(await read(engine.chat(ask(SHORT_QUESTION), LIMITS))).toBe(`${ANSWER}[stop]`);
  });

  test.each(['downloadable', 'downloading'] as const)(
    'needs a click where the model is %s',
    async (state) => {
      install({ availability: state, isClicked: false });
      await expect(loadPromptApiChat(CHOSEN)).rejects.toMatchObject({ code: 'prompt-api-needs-click' });
      install({ availability: state, isClicked: true });
      await loadPromptApiChat(CHOSEN);
    },
  );

  test('needs no click where the model is there', async () => {
    const { engine } = await start({ isClicked: false });
    expect(await engine.countTokens('port')).toBeGreaterThan(0);
  });

  test('a model that is gone since it was asked for is unavailable; a failed download says why', async () => {
    install({ start: new DOMException('No space left.', 'NotSupportedError') });
    await expect(loadPromptApiChat(CHOSEN)).rejects.toMatchObject({ code: 'prompt-api-unavailable' });
    install({ availability: 'downloadable', start: new DOMException('Broken off.', 'NetworkError') });
    await expect(loadPromptApiChat(CHOSEN)).rejects.toMatchObject({
      code: 'chat-failed',
      details: { reason: 'NetworkError: Broken off.' },
    });
  });

  test('can be cancelled while the model is on its way, and before', async () => {
    const { created, alive } = install({ availability: 'downloading', start: 'hangs' });
    const controller = new AbortController();
    const loading = loadPromptApiChat({ ...CHOSEN, signal: controller.signal });
    await vi.waitFor(() => expect(created).toHaveLength(1));
    controller.abort();
    await expect(loading).rejects.toMatchObject({ code: 'aborted' });
    await expect(loadPromptApiChat({ ...CHOSEN, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(alive.size).toBe(0);
  });

  test('what cancels the load later does not end the engine', async () => {
    install();
    const controller = new AbortController();
    const engine = await loadPromptApiChat({ ...CHOSEN, signal: controller.signal });
    controller.abort();
    expect(await engine.countTokens('port')).toBeGreaterThan(0);
  });

  test('has a time limit where the model is there, and none for a download', async () => {
    vi.useFakeTimers();
    install({ start: 'hangs' });
    const loading = loadPromptApiChat(CHOSEN);
    const failure = expect(loading).rejects.toMatchObject({
      code: 'chat-failed',
      details: { reason: 'the model did not start in time', timeoutMs: 180_000 },
    });
    await vi.advanceTimersByTimeAsync(180_000);
    await failure;

    const { alive } = install();
    const started = loadPromptApiChat(CHOSEN);
    await vi.advanceTimersByTimeAsync(200_000);
    await started;
    expect(alive.size, 'a start in time is not ended later').toBe(1);

    install({ availability: 'downloading', start: 'hangs' });
    let isSettled = false;
    void loadPromptApiChat(CHOSEN).catch(() => (isSettled = true));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(isSettled).toBe(false);
  });
});

describe('sessions', () => {
  test('the system message is read once, and each answer has a copy that ends with it', async () => {
    const { engine, created, alive, host } = await start();
    await read(engine.chat(ask('one'), LIMITS));
    await read(engine.chat(ask('two'), LIMITS));
    expect(created.map(({ initialPrompts }) => initialPrompts)).toEqual([
      undefined,
      [{ role: 'system', content: ENGLISH }],
    ]);
    expect(host.chats.map(({ body }) => body)).toEqual(
      ['one', 'two'].map((content) => ({ messages: [{ role: 'user', content }] })),
    );
    expect(alive.size, 'the one that measures and the one to copy').toBe(2);

    await read(engine.chat(ask('three', 'Be brief.'), LIMITS));
    expect(created).toHaveLength(3);
    expect(alive.size, 'the one before was not kept').toBe(2);
    await engine.dispose();
    await vi.waitFor(() => expect(alive.size).toBe(0));
  });

  test('say what they write, by the system message, and leave open what they read', async () => {
    const { engine, created } = await start({ languages: ['en', 'zh'] });
    await read(engine.chat(ask('为什么？'), LIMITS));
    await read(engine.chat(ask('Why?', CHINESE), LIMITS));
    await read(engine.chat([{ role: 'user', content: '为什么？' }], LIMITS));
    const languages = created.map(({ expectedOutputs }) => expectedOutputs[0]?.languages);
    expect(languages).toEqual([['en'], ['en'], ['zh'], ['zh']]);
    for (const one of created) {
      expect(one).not.toHaveProperty('expectedInputs');
      expect(one).toMatchObject({ samplingMode: 'most-predictable' });
    }
  });

  test('a language that the browser does not offer is refused, and the others go on', async () => {
    const { engine } = await start();
    await expect(read(engine.chat(ask('端口？', CHINESE), LIMITS))).rejects.toMatchObject({
      code: 'prompt-api-language',
      details: { language: 'zh' },
    });
    expect(await read(engine.chat(ask(SHORT_QUESTION), LIMITS))).toBe(`${ANSWER}[stop]`);
  });

  test('that are destroyed fail the answer or the count, and the next call has others', async () => {
    const { engine, alive } = await start();
    const destroyed = {
      code: 'chat-failed',
      details: { reason: 'InvalidStateError: The model execution session has been destroyed.' },
    };
    const destroyAll = (): void => [...alive].forEach((session) => session.destroy());

    const events = engine.chat(ask(LONG_QUESTION), LIMITS)[Symbol.asyncIterator]();
    expect(await events.next()).toMatchObject({ value: { type: 'token' } });
    destroyAll();
    await expect(events.next()).rejects.toMatchObject(destroyed);
    expect(await read(engine.chat(ask(SHORT_QUESTION), LIMITS))).toBe(`${ANSWER}[stop]`);

    destroyAll();
    await expect(read(engine.chat(ask(SHORT_QUESTION), LIMITS))).rejects.toMatchObject(destroyed);
    expect(await read(engine.chat(ask(SHORT_QUESTION), LIMITS))).toBe(`${ANSWER}[stop]`);

    await engine.countTokens('port');
    destroyAll();
    await expect(engine.countTokens('port')).rejects.toMatchObject(destroyed);
    expect(await engine.countTokens('port')).toBeGreaterThan(0);
    await expect(read(engine.chat(ask(FAILING_QUESTIONS.errorInside), LIMITS))).rejects.toMatchObject(
      destroyed,
    );
  });

  test('can be had again when the browser has its model again', async () => {
    const { engine, alive, standIn } = await start({ isClicked: false });
    [...alive].forEach((session) => session.destroy());
    standIn.availability = 'downloadable';
    await expect(engine.countTokens('port')).rejects.toMatchObject({ code: 'chat-failed' });
    await expect(engine.countTokens('port')).rejects.toMatchObject({ code: 'prompt-api-needs-click' });
    standIn.isClicked = true;
    expect(await engine.countTokens('port')).toBeGreaterThan(0);
  });

  test('dispose ends the answer under way', async () => {
    const { engine, alive } = await start();
    const events = engine.chat(ask(LONG_QUESTION), LIMITS)[Symbol.asyncIterator]();
    await events.next();
    await engine.dispose();
    await expect(events.next()).rejects.toMatchObject({ code: 'aborted' });
    await expect(engine.countTokens('port')).rejects.toMatchObject({ code: 'aborted' });
    expect(alive.size).toBe(0);
  });
});

describe('what the browser refuses to show or to do', () => {
  test.each([
    ['filtered', 'prompt-api-filtered'],
    ['otherLanguage', 'prompt-api-language'],
    ['forbidden', 'prompt-api-unavailable'],
  ] as const)('%s: %s', async (question, code) => {
    const { engine } = await start();
    await expect(read(engine.chat(ask(STAND_IN_QUESTIONS[question]), LIMITS))).rejects.toMatchObject({
      code,
    });
    expect(await read(engine.chat(ask(SHORT_QUESTION), LIMITS))).toBe(`${ANSWER}[stop]`);
  });
});

describe('the context window', () => {
  test('holds the system message, the rest of the prompt and the answer', async () => {
    // 5 and 5 tokens of system message, 5 and 1 of the question: 2 are left, which "Cats" takes.
    const { engine, host } = await start({ contextWindow: 18 });
    expect(engine.contextWindow).toBe(18);
    expect(await read(engine.chat(ask('Why?'), LIMITS))).toBe(`${CHAT_TOKENS[0]}[length]`);
    const before = host.chats.length;
    await expect(read(engine.chat(ask('Why? Why?'), LIMITS))).rejects.toMatchObject({
      code: 'context-overflow',
      details: { tokens: 18, contextWindow: 18 },
    });
    expect(host.chats).toHaveLength(before);
  });

  test('the browser has the last word on it', async () => {
    const { engine } = await start({ names: 'none', contextWindow: 18 });
    expect(engine.contextWindow, 'not told').toBe(8192);
    await expect(read(engine.chat(ask('Why? Why? Why?'), LIMITS))).rejects.toMatchObject({
      code: 'context-overflow',
      details: { tokens: 19, contextWindow: 8192 },
    });
    await expect(read(engine.chat(ask('Why?', 'word '.repeat(20)), LIMITS))).rejects.toMatchObject({
      code: 'context-overflow',
      details: { tokens: 30, contextWindow: 8192 },
    });
  });

  test('one without a limit is taken for a large one', async () => {
    const { engine } = await start({ contextWindow: Infinity });
    expect(engine.contextWindow).toBe(8192);
  });
});

describe('older names of the members', () => {
  test('count and limit the same', async () => {
    const text = 'Nine tokens of four characters each.';
    const counts = await Promise.all(
      (['new', 'old'] as const).map(async (names) => {
        const { engine, host } = await start({ names, contextWindow: 18 });
        await expect(read(engine.chat(ask('Why? Why? Why?'), LIMITS))).rejects.toMatchObject({
          code: 'context-overflow',
          details: { tokens: 19, contextWindow: 18 },
        });
        expect(host.chats, 'refused here').toEqual([]);
        return engine.countTokens(text);
      }),
    );
    expect(counts).toEqual([9, 9]);
  });

  test('a browser that measures nothing gets an estimate that is not too low', async () => {
    const { engine } = await start({ names: 'none' });
    expect(await engine.countTokens('')).toBe(0);
    expect(await engine.countTokens('端口')).toBe(6);
    expect(await read(engine.chat(ask(SHORT_QUESTION), LIMITS))).toBe(`${ANSWER}[stop]`);
    await expect(read(engine.chat(ask('word '.repeat(8192)), LIMITS))).rejects.toMatchObject({
      code: 'context-overflow',
      details: { tokens: expect.any(Number), contextWindow: 8192 },
    });
  });
});
