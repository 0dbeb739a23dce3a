import { describe, expect, test } from 'vitest';
import { describeChatEngine } from '../chat-engine.contract.ts';
import type { ChatEvent, Message } from '../chat-engine.ts';
import { LONG_QUESTION } from '../fixtures/chat-questions.ts';
import { CHAT_TOKENS } from '../fixtures/chat-servers.fixture.ts';
import { NO_SETTINGS } from '../fixtures/generation-settings.ts';
import { MlcEngineStandIn } from './fixtures/mlc-engine-stand-in.ts';
import { WebLlmEngine } from './web-llm-engine.ts';
import { openWebLlm } from './web-llm-runtime.ts';
import type { MlcSource } from './web-llm-source.ts';

const WINDOW = 100;

const source: MlcSource = {
  id: 'model',
  weightsUrl: 'https://hub.example/mlc-ai/model/resolve/main/',
  libraryUrl: 'https://libraries.example/model.wasm',
  needsShaderF16: true,
  thinks: false,
  contextWindow: WINDOW,
};

const ask = (content: string): readonly Message[] => [{ role: 'user', content }];

async function read(events: AsyncIterable<ChatEvent>): Promise<string> {
  let text = '';
  for await (const event of events) text += event.type === 'token' ? event.text : ` (${event.reason})`;
  return text;
}

/** @param tokens of each stand-in that is opened, the first one and those after it. */
async function load(tokens: readonly string[] = ['It', ' sleeps.'], changes: Partial<MlcSource> = {}) {
  const opened: MlcEngineStandIn[] = [];
  const open = (signal?: AbortSignal) =>
    openWebLlm(
      { ...source, ...changes },
      () => {
        const standIn = new MlcEngineStandIn(tokens);
        opened.push(standIn);
        return Promise.resolve(standIn);
      },
      signal,
    );
  const engine = new WebLlmEngine(changes.contextWindow ?? WINDOW, await open(), open);
  return { engine, opened, standIn: opened[0]! };
}

describeChatEngine({
  line: {
    id: 'web-llm, over a stand-in for the package',
    label: 'WebLLM',
    load: async () => (await load(CHAT_TOKENS, { contextWindow: 4096 })).engine,
  },
  start: () => Promise.resolve({ options: NO_SETTINGS, stop: () => Promise.resolve() }),
  answer: CHAT_TOKENS.join(''),
});

describe('a request, to a stand-in for the package', () => {
  test('streams, takes the likeliest token, and has the number of tokens told', async () => {
    const { engine, standIn } = await load();
    const events: ChatEvent[] = [];
    for await (const event of engine.chat(ask('What does it do?'), { maxTokens: 9 })) events.push(event);
    expect(events).toEqual([
      { type: 'token', text: 'It' },
      { type: 'token', text: ' sleeps.' },
      { type: 'done', reason: 'stop', usage: { evaluatedTokens: 26, completionTokens: 2 } },
    ]);
    expect(standIn.requests).toEqual([
      {
        messages: [{ role: 'user', content: 'What does it do?' }],
        max_tokens: 9,
        temperature: 0,
        stream: true,
        stream_options: { include_usage: true },
      },
    ]);
  });

  test('holds no token that ends a message, and no instruction to String.replace', async () => {
    const { engine, standIn } = await load();
    await read(engine.chat(ask("<|im_end|> costs $5, $& or $$, $'"), { maxTokens: 9 }));
    const sent = String(standIn.requests[0]?.messages[0]?.content);
    // What the package makes of it.
    expect('user: {user_message}.'.replace('{user_message}', sent)).toBe(
      "user: < |im_end|> costs $5, $& or $$, $'.",
    );
  });

  test('has a model that thinks not think, and leaves out the empty block', async () => {
    const { engine, standIn } = await load(['<think>\n\n', '</think>', '\n\nIt', ' sleeps.'], {
      thinks: true,
    });
    expect(await read(engine.chat(ask('What?'), { maxTokens: 9 }))).toBe('It sleeps. (stop)');
    expect(standIn.requests[0]?.extra_body).toEqual({ enable_thinking: false });
  });

  test('asks for no more tokens than the window has room for', async () => {
    const { engine, standIn } = await load();
    // Eight for the marks of the template.
    await read(engine.chat(ask('x'.repeat(80)), { maxTokens: 50 }));
    expect(standIn.requests[0]?.max_tokens).toBe(WINDOW - 88);
  });
});

describe('tokens, by a stand-in for the package', () => {
  test('are counted by its tokenizer, of the text as it is sent', async () => {
    const { engine, standIn } = await load();
    expect(await engine.countTokens('<|im_end|>')).toBe('< |im_end|>'.length);
    expect(await engine.countTokens('')).toBe(0);
    standIn.loadedModelIdToPipeline.clear();
    expect(await engine.countTokens('猫'), 'an estimate that is not too low').toBe(3);
  });

  test('that are too many are refused before anything is sent', async () => {
    const { engine, standIn } = await load();
    await expect(read(engine.chat(ask('x'.repeat(200)), { maxTokens: 1 }))).rejects.toMatchObject({
      code: 'context-overflow',
      details: { tokens: 208, contextWindow: WINDOW },
    });
    expect(standIn.requests).toEqual([]);
  });

  test('that only the package finds too many are told the same way, and the model stays', async () => {
    const { engine, standIn, opened } = await load();
    standIn.fault = new Error(
      'Prompt tokens exceed context window size: number of prompt tokens: 120; context window size: 100\nConsider…',
    );
    await expect(read(engine.chat(ask('Long?'), { maxTokens: 9 }))).rejects.toMatchObject({
      code: 'context-overflow',
      details: { tokens: 120, contextWindow: 100 },
    });
    standIn.fault = undefined;
    expect(await read(engine.chat(ask('Short?'), { maxTokens: 9 }))).toBe('It sleeps. (stop)');
    expect(opened).toHaveLength(1);
  });
});

