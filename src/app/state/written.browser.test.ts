import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SatchelError } from '../../core/errors.ts';
import type { AskEvent, WriteRequest } from '../../core/service.ts';
import type { Passage } from '../../core/types.ts';
import { Script, ScriptedService, ScriptedWriter } from '../fixtures/scripted-service.ts';
import { AskState } from './ask.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { WrittenState } from './written.svelte.ts';

const passage: Passage = {
  chunkId: 1,
  documentId: 'd',
  documentName: 'd.txt',
  start: 0,
  end: 9,
  text: 'It is so.',
  headings: [],
  score: 1,
};
const citation = {
  n: 1,
  chunkId: 1,
  documentId: 'd',
  documentName: 'd.txt',
  start: 0,
  end: 9,
  quote: 'It is so.',
};
const request: WriteRequest = { question: 'Why?', language: 'en', passages: [passage], history: [] };

let service: ScriptedService;
let writer: ScriptedWriter;
let settings: SettingsState;
let written: WrittenState;
const endGeneration = vi.fn();

beforeEach(() => {
  localStorage.clear();
  service = new ScriptedService();
  writer = new ScriptedWriter();
  settings = new SettingsState();
  settings.setGeneration({ engine: 'ollama', ollamaModel: 'qwen3' });
  written = new WrittenState(writer, service, settings, endGeneration);
});

describe('WrittenState', () => {
  it('ends the worker of an engine that is stopped twice and has not written a word', async () => {
    endGeneration.mockClear();
    const stopWhileReading = async (): Promise<void> => {
      writer.writes = new Script();
      void written.write(request);
      writer.writes.push({ type: 'prompt', passages: [0], leftOut: 0 });
      await vi.waitFor(() => expect(written.phase).toBe('reading'));
      written.stop();
    };
    await stopWhileReading();
    expect(endGeneration).not.toHaveBeenCalled();
    await stopWhileReading();
    expect(endGeneration).toHaveBeenCalledOnce();
  });

  it('goes from loading over reading and writing to done', async () => {
    const done = written.write(request);
    writer.writes.push({ type: 'loading', loadedBytes: 1, totalBytes: 2 });
    await vi.waitFor(() => expect(written.loading?.totalBytes).toBe(2));
    writer.writes.push({ type: 'prompt', passages: [0], leftOut: 3 });
    await vi.waitFor(() => expect(written.phase).toBe('reading'));
    expect(written.loading).toBeUndefined();
    writer.writes.push({ type: 'token', text: 'It ' }, { type: 'token', text: 'is.' });
    await vi.waitFor(() => expect(written.text).toBe('It is.'));
    expect(written.phase).toBe('writing');
    writer.writes.push({ type: 'done', reason: 'length' });
    writer.writes.end();
    await done;
    expect(written.phase).toBe('done');
    expect([written.isCut, written.leftOut]).toEqual([true, 3]);
  });

  it('checks each sentence once; one whose check failed is neither supported nor unsupported', async () => {
    service.supports.set('It is so.', citation);
    void written.write(request);
    written.check(['It is so.']);
    written.check(['It is so.', 'It is not.']);
    expect(written.checks).toBe('running');
    await vi.waitFor(() => expect(written.supportOf('It is not.')).toBeNull());
    expect(written.checks).toBe('done');
    expect(written.supportOf('It is so.')).toEqual(citation);
    expect(written.citations).toEqual([citation]);
    expect(service.calls).toEqual(['attribute It is so.', 'attribute It is not.']);
    vi.spyOn(service, 'attribute').mockRejectedValue(new SatchelError('worker-crashed'));
    written.check(['Who knows?']);
    await vi.waitFor(() => expect(service.attribute).toHaveBeenCalled());
    expect(written.supportOf('Who knows?')).toBeUndefined();
    await vi.waitFor(() => expect(written.checks).toBe('failed'));
  });

  it('a new text has nothing of the one before, nor of its late checks', async () => {
    let release: () => void = () => {};
    vi.spyOn(service, 'attribute').mockImplementation(
      () => new Promise((resolve) => (release = () => resolve([citation]))),
    );
    void written.write(request);
    written.check(['It is so.']);
    await vi.waitFor(() => expect(service.attribute).toHaveBeenCalledTimes(1));
    const first = writer.writes;
    writer.writes = new Script();
    void written.write({ ...request, question: 'And?' });
    release();
    first.push({ type: 'token', text: 'late' });
    writer.writes.push({ type: 'token', text: 'new' });
    await vi.waitFor(() => expect(written.text).toBe('new'));
    expect(written.citations).toEqual([]);
  });

  describe('with tokens that come faster than a screen shows them', () => {
    const read = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const now = (): string[] => [written.phase, written.text];

    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      void written.write(request);
      writer.writes.push({ type: 'prompt', passages: [0], leftOut: 0 });
      writer.writes.push(...['It ', 'is ', 'so.'].map((text) => ({ type: 'token', text }) as const));
      await read();
      expect(now()).toEqual(['reading', '']);
    });

    it('shows them together, and all of them at the end', async () => {
      vi.advanceTimersByTime(16);
      expect(now()).toEqual(['writing', 'It is so.']);
      writer.writes.push({ type: 'token', text: ' Yes.' }, { type: 'done', reason: 'stop' });
      await read();
      expect(now()).toEqual(['done', 'It is so. Yes.']);
    });

    it('shows them when it is stopped, or fails', async () => {
      written.stop();
      expect(now()).toEqual(['stopped', 'It is so.']);
      writer.writes = new Script();
      void written.again();
      writer.writes.push({ type: 'token', text: 'It' });
      writer.writes.end(new SatchelError('worker-crashed'));
      await read();
      expect(now()).toEqual(['failed', 'It']);
    });

    it('shows none of them after another question', async () => {
      written.clear();
      vi.advanceTimersByTime(16);
      expect(now()).toEqual(['none', '']);
    });
  });

  it('stopped before the first word there is nothing to show', async () => {
    void written.write(request);
    expect(written.isBusy).toBe(true);
    written.stop();
    expect(written.phase).toBe('none');
    expect(written.error).toBeUndefined();
  });
});

