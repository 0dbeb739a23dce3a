import type { ChatUsage } from '../core/7-answer/chat-engine.ts';
import type { GenerationService, GenerationSettings, WriteRequest } from '../core/service.ts';

/** Milliseconds and bytes. */
export interface LoadFigures {
  readonly loadMs: number;
  /** That came over the network or from the disk, as far as the engine tells. */
  readonly loadedBytes: number;
}

export interface AnswerFigures {
  readonly firstTokenMs: number;
  /** From the first piece of text to the last. */
  readonly writingMs: number;
  /** Pieces of text that came, one for a token with most engines. */
  readonly pieces: number;
  readonly reason: 'stop' | 'length';
  /** Absent where the engine does not count. */
  readonly usage?: ChatUsage;
}

export interface StopFigures {
  /** From the stop until the reader is told. */
  readonly toldMs: number;
  /** Until the engine takes up another prompt. */
  readonly freeMs: number;
}

type Generation = Pick<GenerationService, 'prepare' | 'write'>;

/** @throws SatchelError by engine. */
export async function measureLoad(
  generation: Generation,
  settings: GenerationSettings,
  onBytes: (loadedBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
): Promise<LoadFigures> {
  const startedAt = performance.now();
  let most = 0;
  for await (const { loadedBytes, totalBytes } of generation.prepare(settings, signal)) {
    most = Math.max(most, loadedBytes);
    onBytes(loadedBytes, totalBytes);
  }
  return { loadMs: performance.now() - startedAt, loadedBytes: most };
}

/** @throws SatchelError by engine. */
export async function measureAnswer(
  generation: Generation,
  settings: GenerationSettings,
  request: WriteRequest,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<AnswerFigures> {
  const startedAt = performance.now();
  let firstTokenMs = NaN;
  let lastTokenMs = NaN;
  let pieces = 0;
  for await (const event of generation.write(request, settings, signal)) {
    if (event.type === 'token') {
      lastTokenMs = performance.now() - startedAt;
      if (pieces++ === 0) firstTokenMs = lastTokenMs;
      onText(event.text);
    } else if (event.type === 'done') {
      const { reason, usage } = event;
      return { firstTokenMs, writingMs: lastTokenMs - firstTokenMs, pieces, reason, ...(usage && { usage }) };
    }
  }
  throw new Error('The answer has no end.');
}

/** Into the reading of a prompt, as far as can be told from outside. */
const READING_MS = 300;

/**
 * Stops an answer while the engine reads its prompt, or at the first piece of text, and waits until the engine is
 * free for the next.
 *
 * @returns NaN where the answer had ended before.
 * @throws SatchelError by engine.
 */
export async function measureStop(
  generation: Generation,
  settings: GenerationSettings,
  request: WriteRequest,
  during: 'reading' | 'writing',
  signal: AbortSignal,
): Promise<StopFigures> {
  const controller = new AbortController();
  let stoppedAt = NaN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    stoppedAt = performance.now();
    controller.abort();
  };
  try {
    const either = AbortSignal.any([controller.signal, signal]);
    for await (const { type } of generation.write(request, settings, either)) {
      if (type === 'prompt' && during === 'reading') timer = setTimeout(stop, READING_MS);
      if (type === 'token' && during === 'writing') stop();
    }
  } catch (error) {
    if (!controller.signal.aborted || signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  const toldMs = performance.now() - stoppedAt;
  for await (const { type } of generation.write(request, settings, signal)) if (type === 'prompt') break;
  return { toldMs, freeMs: performance.now() - stoppedAt };
}
