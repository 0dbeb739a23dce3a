import { SatchelError, fromErrorData } from '../core/errors.ts';
import type { Reply, Request } from './protocol.ts';

interface Waiter {
  resolve(result: IteratorResult<unknown, undefined>): void;
  reject(error: SatchelError): void;
}

const DONE: IteratorResult<unknown, undefined> = { done: true, value: undefined };

/**
 * One call as its caller sees it. At run time nothing tells whether a method returns a promise or a stream, so
 * `outcome` is a real promise that can be iterated as well; the service's interface decides which one is typed.
 */
export class Call implements AsyncIterator<unknown, undefined> {
  readonly outcome: Promise<unknown> & AsyncIterable<unknown>;
  readonly #id: number;
  readonly #post: (request: Request) => void;
  readonly #onEnd: () => void;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: SatchelError) => void;
  /** Pulls in flight, oldest first. */
  #waiting: Waiter[] = [];
  /** Thrown by the next `next()`, when the call failed while nobody waited for an item. */
  #failure: SatchelError | undefined;
  #ended = false;

  /** @param onEnd is called once, when no more replies are expected. */
  constructor(id: number, post: (request: Request) => void, onEnd: () => void) {
    this.#id = id;
    this.#post = post;
    this.#onEnd = onEnd;
    let resolve: (value: unknown) => void = () => {};
    let reject: (error: SatchelError) => void = () => {};
    const promise = new Promise<unknown>((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    this.#resolve = resolve;
    this.#reject = reject;
    // The failure of a stream reaches whoever iterates; the promise beside it is one that nobody looks at.
    promise.catch(() => {});
    this.outcome = Object.assign(promise, { [Symbol.asyncIterator]: () => this });
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    return this.#wait('pull');
  }

  /** Resolves when the generator on the other side has run its finally blocks. */
  return(): Promise<IteratorResult<unknown, undefined>> {
    this.#failure = undefined;
    return this.#wait('return');
  }

  receive(reply: Exclude<Reply, { type: 'started' }>): void {
    switch (reply.type) {
      case 'stream':
        // Not `this`: who awaits a stream method, or passes its outcome on, gets the stream and no call in it.
        return this.#resolve({ [Symbol.asyncIterator]: () => this });
      case 'item':
        return this.#waiting.shift()?.resolve({ done: false, value: reply.value });
      case 'result':
        this.#resolve(reply.value);
        return this.#end(new SatchelError('internal', { reason: 'the method returns no stream' }));
      case 'end':
        return this.#end();
      case 'error':
        return this.fail(fromErrorData(reply.error));
    }
  }

  fail(error: SatchelError): void {
    if (this.#ended) return;
    this.#reject(error);
    this.#end(error);
  }

  #wait(type: 'pull' | 'return'): Promise<IteratorResult<unknown, undefined>> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) return Promise.reject(failure);
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#post({ type, id: this.#id });
    });
  }

  /** Like a generator's own failure, an error is thrown once and the stream is over after it. */
  #end(error?: SatchelError): void {
    this.#ended = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    const first = error && waiting.shift();
    if (first) first.reject(error);
    else this.#failure = error;
    for (const waiter of waiting) waiter.resolve(DONE);
    this.#onEnd();
  }
}

/** The outcome of a call that can't even be sent. */
export function failedCall(error: SatchelError): Call['outcome'] {
  const call = new Call(
    0,
    () => {},
    () => {},
  );
  call.fail(error);
  return call.outcome;
}
