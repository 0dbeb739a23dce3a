import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a question overtakes the batches that wait, and never runs beside one', async () => {
  const turns = new Turns();
  const order: string[] = [];
  let running = 0;
  const job = (name: string, size: number) =>
    turns.take(size, async () => {
      running++;
      expect(running).toBe(1);
      await pause(5);
      order.push(name);
      running--;
    });
  const passages = [job('passage 1', 900), job('passage 2', 900), job('passage 3', 900)];
  await pause(1);
  const smaller = job('sentences', 80);
  const question = job('question', 0);
  await Promise.all([...passages, smaller, question]);
  expect(order).toEqual(['passage 1', 'question', 'sentences', 'passage 2', 'passage 3']);
});

test('a turn that fails passes on', async () => {
  const turns = new Turns();
  const failing = turns.take(1, () => Promise.reject(new Error('broken')));
  const next = turns.take(1, () => Promise.resolve('done'));
  await expect(failing).rejects.toThrow('broken');
  await expect(next).resolves.toBe('done');
});

test('between two turns the event loop goes round, so that a question can be heard', async () => {
  const turns = new Turns();
  let heard = false;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    heard = true;
    port1.close();
  };
  const first = turns.take(1, () => {
    port2.postMessage(null);
    return Promise.resolve();
  });
  const heardAtSecond = turns.take(1, () => Promise.resolve(heard));
  await first;
  await expect(heardAtSecond).resolves.toBe(true);
});
