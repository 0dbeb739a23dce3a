import { describe, expect, it } from 'vitest';
import { NO_SETTINGS } from '../core/7-answer/fixtures/generation-settings.ts';
import { SatchelError } from '../core/errors.ts';
import type { GenerationService, WriteEvent } from '../core/service.ts';
import { answerLine, errorLine, stopLine } from './figures.ts';
import { measureAnswer, measureLoad, measureStop } from './measure.ts';
import { QUESTIONS } from './questions.ts';

const TOKEN_MS = 20;
const [request] = QUESTIONS;
const never = new AbortController().signal;

const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new SatchelError('aborted'));
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
  });

/** Reads a prompt for that long, then writes words at an even pace. */
function writer(
  readingMs: number,
  words: readonly string[],
): Pick<GenerationService, 'prepare' | 'write'> & { stopped: number } {
  return {
    stopped: 0,
    async *prepare() {
      yield { type: 'loading', loadedBytes: 5, totalBytes: 10 };
      yield { type: 'loading', loadedBytes: 10, totalBytes: 10 };
    },
    async *write(_request, _settings, signal): AsyncGenerator<WriteEvent> {
      yield { type: 'prompt', passages: [0], leftOut: 0 };
      try {
        await pause(readingMs, signal);
        for (const text of words) {
          yield { type: 'token', text };
          await pause(TOKEN_MS, signal);
        }
      } catch (error) {
        this.stopped++;
        throw error;
      }
      yield { type: 'done', reason: 'stop' };
    },
  };
}

describe('measuring an engine', () => {
  it('takes the time and the bytes of a load', async () => {
    const seen: number[] = [];
    const load = await measureLoad(writer(0, []), NO_SETTINGS, (loaded) => seen.push(loaded), never);
    expect(load.loadedBytes).toBe(10);
    expect(seen).toEqual([5, 10]);
  });

  it('counts what is written, from the first piece to the last', async () => {
    let text = '';
    const figures = await measureAnswer(
      writer(60, ['It ', 'is ', 'so.']),
      NO_SETTINGS,
      request!,
      (part) => (text += part),
      never,
    );
    expect(text).toBe('It is so.');
    expect(figures).toMatchObject({ pieces: 3, reason: 'stop' });
    // Timers are late at times, and early by less than a millisecond.
    expect(figures.firstTokenMs).toBeGreaterThan(59);
    expect(figures.writingMs).toBeGreaterThan(2 * TOKEN_MS - 2);
  });

  it.each(['reading', 'writing'] as const)('stops an answer while it is %s', async (during) => {
    const service = writer(during === 'reading' ? 60_000 : 0, ['One ', 'two ', 'three.']);
    const figures = await measureStop(service, NO_SETTINGS, request!, during, never);
    expect(service.stopped).toBe(1);
    expect(figures.toldMs).toBeGreaterThanOrEqual(0);
    expect(figures.freeMs).toBeGreaterThanOrEqual(figures.toldMs);
  });

  it('says so when there was nothing left to stop', async () => {
    const figures = await measureStop(writer(0, ['Quick.']), NO_SETTINGS, request!, 'reading', never);
    expect(stopLine('reading', figures)).toBe('stop while reading: the answer had ended before');
  });

  it('passes on an error of the engine, and the stop of a person', async () => {
    const broken: Pick<GenerationService, 'prepare' | 'write'> = {
      prepare: () => writer(0, []).prepare(NO_SETTINGS),
      // eslint-disable-next-line require-yield
      async *write() {
        throw new SatchelError('chat-failed', { reason: 'no' });
      },
    };
    await expect(measureStop(broken, NO_SETTINGS, request!, 'writing', never)).rejects.toMatchObject({
      code: 'chat-failed',
    });
    const person = new AbortController();
    const stopped = measureStop(writer(60_000, []), NO_SETTINGS, request!, 'writing', person.signal);
    person.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('figures', () => {
  const figures = { firstTokenMs: 2000, writingMs: 900, pieces: 10, reason: 'stop' } as const;

  it('gives rates by the counts of the engine, without what it kept', () => {
    const usage = { promptTokens: 400, evaluatedTokens: 100, completionTokens: 19 };
    expect(answerLine('q', { ...figures, usage })).toBe(
      'q: first token 2.00 s; prefill 50.0 tokens/s (100 of 400 tokens); decode 20.0 tokens/s (19 tokens)',
    );
  });

  it('gives no prefill rate where nothing was counted', () => {
    expect(answerLine('q', { ...figures, reason: 'length' })).toBe(
      'q: first token 2.00 s; prefill not counted by the engine; decode 10.0 pieces/s (10 pieces); cut at its limit',
    );
  });

  it('names an error by its code', () => {
    expect(errorLine('load', new SatchelError('model-unreachable', { status: 404 }))).toBe(
      'load: error model-unreachable {"status":404}',
    );
  });
});
