import { SatchelError, toErrorData } from '../core/errors.ts';
import { messageOf, type Port, type Reply, type Request, type Service } from './protocol.ts';
import { transferListOf } from './transfer.ts';

type Method = (...args: unknown[]) => unknown;

interface Serving {
  readonly id: number;
  readonly controller: AbortController;
  iterator?: AsyncIterator<unknown>;
  /** Pulls taken in and not yet answered. */
  pulls: number;
  /** Steps of one call run one after another, whatever kind of iterator the method made. */
  tail: Promise<void>;
}

/**
 * Answers the calls that come in through `port` with the methods of `service`. In a worker, call it while the
 * script is first evaluated: messages that arrive before are lost.
 */
export function serve<T extends Service<T>>(port: Port, service: T): void {
  const serving = new Map<number, Serving>();
  /** No method runs before the lock is held: one that ends the worker sooner would go unnoticed. */
  let watched = Promise.resolve();

  const post = (reply: Reply, value?: unknown): void => port.postMessage(reply, transferListOf([value]));
  const finish = (id: number, reply: Reply, value?: unknown): void => {
    serving.delete(id);
    post(reply, value);
  };
  /** Runs a step of a call; whatever it throws ends the call. */
  const attempt = async (call: Serving, step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      finish(call.id, { type: 'error', id: call.id, error: toErrorData(error) });
      // An item that can't be cloned is no fault of its generator, which still has its finally blocks to run.
      await call.iterator?.return?.().catch(() => {});
    }
  };
  const enqueue = (call: Serving, step: () => Promise<void>): void => {
    call.tail = call.tail.then(() => (serving.has(call.id) ? attempt(call, step) : undefined));
  };

  const start = ({ id, method, args, signalAt }: Extract<Request, { type: 'call' }>): void => {
    const controller = new AbortController();
    const call: Serving = { id, controller, pulls: 0, tail: watched };
    serving.set(id, call);
    enqueue(call, async () => {
      const withSignal = args.map((arg, at) => (at === signalAt ? controller.signal : arg));
      // Awaited even when it is a stream: the outcome of a call to a nested worker is a promise and a stream
      // in one, and only what it resolves to tells which.
      const value = await methodOf(service, method).apply(service, withSignal);
      if (!isAsyncIterable(value)) return finish(id, { type: 'result', id, value }, value);
      call.iterator = value[Symbol.asyncIterator]();
      post({ type: 'stream', id });
    });
  };

  const pull = (call: Serving): void => {
    call.pulls++;
    enqueue(call, async () => {
      const { done, value } = (await call.iterator?.next()) ?? { done: true, value: undefined };
      call.pulls--;
      if (done) finish(call.id, { type: 'end', id: call.id });
      else post({ type: 'item', id: call.id, value }, value);
    });
  };

  /** Ends a stream; a generator that is at work on an item hears of it through its signal. */
  const stop = (call: Serving, abort: boolean): void => {
    if (abort || call.pulls > 0) call.controller.abort();
    enqueue(call, async () => {
      await call.iterator?.return?.();
      finish(call.id, { type: 'end', id: call.id });
    });
  };

  const stopAll = (): void => {
    port.removeEventListener('message', onMessage);
    port.removeEventListener('close', stopAll);
    for (const call of serving.values()) stop(call, true);
  };

  const onMessage = (event: Event): void => {
    const request = messageOf<Request>(event);
    if (!request) return;
    switch (request.type) {
      case 'call':
        return start(request);
      case 'close':
        return stopAll();
      case 'hold':
        watched = holdLock(request.lock).then(() => post({ type: 'started' }));
        return;
      case 'pull':
      case 'return':
      case 'abort': {
        const call = serving.get(request.id);
        if (!call) return;
        return request.type === 'pull' ? pull(call) : stop(call, request.type === 'abort');
      }
    }
  };

  port.addEventListener('message', onMessage);
  port.addEventListener('close', stopAll);
  port.start?.();
}

/** Resolves when the lock is held. Pages on plain http have no Web Locks; their workers are watched by events alone. */
function holdLock(name: string): Promise<void> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const forLife = (): Promise<never> => {
      resolve();
      return new Promise(() => {});
    };
    locks.request(name, forLife).catch(reject);
  });
}

/** Only what the service itself defines can be called: no getters, no constructor, nothing of Object. */
function methodOf(service: object, name: string): Method {
  for (
    let owner: unknown = service;
    owner && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    const value: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
    if (typeof value === 'function' && name !== 'constructor') return value as Method;
  }
  throw new SatchelError('internal', { reason: `the service has no method ${name}` });
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
