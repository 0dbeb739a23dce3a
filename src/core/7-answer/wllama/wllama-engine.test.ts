import { describe, expect, test } from 'vitest';
import { SatchelError } from '../../errors.ts';
import type { ChatEvent, Message } from '../chat-engine.ts';
import { WllamaEngine } from './wllama-engine.ts';
import type { WllamaRuntime } from './wllama-runtime.ts';

const WINDOW = 100;

/** Writes the words of the last message back, one at each turn of the event loop. */
function createScripted(keptLimitBytes?: number) {
  const log: string[] = [];
  let opened = 0;
  const open = (): Promise<WllamaRuntime> => {
    const id = ++opened;
    log.push(`open ${id}`);
    return Promise.resolve({
      device: 'cpu',
      contextWindow: WINDOW,
      bytesPerToken: 10,
      countTokens: (text) => Promise.resolve(text.split(' ').length),
      close: () => Promise.resolve(void log.push(`close ${id}`)),
      async complete(messages, maxTokens, onText, signal) {
        const words = messages.at(-1)?.content.split(' ') ?? [];
        log.push(`start ${words[0]}`);
        for (const word of words.slice(0, maxTokens)) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          if (signal.aborted) {
            log.push(`stop ${words[0]}`);
            throw new DOMException('Operation aborted', 'AbortError');
          }
          if (word === 'trap') throw new Error('unreachable executed');
          if (word === 'long')
            throw new SatchelError('context-overflow', { tokens: 200, contextWindow: 100 });
          onText(`${word} `);
        }
        log.push(`end ${words[0]}`);
        const written = Math.min(words.length, maxTokens);
        const usage = { promptTokens: 10, evaluatedTokens: 10, completionTokens: written };
        return { reason: written < words.length ? 'length' : 'stop', usage };
      },
    });
  };
  const engine = open().then((runtime) => new WllamaEngine(runtime, open, keptLimitBytes));
  return { engine, log };
}

const ask = (content: string): Message[] => [{ role: 'user', content }];

async function read(events: AsyncIterable<ChatEvent>): Promise<string> {
  let text = '';
  for await (const event of events) text += event.type === 'token' ? event.text : event.reason;
  return text;
}

describe('answers', () => {
  test('come one after the other, in the order of asking', async () => {
    const { engine: making, log } = createScripted();
    const engine = await making;
    const answers = await Promise.all([
      read(engine.chat(ask('one two'), { maxTokens: 9 })),
      read(engine.chat(ask('three four'), { maxTokens: 1 })),
      engine.countTokens('five six seven'),
    ]);
    expect(answers).toEqual(['one two stop', 'three length', 3]);
    expect(log).toEqual(['open 1', 'start one', 'end one', 'start three', 'end three']);
  });

  test('an abort is heard at once, and the next answer waits until the model has stopped', async () => {
    const { engine: making, log } = createScripted();
    const engine = await making;
    const controller = new AbortController();
    const events = engine.chat(ask('one two three'), { maxTokens: 9 }, controller.signal);
    expect(await events.next()).toMatchObject({ value: { type: 'token', text: 'one ' } });
    controller.abort();
    await expect(events.next()).rejects.toMatchObject({ code: 'aborted' });
    expect(log).not.toContain('stop one');
    expect(await read(engine.chat(ask('four'), { maxTokens: 9 }))).toBe('four stop');
    expect(log).toEqual(['open 1', 'start one', 'stop one', 'start four', 'end four']);
  });

  test('one that waits can be aborted too, and then never begins', async () => {
    const { engine: making, log } = createScripted();
    const engine = await making;
    const first = read(engine.chat(ask('one two three'), { maxTokens: 9 }));
    const controller = new AbortController();
    const second = read(engine.chat(ask('four'), { maxTokens: 9 }, controller.signal));
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    await expect(read(engine.chat(ask('five'), { maxTokens: 9 }, AbortSignal.abort()))).rejects.toMatchObject(
      {
        code: 'aborted',
      },
    );
    expect(await first).toBe('one two three stop');
    await engine.dispose();
    expect(log).toEqual(['open 1', 'start one', 'end one', 'close 1']);
  });

  test('ending the iteration ends the work', async () => {
    const { engine: making, log } = createScripted();
    const engine = await making;
    for await (const event of engine.chat(ask('one two three'), { maxTokens: 9 })) {
      expect(event.type).toBe('token');
      break;
    }
    await engine.countTokens('until it has stopped');
    expect(log).toEqual(['open 1', 'start one', 'stop one']);
  });
});

describe('the runtime', () => {
  test('is opened anew after a crash, and kept after a prompt that was too long', async () => {
    const { engine: making, log } = createScripted();
    const engine = await making;
    await expect(read(engine.chat(ask('trap'), { maxTokens: 9 }))).rejects.toMatchObject({
      code: 'chat-failed',
      details: { reason: 'Error: unreachable executed' },
    });
    expect(await read(engine.chat(ask('one'), { maxTokens: 9 }))).toBe('one stop');
    await expect(read(engine.chat(ask('long'), { maxTokens: 9 }))).rejects.toMatchObject({
      code: 'context-overflow',
      details: { tokens: 200, contextWindow: 100 },
    });
    expect(await read(engine.chat(ask('two'), { maxTokens: 9 }))).toBe('two stop');
    expect(log.filter((line) => /open|close/.test(line))).toEqual(['open 1', 'close 1', 'open 2']);
  });

  test('is opened anew when it may keep too much of earlier prompts', async () => {
    // A prompt of 10 tokens and its answer of 2, at 10 bytes each, are 120 bytes.
    const { engine: making, log } = createScripted(200);
    const engine = await making;
    const opened = (): number => log.filter((line) => line.startsWith('open')).length;
    await read(engine.chat(ask('same a'), { maxTokens: 9 }));
    for (let i = 0; i < 5; i++) await read(engine.chat(ask('same b'), { maxTokens: 9 }));
    expect(opened(), 'prompts that go on from the last one').toBe(1);
    await read(engine.chat(ask('other a'), { maxTokens: 9 }));
    expect(opened(), 'one copy').toBe(1);
    await read(engine.chat(ask('third a'), { maxTokens: 9 }));
    expect(opened(), 'two copies').toBe(2);
    for (let i = 0; i < 2; i++) {
      await read(engine.chat(ask('third b'), { maxTokens: 9 }));
      await engine.countTokens('a count makes a copy, and only one');
      await engine.countTokens('of the same');
    }
    expect(opened(), 'two copies by counting').toBe(2);
    await read(engine.chat(ask('third b'), { maxTokens: 9 }));
    expect(opened(), 'three').toBe(3);
  });

  test('is gone after dispose, with the answers that were under way', async () => {
    const { engine: making, log } = createScripted();
    const engine = await making;
    const answer = read(engine.chat(ask('one two three'), { maxTokens: 9 }));
    const waiting = read(engine.chat(ask('four'), { maxTokens: 9 }));
    const failures = Promise.allSettled([answer, waiting]);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await engine.dispose();
    await engine.dispose();
    for (const failure of await failures) {
      expect(failure).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
    }
    expect(log).toEqual(['open 1', 'start one', 'stop one', 'close 1']);
    const gone = { code: 'chat-failed', details: { reason: 'disposed' } };
    await expect(read(engine.chat(ask('five'), { maxTokens: 9 }))).rejects.toMatchObject(gone);
    await expect(engine.countTokens('six')).rejects.toMatchObject(gone);
  });
});
