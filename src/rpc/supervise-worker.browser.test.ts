import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MortalService } from './fixtures/mortal-service.ts';
import { superviseWorker, type SupervisedWorker } from './supervise-worker.ts';

const CRASHED = { code: 'worker-crashed' };

let started = 0;
let supervised: SupervisedWorker<MortalService>;

beforeEach(() => {
  started = 0;
  supervised = superviseWorker<MortalService>(() => {
    started++;
    return new Worker(new URL('./fixtures/mortal-worker.ts', import.meta.url), { type: 'module' });
  });
});
afterEach(() => supervised.dispose());

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('starts at the first call, not before, and once', async () => {
  expect(started).toBe(0);
  await Promise.all([supervised.remote.openedWith(), supervised.remote.openedWith()]);
  expect(started).toBe(1);
});

describe.each(['closeItself', 'throwUncaught'] as const)('a worker that dies by %s', (death) => {
  test('rejects the call that killed it and all others, and is back at the next call', async () => {
    const { remote } = supervised;
    await remote.open('first life');
    const others = [remote.never(), remote.never()];
    const stream = remote.count(3)[Symbol.asyncIterator]();
    expect((await stream.next()).value).toBe(1);

    await expect(remote[death]()).rejects.toMatchObject(CRASHED);
    for (const other of others) await expect(other).rejects.toMatchObject(CRASHED);
    await expect(stream.next()).rejects.toMatchObject(CRASHED);

    expect(started).toBe(1);
    expect(await remote.openedWith()).toBe('');
    expect(started).toBe(2);
  });
});

test('a worker that dies in mid-stream rejects the loop, and the next stream runs', async () => {
  const seen: number[] = [];
  const loop = (async () => {
    for await (const n of supervised.remote.countThenDie(3)) seen.push(n);
  })();
  await expect(loop).rejects.toMatchObject(CRASHED);
  expect(seen).toEqual([1, 2, 3]);
  for await (const n of supervised.remote.count(2)) seen.push(n);
  expect(seen).toEqual([1, 2, 3, 1, 2]);
});

test('an idle worker that dies is replaced at the next call', async () => {
  const { remote } = supervised;
  await remote.open('first life');
  await expect(remote.closeItself()).rejects.toMatchObject(CRASHED);
  await wait(50);
  expect(started).toBe(1);
  expect(await remote.openedWith()).toBe('');
});

test('onRestart runs for a replacement alone, and its calls arrive first', async () => {
  const { remote } = supervised;
  const takeOff = supervised.onRestart(() => void remote.open('again'));
  expect(await remote.openedWith()).toBe('');
  await expect(remote.closeItself()).rejects.toMatchObject(CRASHED);
  expect(await remote.openedWith()).toBe('again');
  takeOff();
  supervised.restart();
  expect(await remote.openedWith()).toBe('');
});

test('restart ends even a worker that never lets go', async () => {
  const { remote } = supervised;
  await remote.open('first life');
  const stuck = remote.loopForever();
  const queued = remote.openedWith();
  await wait(50);
  supervised.restart();
  await expect(stuck).rejects.toMatchObject({ code: 'aborted' });
  await expect(queued).rejects.toMatchObject({ code: 'aborted' });
  expect(await remote.openedWith()).toBe('');
});

test('a script that cannot be loaded fails each call once and does not loop', async () => {
  let tries = 0;
  const broken = superviseWorker<MortalService>(() => {
    tries++;
    return new Worker('/no-such-folder/no-such.worker.js', { type: 'module' });
  });
  await expect(broken.remote.openedWith()).rejects.toMatchObject(CRASHED);
  await wait(100);
  expect(tries).toBe(1);
  await expect(broken.remote.openedWith()).rejects.toMatchObject(CRASHED);
  expect(tries).toBe(2);
});

test('a constructor that throws rejects', async () => {
  const forbidden = superviseWorker<MortalService>(() => new Worker('data:,', { type: 'none' as never }));
  await expect(forbidden.remote.openedWith()).rejects.toMatchObject(CRASHED);
});

test('disposed, it answers no more', async () => {
  await supervised.remote.openedWith();
  const waiting = supervised.remote.never();
  supervised.dispose();
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  await expect(supervised.remote.openedWith()).rejects.toMatchObject({ code: 'aborted' });
  expect(started).toBe(1);
});

test('the locks of workers that were ended are not left behind', async () => {
  await supervised.remote.openedWith();
  supervised.restart();
  // Chromium gives a worker that is stuck in a loop, as in a test above, two seconds to end by itself.
  await expect
    .poll(
      async () => {
        const { held = [], pending = [] } = await navigator.locks.query();
        return [...held, ...pending].filter(({ name }) => name?.startsWith('satchel-worker-')).length;
      },
      { timeout: 10_000 },
    )
    .toBe(0);
});

describe('a worker inside a worker', () => {
  test.each(['closeItself', 'throwUncaught'] as const)(
    'that dies by %s is noticed and replaced, and the outer one lives on',
    async (death) => {
      const { remote } = supervised;
      await remote.open('outer');
      expect(await remote.nestedDeath(death)).toBe('worker-crashed');
      expect(await remote.nestedCount(4)).toBe(4);
      expect(await remote.openedWith()).toBe('outer');
      expect(started).toBe(1);
    },
  );
});
