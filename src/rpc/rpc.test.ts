import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SatchelError } from '../core/errors.ts';
import { connect, type Connection } from './client.ts';
import { serve } from './server.ts';
import { transfer } from './transfer.ts';

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

/** Time for everything that is on its way to arrive. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

class Library {
  readonly log: string[] = [];
  secret = 'a field, not a method';

  async add(a: number, b: number): Promise<number> {
    return a + b;
  }
  async fail(): Promise<void> {
    throw new SatchelError('too-large', { name: 'a.pdf', sizeBytes: 7 });
  }
  async failOddly(): Promise<void> {
    throw new TypeError('odd');
  }
  async unclonable(): Promise<unknown> {
    return () => {};
  }
  async sum(vector: Float32Array): Promise<number> {
    return vector.reduce((total, x) => total + x, 0);
  }
  async vector(length: number): Promise<Float32Array> {
    const vector = new Float32Array(length).fill(1);
    this.kept = vector;
    return transfer(vector, [vector.buffer]);
  }
  kept = new Float32Array();

  async wait(name: string, signal?: AbortSignal): Promise<string> {
    this.log.push(`${name} starts`);
    try {
      return await (signal ? untilAborted(signal) : new Promise<never>(() => {}));
    } finally {
      this.log.push(`${name} ends`);
    }
  }
  async *count(to: number, signal?: AbortSignal): AsyncGenerator<number> {
    try {
      for (let n = 1; n <= to; n++) {
        signal?.throwIfAborted();
        this.log.push(`made ${n}`);
        yield n;
      }
    } finally {
      this.log.push('count is over');
    }
  }
  async *failAfter(n: number): AsyncGenerator<number> {
    for (let i = 0; i < n; i++) yield i;
    throw new SatchelError('index-full', { maxChunks: n });
  }
  async *unclonableItem(): AsyncGenerator<unknown> {
    try {
      yield () => {};
    } finally {
      this.log.push('cleaned up');
    }
  }
  async *silent(signal?: AbortSignal): AsyncGenerator<number> {
    try {
      yield 1;
      if (signal) await untilAborted(signal);
    } finally {
      this.log.push('silence is over');
    }
  }
}

/** The class as its clients are typed: its methods alone. */
type LibraryService = Omit<Library, 'log' | 'secret' | 'kept'>;

let channel: MessageChannel;
let library: Library;
let connection: Connection<LibraryService>;
let remote: LibraryService;

beforeEach(() => {
  channel = new MessageChannel();
  library = new Library();
  serve<LibraryService>(channel.port2, library);
  connection = connect<LibraryService>(channel.port1);
  remote = connection.remote;
});
afterEach(() => {
  channel.port1.close();
  channel.port2.close();
});

const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('calls', () => {
  test('answer, also several at once', async () => {
    expect(await Promise.all([remote.add(1, 2), remote.add(3, 4)])).toEqual([3, 7]);
  });

  test('are sent without being awaited', async () => {
    void remote.wait('unheeded');
    await settle();
    expect(library.log).toEqual(['unheeded starts']);
  });

  test('a remote can be resolved to, though it answers to every name', async () => {
    expect(await (await Promise.resolve(remote)).add(1, 1)).toBe(2);
  });

  test('errors keep their code and details', async () => {
    const error = await remote.fail().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SatchelError);
    expect(error).toMatchObject({ code: 'too-large', details: { name: 'a.pdf', sizeBytes: 7 } });
  });

  test('other errors become internal and say why', async () => {
    await expect(remote.failOddly()).rejects.toMatchObject({
      code: 'internal',
      details: { reason: 'TypeError: odd' },
    });
  });

  test('what cannot be cloned rejects, on either side', async () => {
    await expect(remote.unclonable()).rejects.toMatchObject({ code: 'internal' });
    await expect(remote.sum((() => {}) as never)).rejects.toMatchObject({ code: 'internal' });
    expect(await remote.add(1, 2)).toBe(3);
  });

  test.each(['missing', 'secret', 'constructor', 'toString', 'hasOwnProperty', '__proto__'])(
    'of %s, which is no method of the service, reject',
    async (name) => {
      const method = (remote as unknown as Record<string, () => Promise<unknown>>)[name];
      await expect(method?.()).rejects.toMatchObject({ code: 'internal', details: { reason: /no method/ } });
    },
  );
});

describe('transfer', () => {
  test('moves an argument', async () => {
    const vector = new Float32Array([1, 2, 3]);
    expect(await remote.sum(transfer(vector, [vector.buffer]))).toBe(6);
    expect(vector.length).toBe(0);
  });

  test('moves a result', async () => {
    expect((await remote.vector(5)).length).toBe(5);
    expect(library.kept.length).toBe(0);
  });

  test('copies without it', async () => {
    const vector = new Float32Array([1, 2, 3]);
    await remote.sum(vector);
    expect(vector.length).toBe(3);
  });
});

