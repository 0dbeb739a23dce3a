import { expect, test } from 'vitest';
import { AnswerQueue } from './answer-queue.ts';

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error) => error,
  );

/** Every promise that can settle without outside help has settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function* answer(log: string[], name: string): AsyncGenerator<string> {
  log.push(`${name} begins`);
  try {
    yield name;
    yield name;
  } finally {
    log.push(`${name} ends`);
  }
}

test('one that gives up while it waits does not let the next overtake those before it', async () => {
  const queue = new AnswerQueue();
  const log: string[] = [];
  const controller = new AbortController();
  const first = queue.run(() => answer(log, 'first'));
  const second = queue.run(() => answer(log, 'second'), controller.signal);
  const third = queue.run(() => answer(log, 'third'));
  await first.next();
  const waiting = errorOf(second.next());
  const last = third.next();
  controller.abort();
  expect(await waiting).toMatchObject({ code: 'aborted' });
  await settled();
  expect(log).toEqual(['first begins']);
  await first.return();
  expect(await last).toEqual({ done: false, value: 'third' });
  expect(log).toEqual(['first begins', 'first ends', 'third begins']);
});

test('one that fails lets the next begin', async () => {
  const queue = new AnswerQueue();
  const log: string[] = [];
  const failing = queue.run(() => {
    throw new Error('no answer');
  });
  const next = queue.run(() => answer(log, 'next'));
  const [error, item] = await Promise.all([errorOf(failing.next()), next.next()]);
  expect(error).toMatchObject({ message: 'no answer' });
  expect(item).toEqual({ done: false, value: 'next' });
});

test('after an abort nothing comes that had arrived before, and the work is ended', async () => {
  const queue = new AnswerQueue();
  const log: string[] = [];
  const controller = new AbortController();
  const events = queue.run(() => answer(log, 'it'), controller.signal);
  await events.next();
  controller.abort();
  expect(await errorOf(events.next())).toMatchObject({ code: 'aborted' });
  expect(log).toEqual(['it begins', 'it ends']);
});
