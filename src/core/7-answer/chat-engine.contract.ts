import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../errors.ts';
import type { ChatEngine, ChatEngineOptions, ChatEvent, ChatLimits, Message } from './chat-engine.ts';
import { LONG_QUESTION, SHORT_QUESTION } from './fixtures/chat-questions.ts';
import type { WatchedHost } from './fixtures/watched-host.fixture.ts';
import type { ChatEngineLine } from './registry.ts';

export interface ChatEngineSetting {
  readonly options: ChatEngineOptions;
  /** What the engine talks to; absent for engines that run on the device. */
  readonly host?: WatchedHost;
  stop(): Promise<void>;
}

export interface ChatEngineCase {
  readonly line: ChatEngineLine;
  start(): Promise<ChatEngineSetting>;
  /** What a scripted model answers to `SHORT_QUESTION`; absent for a real one. */
  readonly answer?: string;
  /** Code of a connection that breaks; needed for engines with a host. */
  readonly failure?: ErrorCode;
}

/** A real model on two CPU cores, loaded by the first of its tests. */
const REAL_TIMEOUT_MS = 300_000;
const SCRIPTED_TIMEOUT_MS = 20_000;
const SHORT: ChatLimits = { maxTokens: 200 };
const LONG: ChatLimits = { maxTokens: 2000 };

const ask = (content: string): readonly Message[] => [
  { role: 'system', content: 'You answer in plain text.' },
  { role: 'user', content },
];

const textOf = (events: readonly ChatEvent[]): string =>
  events.map((event) => (event.type === 'token' ? event.text : '')).join('');

/** What every chat engine promises; run over each registry line that can be had. */
export function describeChatEngine({ line, start, answer, failure }: ChatEngineCase): void {
  const timeout = answer === undefined ? REAL_TIMEOUT_MS : SCRIPTED_TIMEOUT_MS;
  describe(`chat engine ${line.id}`, { timeout }, () => {
    let setting: ChatEngineSetting;
    let engine: ChatEngine;
    let host: WatchedHost | undefined;

    beforeAll(async () => {
      setting = await start();
      host = setting.host;
      engine = await line.load(setting.options);
    }, timeout);
    afterAll(async () => {
      await engine?.dispose();
      await setting?.stop();
    });
    beforeEach(() => {
      if (host) host.mode = 'answer';
    });

    const all = async (question: string, limits: ChatLimits, signal?: AbortSignal): Promise<ChatEvent[]> => {
      const events: ChatEvent[] = [];
      for await (const event of engine.chat(ask(question), limits, signal)) events.push(event);
      return events;
    };

    /** One engine serves all tests: each of them leaves it fit to answer. */
    const expectAnswer = async (): Promise<void> => {
      const events = await all(SHORT_QUESTION, SHORT);
      expect(events.filter(({ type }) => type === 'token')).not.toEqual([]);
      expect(events.filter(({ type }) => type === 'done')).toHaveLength(1);
      expect(events.at(-1)?.type).toBe('done');
      if (answer !== undefined) expect(textOf(events)).toBe(answer);
    };

    /** An iteration in the midst of a long answer. */
    const startLong = async (signal?: AbortSignal): Promise<AsyncIterator<ChatEvent>> => {
      const iterator = engine.chat(ask(LONG_QUESTION), LONG, signal)[Symbol.asyncIterator]();
      expect(await iterator.next()).toMatchObject({ done: false, value: { type: 'token' } });
      return iterator;
    };

    test('streams tokens, and says at the end and once that it is done', expectAnswer);

    test('stops at the most tokens that it may write, and says so', async () => {
      const events = await all(SHORT_QUESTION, { maxTokens: 3 });
      expect(events.at(-1)).toMatchObject({ type: 'done', reason: 'length' });
      expect(events.length).toBeLessThanOrEqual(4);
    });

    test('counts tokens, more for more text, and never none for a word', async () => {
      expect(await engine.countTokens('')).toBe(0);
      expect(await engine.countTokens('port')).toBeGreaterThan(0);
      const sentence = '猫每天要睡十二到十六个小时。';
      const tokens = await engine.countTokens(sentence);
      expect(await engine.countTokens(sentence + sentence)).toBeGreaterThan(tokens);
    });

    test('an abort before the start asks nothing of anyone', async () => {
      const before = host?.chats.length;
      await expect(all(SHORT_QUESTION, SHORT, AbortSignal.abort())).rejects.toMatchObject({
        code: 'aborted',
      });
      expect(host?.chats.length).toBe(before);
      await expectAnswer();
    });

    test('an abort while the prompt is read ends the work', async () => {
      const controller = new AbortController();
      const asked = host?.nextChat();
      if (host) host.mode = 'hold';
      const rejection = expect(all(LONG_QUESTION, LONG, controller.signal)).rejects.toMatchObject({
        code: 'aborted',
      });
      const chat = await asked;
      controller.abort();
      await rejection;
      expect(await chat?.ended).toBe(host && 'left');
      if (host) host.mode = 'answer';
      await expectAnswer();
    });

    test('an abort in the midst of the answer ends the work', async () => {
      const controller = new AbortController();
      const asked = host?.nextChat();
      const iterator = await startLong(controller.signal);
      controller.abort();
      await expect(iterator.next()).rejects.toMatchObject({ code: 'aborted' });
      expect(await (await asked)?.ended).toBe(host && 'left');
      await expectAnswer();
    });

    test('leaving the iteration ends the work', async () => {
      const asked = host?.nextChat();
      for await (const event of engine.chat(ask(LONG_QUESTION), LONG)) {
        expect(event.type).toBe('token');
        break;
      }
      expect(await (await asked)?.ended).toBe(host && 'left');
      await expectAnswer();
    });

    test('a prompt that does not fit is refused here', async () => {
      const before = host?.chats.length;
      const { contextWindow } = engine;
      await expect(all('word '.repeat(contextWindow), SHORT)).rejects.toMatchObject({
        code: 'context-overflow',
        details: { tokens: expect.any(Number), contextWindow },
      });
      expect(host?.chats.length).toBe(before);
      await expectAnswer();
    });

    test.skipIf(failure === undefined)(
      'a connection that breaks is an error, not a short answer',
      async () => {
        if (host) host.mode = 'break';
        await expect(all(LONG_QUESTION, LONG)).rejects.toMatchObject({
          code: failure,
          details: { reason: expect.any(String) },
        });
        if (host) host.mode = 'answer';
        await expectAnswer();
      },
    );

    test('one answer after another, in the order of asking', async () => {
      const before = host?.chats.length ?? 0;
      const log: string[] = [];
      const write = async (name: string): Promise<void> => {
        for await (const event of engine.chat(ask(`${SHORT_QUESTION} ${name}`), SHORT)) {
          log.push(name);
          // Only now may the next one be asked for.
          if (event.type === 'done' && host) expect(host.chats.length).toBe(before + new Set(log).size);
        }
      };
      // One that nobody iterates over is no answer to wait for.
      engine.chat(ask(SHORT_QUESTION), SHORT);
      await Promise.all(['one', 'two', 'three'].map(write));
      expect(log.filter((name, i) => name !== log[i - 1])).toEqual(['one', 'two', 'three']);
    });

    test('one that waits can be aborted, and the next one still waits', async () => {
      const running = await startLong();
      const before = host?.chats.length;
      const controller = new AbortController();
      const waiting = all(SHORT_QUESTION, SHORT, controller.signal);
      const last = expectAnswer();
      controller.abort();
      await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
      expect(host?.chats.length).toBe(before);
      await running.return?.();
      await last;
    });
  });
}