describe('streams', () => {
  test('arrive whole and in order', async () => {
    expect(await collect(remote.count(5))).toEqual([1, 2, 3, 4, 5]);
  });

  test('make an item only when one is pulled', async () => {
    const iterator = remote.count(1000)[Symbol.asyncIterator]();
    await settle();
    expect(library.log).toEqual([]);
    await iterator.next();
    await iterator.next();
    await settle();
    expect(library.log).toEqual(['made 1', 'made 2']);
  });

  test('several pulls at once are answered in order', async () => {
    const iterator = remote.count(2)[Symbol.asyncIterator]();
    const items = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
    expect(items.map(({ value }) => value as unknown)).toEqual([1, 2, undefined, undefined]);
    expect(items.map(({ done }) => done)).toEqual([false, false, true, true]);
  });

  test('left early, they run their finally blocks before the loop is left', async () => {
    for await (const n of remote.count(1000)) if (n === 2) break;
    expect(library.log).toEqual(['made 1', 'made 2', 'count is over']);
  });

  test('left while an item is being made, the signal ends the making', async () => {
    const iterator = remote.silent(new AbortController().signal)[Symbol.asyncIterator]();
    await iterator.next();
    const pulled = iterator.next();
    const settled = Promise.allSettled([pulled]);
    await iterator.return?.(undefined);
    await settled;
    expect(library.log).toEqual(['silence is over']);
  });

  test('an error comes after the items before it, once', async () => {
    const iterator = remote.failAfter(2)[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toBe(0);
    expect((await iterator.next()).value).toBe(1);
    await expect(iterator.next()).rejects.toMatchObject({ code: 'index-full', details: { maxChunks: 2 } });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('an item that cannot be cloned ends the stream, and its generator', async () => {
    await expect(collect(remote.unclonableItem())).rejects.toMatchObject({ code: 'internal' });
    await settle();
    expect(library.log).toEqual(['cleaned up']);
  });

  test('awaited, a stream method gives the stream', async () => {
    const stream = remote.count(2) as unknown as Promise<AsyncIterable<number>>;
    expect(await collect(await stream)).toEqual([1, 2]);
  });

  test('iterating a method that returns no stream rejects', async () => {
    const sum = remote.add(1, 2) as unknown as AsyncIterable<number>;
    await expect(collect(sum)).rejects.toMatchObject({ code: 'internal' });
  });

  test('pass through a service that is itself a client', async () => {
    const outer = new MessageChannel();
    serve<Pick<LibraryService, 'count' | 'add'>>(outer.port2, {
      count: (to: number) => remote.count(to),
      add: (a: number, b: number) => remote.add(a, b),
    });
    const { remote: far } = connect<Pick<LibraryService, 'count' | 'add'>>(outer.port1);
    expect(await far.add(1, 2)).toBe(3);
    for await (const n of far.count(9)) if (n === 3) break;
    expect(library.log.at(-1)).toBe('count is over');
    outer.port1.close();
  });
});

describe('abort', () => {
  test('rejects at once and reaches the method', async () => {
    const controller = new AbortController();
    const waiting = remote.wait('work', controller.signal);
    await settle();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    await settle();
    expect(library.log).toEqual(['work starts', 'work ends']);
  });

  test('rejects at once also when the method takes no notice', async () => {
    const controller = new AbortController();
    const deaf = (remote.add as (a: number, b: number, signal: AbortSignal) => Promise<number>)(
      1,
      2,
      controller.signal,
    );
    controller.abort();
    await expect(deaf).rejects.toMatchObject({ code: 'aborted' });
  });

  test('before the call: nothing is sent', async () => {
    await expect(remote.wait('never', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    await settle();
    expect(library.log).toEqual([]);
  });

  test('between two items ends the stream on both sides', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const loop = (async () => {
      for await (const n of remote.count(1000, controller.signal)) {
        seen.push(n);
        if (n === 2) controller.abort();
      }
    })();
    await expect(loop).rejects.toMatchObject({ code: 'aborted' });
    await settle();
    expect(seen).toEqual([1, 2]);
    expect(library.log).toEqual(['made 1', 'made 2', 'count is over']);
  });

  test('while waiting for an item ends the stream on both sides', async () => {
    const controller = new AbortController();
    const loop = collect(remote.silent(controller.signal));
    await settle();
    controller.abort();
    await expect(loop).rejects.toMatchObject({ code: 'aborted' });
    await settle();
    expect(library.log).toEqual(['silence is over']);
  });

  test('after the answer does nothing', async () => {
    const controller = new AbortController();
    expect(await collect(remote.count(1, controller.signal))).toEqual([1]);
    controller.abort();
    expect(await remote.add(2, 2)).toBe(4);
  });
});

describe('closing', () => {
  test('rejects what waits with the reason, and ends it on the other side', async () => {
    const { signal } = new AbortController();
    const waiting = remote.wait('work', signal);
    const loop = collect(remote.silent(signal));
    await settle();
    connection.close(new SatchelError('worker-crashed'));
    await expect(waiting).rejects.toMatchObject({ code: 'worker-crashed' });
    await expect(loop).rejects.toMatchObject({ code: 'worker-crashed' });
    await settle();
    expect(library.log.toSorted()).toEqual(['silence is over', 'work ends', 'work starts']);
  });

  test('later calls reject as well', async () => {
    connection.close();
    await expect(remote.add(1, 2)).rejects.toMatchObject({ code: 'aborted' });
    await expect(collect(remote.count(1))).rejects.toMatchObject({ code: 'aborted' });
  });

  test('of the other end rejects what waits', async () => {
    const waiting = remote.wait('work');
    await settle();
    channel.port2.close();
    await expect(waiting).rejects.toMatchObject({ code: 'worker-crashed' });
  });
});

test('messages of others are left alone', async () => {
  channel.port1.postMessage('hello');
  channel.port1.postMessage({ type: 'pull', id: 99 });
  channel.port2.postMessage(null);
  channel.port2.postMessage({ type: 'item', id: 99, value: 1 });
  expect(await remote.add(1, 2)).toBe(3);
});
