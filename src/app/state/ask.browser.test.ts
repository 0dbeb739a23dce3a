import { describe, expect, it, vi } from 'vitest';
import { SatchelError } from '../../core/errors.ts';
import type { AskEvent } from '../../core/service.ts';
import { Script, ScriptedService, ScriptedWriter } from '../fixtures/scripted-service.ts';
import { AskState } from './ask.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { WrittenState } from './written.svelte.ts';

const passages: AskEvent = { type: 'passages', passages: [], documents: 2, indexing: 1, elapsedMs: 5 };
const notFound: AskEvent = { type: 'answer', answer: { type: 'not-found', language: 'zh' }, elapsedMs: 9 };

const askStateOf = (service: ScriptedService): AskState =>
  new AskState(service, new WrittenState(new ScriptedWriter(), service, new SettingsState(), () => {}));

describe('AskState', () => {
  it('shows passages before the answer is there', async () => {
    const service = new ScriptedService();
    const ask = askStateOf(service);
    const done = ask.ask('  why?  ');
    expect(ask.phase).toBe('asking');
    expect(ask.asked).toBe('why?');
    service.answers.push(passages);
    await vi.waitFor(() => expect(ask.found?.indexing).toBe(1));
    expect(ask.answer).toBeUndefined();
    service.answers.push(notFound);
    service.answers.end();
    await done;
    expect(ask.phase).toBe('answered');
    expect(ask.answer).toEqual({ type: 'not-found', language: 'zh' });
    expect(ask.elapsedMs).toBe(9);
  });

  it('shows a clear sentence while the answer is being settled, and has nobody write yet', async () => {
    const service = new ScriptedService();
    const ask = askStateOf(service);
    const done = ask.ask('why?');
    const answer = { type: 'extractive', language: 'en', sentences: [] } as const;
    service.answers.push(passages, { type: 'sentence', answer, elapsedMs: 5 });
    await vi.waitFor(() => expect(ask.answer).toEqual(answer));
    expect(ask.phase).toBe('asking');
    service.answers.push(notFound);
    service.answers.end();
    await done;
    expect(ask.answer?.type).toBe('not-found');
  });

  it('lets a new question end the one before it', async () => {
    const service = new ScriptedService();
    const ask = askStateOf(service);
    const first = ask.ask('first');
    const slow = service.answers;
    service.answers = new Script();
    const second = ask.ask('second');
    slow.push(passages, notFound);
    service.answers.end();
    await Promise.all([first, second]);
    expect(ask.asked).toBe('second');
    expect(ask.found).toBeUndefined();
    expect(ask.phase).toBe('answered');
  });

  it('tells a failure from a stop', async () => {
    const service = new ScriptedService();
    const ask = askStateOf(service);
    const stopped = ask.ask('one');
    ask.stop();
    await stopped;
    expect(ask.phase).toBe('idle');
    expect(ask.error).toBeUndefined();
    service.answers = new Script();
    const failed = ask.ask('two');
    service.answers.end(new SatchelError('worker-crashed'));
    await failed;
    expect(ask.phase).toBe('failed');
    expect(ask.error?.code).toBe('worker-crashed');
  });

  it('asks nothing when there is no question', async () => {
    const service = new ScriptedService();
    await askStateOf(service).ask(' \n ');
    expect(service.calls).toEqual([]);
  });
});
