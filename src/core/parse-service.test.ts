import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SatchelError } from './errors.ts';
import { withDeadlines, type ParseService } from './parse-service.ts';
import type { ParsedDocument } from './types.ts';

const PARSED: ParsedDocument = { text: 'text', sections: [], format: 'text', warnings: [] };
const FILE = new Blob(['text']);
const idle = new AbortController().signal;

/** A worker: what it is at work on is rejected when it is restarted. */
function workerOf(parse: ParseService['parse']): {
  service: ParseService;
  restart: ReturnType<typeof vi.fn<() => void>>;
} {
  let end: (error: SatchelError) => void = () => undefined;
  return {
    service: {
      parse: (...args) => Promise.race([parse(...args), new Promise<never>((_, reject) => (end = reject))]),
      unpack: async () => undefined,
    },
    restart: vi.fn(() => end(new SatchelError('aborted', { reason: 'restart' }))),
  };
}
const hang = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('withDeadlines', () => {
  it('gives what the parser gives and leaves neither timer nor listener', async () => {
    const { service, restart } = workerOf(async () => PARSED);
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    expect(await withDeadlines(service, restart).parse(FILE, 'a.txt', signal)).toBe(PARSED);
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledOnce();
    expect(restart).not.toHaveBeenCalled();
  });

  it('ends a parser that hangs, and its worker, after 20 s', async () => {
    const { service, restart } = workerOf(hang);
    const outcome = expect(withDeadlines(service, restart).parse(FILE, 'a.pdf', idle)).rejects.toMatchObject({
      code: 'parse-timeout',
      details: { name: 'a.pdf', seconds: 20 },
    });
    await vi.advanceTimersByTimeAsync(19_900);
    expect(restart).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    await outcome;
    expect(restart).toHaveBeenCalledOnce();
  });

  it('gives a large file longer', async () => {
    const { service, restart } = workerOf(hang);
    const file = { size: 10_000_000 } as Blob;
    const outcome = expect(withDeadlines(service, restart).parse(file, 'a.pdf', idle)).rejects.toMatchObject({
      details: { seconds: 50 },
    });
    await vi.advanceTimersByTimeAsync(49_000);
    expect(restart).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_100);
    await outcome;
  });

  it('ends the worker of a parser that does not look at its signal', async () => {
    const { service, restart } = workerOf(hang);
    const controller = new AbortController();
    const outcome = expect(
      withDeadlines(service, restart).parse(FILE, 'a', controller.signal),
    ).rejects.toMatchObject({ code: 'aborted' });
    controller.abort();
    await outcome;
    expect(restart).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends the worker after a file that was large or took long, once no other is read', async () => {
    const { service, restart } = workerOf(async (_, name) => {
      if (name === 'slow') await new Promise((resolve) => setTimeout(resolve, 3_000));
      return PARSED;
    });
    const guarded = withDeadlines(service, restart);
    const slow = guarded.parse(FILE, 'slow', idle);
    await guarded.parse({ size: 8_000_000 } as Blob, 'large', idle);
    expect(restart).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await slow).toBe(PARSED);
    expect(restart).toHaveBeenCalledOnce();

    await guarded.parse(FILE, 'light', idle);
    expect(restart).toHaveBeenCalledOnce();
    await guarded.parse({ size: 8_000_000 } as Blob, 'large', idle);
    expect(restart).toHaveBeenCalledTimes(2);
  });

  it('does not end the worker under an archive that is taken apart', async () => {
    const { service, restart } = workerOf(async () => PARSED);
    const unpack = (): Promise<undefined> => new Promise((resolve) => setTimeout(resolve, 1_000, undefined));
    const guarded = withDeadlines({ ...service, unpack }, restart);
    const unpacked = guarded.unpack(FILE, 'a.zip', idle);
    await guarded.parse({ size: 8_000_000 } as Blob, 'large', idle);
    expect(restart).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await unpacked).toBeUndefined();
  });

  it('an abort after the end does not end the worker of the next file', async () => {
    const { service, restart } = workerOf(async () => PARSED);
    const controller = new AbortController();
    await withDeadlines(service, restart).parse(FILE, 'a', controller.signal);
    controller.abort();
    expect(restart).not.toHaveBeenCalled();
  });

  it('calls a crash the fault of the document, unless it comes of an abort', async () => {
    const crash = async (): Promise<never> => {
      throw new SatchelError('worker-crashed');
    };
    const { service, restart } = workerOf(crash);
    await expect(withDeadlines(service, restart).parse(FILE, 'a', idle)).rejects.toMatchObject({
      code: 'parse-failed',
      details: { name: 'a' },
    });
    await expect(withDeadlines(service, restart).parse(FILE, 'a', AbortSignal.abort())).rejects.toMatchObject(
      {
        code: 'worker-crashed',
      },
    );
  });

  it('passes the errors of the parser on as they are', async () => {
    const error = new SatchelError('encrypted', { name: 'a' });
    const { service, restart } = workerOf(() => Promise.reject(error));
    await expect(withDeadlines(service, restart).parse(FILE, 'a', idle)).rejects.toBe(error);
  });
});
