import { SatchelError } from '../../errors.ts';
import type { Language } from '../../types.ts';
import type { ChatEngineOptions } from '../chat-engine.ts';
import { sessionOptions, type LanguageModelApi, type LanguageModelSession } from './language-model.ts';

export interface StartOptions extends Pick<ChatEngineOptions, 'onProgress' | 'signal'> {
  /** To write in. */
  readonly language: Language;
  /** Read once, and copied with the session; '' for none. */
  readonly system: string;
  /** No limit where the browser has to fetch the model first. */
  readonly timeoutMs?: number;
}

/**
 * @throws SatchelError `prompt-api-needs-click` where the browser would have to fetch its model, and no click has
 * asked for it; `chat-failed` {reason, timeoutMs} after the time limit; else what the browser throws.
 */
export async function startSession(
  model: LanguageModelApi,
  { language, system, onProgress, signal, timeoutMs }: StartOptions,
): Promise<LanguageModelSession> {
  // Not the signal itself: by the specification one that is aborted later ends the session that it was given to.
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  try {
    return await model.create({
      ...sessionOptions(language),
      // An empty list would be read as an empty message.
      ...(system && { initialPrompts: [{ role: 'system', content: system }] }),
      signal: stop.signal,
      // The browser tells a fraction and not of how much: that it goes on is all there is to report.
      monitor: (monitor) =>
        monitor.addEventListener('downloadprogress', () =>
          onProgress?.({ file: '', loadedBytes: 0, totalBytes: 0 }),
        ),
    });
  } catch (error) {
    if (stop.signal.aborted && !signal?.aborted && timeoutMs !== undefined) {
      const reason = 'the model did not start in time';
      throw new SatchelError('chat-failed', { reason, timeoutMs }, error);
    }
    if (nameOf(error) === 'NotAllowedError') throw new SatchelError('prompt-api-needs-click', {}, error);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

/**
 * What the browser threw, by code. An end that nobody asked for is no abort: the session was destroyed, by a crash
 * or for want of memory (`InvalidStateError` in Chrome 152, `AbortError` by the specification).
 */
export function promptApiError(
  error: unknown,
  { language, contextWindow }: { readonly language: Language; readonly contextWindow: number },
  signal?: AbortSignal,
): SatchelError {
  if (error instanceof SatchelError) return error;
  if (signal?.aborted) return new SatchelError('aborted', {}, error);
  switch (nameOf(error)) {
    case 'QuotaExceededError': {
      const { requested } = error as { readonly requested?: number | null };
      const tokens = typeof requested === 'number' ? { tokens: requested } : {};
      return new SatchelError('context-overflow', { ...tokens, contextWindow }, error);
    }
    case 'NotSupportedError':
      return new SatchelError('prompt-api-language', { language }, error);
    case 'NotReadableError':
      return new SatchelError('prompt-api-filtered', {}, error);
    case 'NotAllowedError':
      return new SatchelError('prompt-api-unavailable', {}, error);
    default:
      return new SatchelError('chat-failed', { reason: String(error) }, error);
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