describe('asking with somebody to write', () => {
  const answered = (completed?: string): AskEvent[] => [
    {
      type: 'passages',
      passages: [passage],
      documents: 1,
      indexing: 0,
      elapsedMs: 1,
      ...(completed && { completed }),
    },
    {
      type: 'answer',
      elapsedMs: 2,
      answer: { type: 'extractive', language: 'en', sentences: [{ text: 'It is so.', citation }] },
    },
  ];
  const asked = async (ask: AskState, question: string, events: readonly AskEvent[]): Promise<void> => {
    service.answers = new Script();
    service.answers.push(...events);
    service.answers.end();
    await ask.ask(question);
  };

  it('a question that leans on the one before is written about with what was said', async () => {
    const ask = new AskState(service, written);
    await asked(ask, 'What is Ollama?', answered());
    writer.writes.push({ type: 'token', text: 'A server.' }, { type: 'done', reason: 'stop' });
    writer.writes.end();
    await vi.waitFor(() => expect(written.phase).toBe('done'));
    await asked(ask, 'and its port?', answered('Ollama and its port?'));
    expect(writer.requests.map(({ question, history }) => ({ question, history }))).toEqual([
      { question: 'What is Ollama?', history: [] },
      { question: 'and its port?', history: [{ question: 'What is Ollama?', answer: 'A server.' }] },
    ]);
  });

  it('where the documents do not answer, no model is asked to', async () => {
    const ask = new AskState(service, written);
    const [passages] = answered();
    if (!passages) throw new Error('no event');
    await asked(ask, 'Mars?', [
      passages,
      { type: 'answer', answer: { type: 'not-found', language: 'en' }, elapsedMs: 2 },
    ]);
    expect(writer.requests).toEqual([]);
    expect(written.phase).toBe('none');
  });

  it.each([{ engine: 'none' }, { ollamaModel: '' }])('with %o nothing is written', async (settingsNow) => {
    settings.setGeneration(settingsNow);
    await asked(new AskState(service, written), 'What?', answered());
    expect(writer.requests).toEqual([]);
  });
});
