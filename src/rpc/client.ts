import { SatchelError, toSatchelError } from '../core/errors.ts';
import { Call, failedCall } from './call.ts';
import { messageOf, type Port, type Reply, type Request, type Service } from './protocol.ts';
import { transferListOf } from './transfer.ts';

/** A call by its name; what the proxies of `connect` and `superviseWorker` are made of. */
type StartCall = (method: string, args: readonly unknown[]) => Call['outcome'];

export interface Connection<T> {
  /** Every method of the service. Methods that return promises are sent at once, streams run when pulled. */
  readonly remote: T;
  /**
   * Rejects all that waits, and every later call, with `reason` (default `aborted`), and ends what runs on the
   * other side. The port itself stays open.
   */
  close(reason?: SatchelError): void;
}

/**
 * The client's end of a port whose other end is served.
 *
 * All methods may reject with the service's own SatchelErrors, and with `aborted` (at once, when the signal in
 * the arguments is aborted), `worker-crashed` (the port was closed from the other side) or `internal` (an
 * argument or result that can't be cloned, an unknown method).
 */
export function connect<T extends Service<T>>(port: Port): Connection<T> {
  const { call, close } = openChannel(port);
  return { remote: createRemote<T>(call), close };
}

/** `connect` without types and proxy. */
export function openChannel(port: Port): { call: StartCall; close(reason?: SatchelError): void } {
  const calls = new Map<number, Call>();
  let lastId = 0;
  let closed: SatchelError | undefined;

  const send = (request: Request, buffers: Transferable[] = []): void => port.postMessage(request, buffers);

  const onMessage = (event: Event): void => {
    const reply = messageOf<Reply>(event);
    // Replies to a call that was aborted in the meantime find nobody, as they should.
    if (reply && reply.type !== 'started') calls.get(reply.id)?.receive(reply);
  };

  const close = (reason = new SatchelError('aborted')): void => {
    if (closed) return;
    closed = reason;
    port.removeEventListener('message', onMessage);
    port.removeEventListener('close', onPortClosed);
    send({ type: 'close' });
    for (const pending of [...calls.values()]) pending.fail(reason);
  };
  const onPortClosed = (): void => close(new SatchelError('worker-crashed', { reason: 'port closed' }));

  const call: StartCall = (method, args) => {
    if (closed) return failedCall(closed);
    const signalAt = args.findLastIndex((arg) => arg instanceof AbortSignal);
    const signal = args[signalAt] as AbortSignal | undefined;
    if (signal?.aborted) return failedCall(new SatchelError('aborted', {}, signal.reason));

    const id = ++lastId;
    const onAbort = (): void => {
      send({ type: 'abort', id });
      pending.fail(new SatchelError('aborted', {}, signal?.reason));
    };
    const pending = new Call(id, send, () => {
      calls.delete(id);
      signal?.removeEventListener('abort', onAbort);
    });
    calls.set(id, pending);
    signal?.addEventListener('abort', onAbort);
    try {
      const cloneable = args.map((arg, at) => (at === signalAt ? undefined : arg));
      send({ type: 'call', id, method, args: cloneable, signalAt }, transferListOf(args));
    } catch (error) {
      pending.fail(toSatchelError(error));
    }
    return pending.outcome;
  };

  port.addEventListener('message', onMessage);
  // Only MessagePorts have this event, and not in every browser; workers are watched by superviseWorker.
  port.addEventListener('close', onPortClosed);
  port.start?.();
  return { call, close };
}

/** An object that answers every method name with `call`. */
export function createRemote<T>(call: StartCall): T {
  return new Proxy(Object.create(null), {
    // A remote with a `then` would be called by `await`, and by every promise that resolves to it.
    get: (_, name) =>
      typeof name === 'symbol' || name === 'then' ? undefined : (...args: unknown[]) => call(name, args),
  }) as T;
}
