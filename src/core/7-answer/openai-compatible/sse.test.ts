import { expect, test } from 'vitest';
import { readEventData } from './sse.ts';

/** A body that arrives in pieces of `size` bytes. */
function bodyOf(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
    },
  });
}

async function eventsOf(text: string, size = Infinity): Promise<string[]> {
  const events: string[] = [];
  for await (const data of readEventData(bodyOf(text, size))) events.push(data);
  return events;
}

test.each([1, 2, 3, 5, 7, 1000])(
  'events and characters may be split anywhere: pieces of %i bytes',
  async (size) => {
    const text = 'data: {"a":"猫睡"}\n\ndata: {"b":"𠮷"}\r\n\r\n: keep-alive\n\ndata: [DONE]\n\n';
    expect(await eventsOf(text, size)).toEqual(['{"a":"猫睡"}', '{"b":"𠮷"}', '[DONE]']);
  },
);

test.each([
  ['comments and other fields', ': hi\nevent: message\nid: 7\nretry: 10\ndata: x\n\n', ['x']],
  ['a comment between events', 'data: x\n\n:\n\n: still here\n\ndata: y\n\n', ['x', 'y']],
  ['no space after the colon, and two of them', 'data:x\n\ndata:  y\n\n', ['x', ' y']],
  ['several lines in one event', 'data: x\ndata: y\n\n', ['x\ny']],
  ['an event without data', 'event: ping\n\ndata: x\n\n', ['x']],
  ['a field that only starts like data', 'database: x\n\n', []],
  ['an empty event', 'data:\n\n', ['']],
  ['no blank line at the end', 'data: x\n\ndata: [DONE]', ['x', '[DONE]']],
  ['nothing', '', []],
])('%s', async (_, text, events) => {
  expect(await eventsOf(text)).toEqual(events);
});

test('leaving the iteration cancels the body', async () => {
  let reason: unknown = 'not cancelled';
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\ndata: y\n\n')),
    cancel: (given) => void (reason = given),
  });
  for await (const data of readEventData(body)) {
    expect(data).toBe('x');
    break;
  }
  expect(reason).toBeUndefined();
});
