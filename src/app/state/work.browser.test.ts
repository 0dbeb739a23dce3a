import { expect, test } from 'vitest';
import { SatchelError } from '../../core/errors.ts';
import { Work } from './work.svelte.ts';

/** Work that a test brings to its end. */
function held() {
  let end = (): void => {};
  let fail = (_reason: unknown): void => {};
  const done = new Promise<void>((resolve, reject) => ([end, fail] = [resolve, reject]));
  return { end: () => end(), fail: (reason: unknown) => fail(reason), done };
}

test('one piece at a time: what was superseded neither reports nor fails any more', async () => {
  const work = new Work<number>();
  const first = held();
  let reportLate = (_progress: number): void => {};
  const superseded = work.run(async (_signal, report) => {
    reportLate = report;
    report(1);
    await first.done;
  });
  expect([work.isRunning, work.progress]).toEqual([true, 1]);
  const second = held();
  const running = work.run(async (_signal, report) => {
    report(2);
    await second.done;
  });
  reportLate(9);
  first.fail(new Error('too late'));
  expect(await superseded).toBe(false);
  expect([work.isRunning, work.progress, work.error]).toEqual([true, 2, undefined]);
  second.end();
  expect(await running).toBe(true);
  expect([work.isRunning, work.progress]).toEqual([false, undefined]);
});

test('a failure is told until the next start; a cancel is none', async () => {
  const work = new Work();
  expect(await work.run(() => Promise.reject(new SatchelError('web-offline')))).toBe(false);
  expect(work.error?.code).toBe('web-offline');
  const cancelled = work.run(
    (signal) => new Promise((_, reject) => (signal.onabort = () => reject(signal.reason))),
  );
  expect(work.error).toBeUndefined();
  work.cancel();
  expect(await cancelled).toBe(false);
  expect([work.isRunning, work.error]).toEqual([false, undefined]);
  expect(await work.run(() => Promise.reject(new SatchelError('aborted')))).toBe(false);
  expect(work.error).toBeUndefined();
});