describe('a stop, over a stand-in for the package', () => {
  test('is heard at once, and the next answer waits until the step has ended', async () => {
    const { engine, standIn } = await load();
    standIn.stepMs = 400;
    const controller = new AbortController();
    const events = engine.chat(ask(LONG_QUESTION), { maxTokens: 90 }, controller.signal);
    await events.next();
    const waiting = events.next();
    setTimeout(() => controller.abort(), 100);
    const start = performance.now();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - start).toBeLessThan(200);
    expect(standIn.log).toEqual(['reload model', 'begin']);
    standIn.stepMs = 0;
    expect(await read(engine.chat(ask('Short?'), { maxTokens: 9 }))).toBe('It sleeps. (stop)');
    expect(standIn.log).toEqual(['reload model', 'begin', 'end', 'begin', 'end']);
  });

  test('before the first token too', async () => {
    const { engine, standIn } = await load();
    standIn.stepMs = 400;
    const controller = new AbortController();
    const waiting = read(engine.chat(ask('Short?'), { maxTokens: 9 }, controller.signal));
    setTimeout(() => controller.abort(), 50);
    const start = performance.now();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - start).toBeLessThan(150);
  });

  test('in the midst of thoughts, of which nothing is handed out', async () => {
    const { engine, standIn } = await load(['<think>', ' Hm…'], { contextWindow: 1e6 });
    const controller = new AbortController();
    const waiting = read(engine.chat(ask(LONG_QUESTION), { maxTokens: 1e6 }, controller.signal));
    setTimeout(() => controller.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    await expect.poll(() => standIn.log).toEqual(['reload model', 'begin', 'end']);
  });

  test('leaving the iteration ends the work', async () => {
    const { engine, standIn } = await load();
    for await (const event of engine.chat(ask(LONG_QUESTION), { maxTokens: 90 })) {
      expect(event.type).toBe('token');
      break;
    }
    await expect.poll(() => standIn.log).toEqual(['reload model', 'begin', 'end']);
  });
});

describe('a GPU that is lost, as a stand-in for the package has it', () => {
  test('in the midst of an answer: told, and the model is loaded anew for the next', async () => {
    const { engine, opened, standIn } = await load();
    const events = engine.chat(ask(LONG_QUESTION), { maxTokens: 90 });
    await events.next();
    standIn.stepMs = 10_000;
    const waiting = events.next();
    setTimeout(() => standIn.loseDevice(), 20);
    await expect(waiting).rejects.toMatchObject({ code: 'gpu-lost' });
    expect(await read(engine.chat(ask('Short?'), { maxTokens: 9 }))).toBe('It sleeps. (stop)');
    expect(opened).toHaveLength(2);
    expect(standIn.log.at(-1)).toBe('unload');
  });

  test('between two answers', async () => {
    const { engine, opened, standIn } = await load();
    standIn.loseDevice();
    await expect(read(engine.chat(ask('Short?'), { maxTokens: 9 }))).rejects.toMatchObject({
      code: 'gpu-lost',
    });
    expect(await read(engine.chat(ask('Short?'), { maxTokens: 9 }))).toBe('It sleeps. (stop)');
    expect(opened).toHaveLength(2);
  });
});

describe('a load, of a stand-in for the package', () => {
  const start = (loading: Promise<void>, signal?: AbortSignal) => {
    const standIn = new MlcEngineStandIn([]);
    standIn.loading = loading;
    return { standIn, runtime: openWebLlm(source, () => Promise.resolve(standIn), signal) };
  };

  test('that is aborted ends at once, and what comes of it later is unloaded', async () => {
    const controller = new AbortController();
    let finish = (): void => {};
    const { standIn, runtime } = start(new Promise((resolve) => (finish = resolve)), controller.signal);
    setTimeout(() => controller.abort(), 10);
    await expect(runtime).rejects.toMatchObject({ code: 'aborted' });
    expect(standIn.log).toEqual(['reload model', 'unload']);
    finish();
    await expect.poll(() => standIn.log).toEqual(['reload model', 'unload', 'unload']);
  });

  test('that fails is told by code, with the library where that is at fault', async () => {
    const lost = start(Promise.reject(new Error('The WebGPU device was lost while loading the model.')));
    await expect(lost.runtime).rejects.toMatchObject({ code: 'gpu-lost' });
    expect(lost.standIn.log).toContain('unload');
    const library = start(Promise.reject(new WebAssembly.LinkError('import object field is not a Function')));
    await expect(library.runtime).rejects.toMatchObject({
      code: 'chat-library-mismatch',
      details: { model: 'model', file: 'model.wasm', url: source.libraryUrl },
    });
  });
});

test('after dispose answers end, none begins, and a stand-in for the package is unloaded', async () => {
  const { engine, standIn } = await load();
  standIn.stepMs = 50;
  const answer = read(engine.chat(ask(LONG_QUESTION), { maxTokens: 90 }));
  const ended = expect(answer).rejects.toMatchObject({ code: 'aborted' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await engine.dispose();
  await engine.dispose();
  await ended;
  expect(standIn.log.filter((line) => line === 'unload')).toHaveLength(1);
  await expect(read(engine.chat(ask('Short?'), { maxTokens: 9 }))).rejects.toMatchObject({
    code: 'chat-failed',
    details: { reason: 'disposed' },
  });
});
