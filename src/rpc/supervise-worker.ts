import { SatchelError } from '../core/errors.ts';
import { failedCall } from './call.ts';
import { createRemote, openChannel } from './client.ts';
import { messageOf, type Reply, type Request, type Service } from './protocol.ts';

/** Long, because a slow network has to deliver the script within it; it ends waits that would last forever. */
const START_TIMEOUT_MS = 60_000;

export interface SupervisedWorker<T> {
  /** Starts the worker at the first call, and again at the first call after its end. */
  readonly remote: T;
  /**
   * Ends the worker at once, whatever it is doing; all that waits rejects with `aborted`. The abort of last
   * resort, for work that doesn't look at its signal.
   */
  restart(): void;
  /**
   * `onRestarted` runs each time a new worker takes the place of one that ended, before the call that started
   * it is sent: what it calls on `remote` arrives first.
   * @returns a function that takes it off again.
   */
  onRestart(onRestarted: () => void): () => void;
  /** Ends the worker for good; later calls reject with `aborted`. */
  dispose(): void;
}

/**
 * Keeps one worker whose script calls `serve(self, service)`. When it dies, by an uncaught error, `self.close()`,
 * lack of memory or anything else, all that waits on it rejects with `worker-crashed`. It is not started again
 * before the next call, so a script that can't be loaded fails each call once and never loops.
 *
 * @param create must hold the `new Worker(new URL('./x.worker.ts', import.meta.url), { type: 'module' })` itself:
 * bundlers look for exactly that.
 */
export function superviseWorker<T extends Service<T>>(create: () => Worker): SupervisedWorker<T> {
  const listeners = new Set<() => void>();
  let running:
    { readonly call: ReturnType<typeof openChannel>['call']; end(reason: SatchelError): void } | undefined;
  let hasEnded = false;
  let disposed = false;

  const start = (): NonNullable<typeof running> => {
    if (running) return running;
    const worker = create();
    const channel = openChannel(worker);
    const end = (reason: SatchelError): void => {
      if (running?.call !== channel.call) return;
      running = undefined;
      hasEnded = true;
      stopWatching();
      // Rejected first and ended second: whoever reacts by a new call must get a new worker, and does.
      channel.close(reason);
      worker.terminate();
    };
    const started = { call: channel.call, end };
    running = started;
    const stopWatching = watch(worker, (reason) => end(new SatchelError('worker-crashed', { reason })));
    if (hasEnded) for (const listener of listeners) listener();
    return started;
  };

  return {
    remote: createRemote<T>((method, args) => {
      if (disposed) return failedCall(new SatchelError('aborted', { reason: 'disposed' }));
      try {
        return start().call(method, args);
      } catch (error) {
        // A content security policy makes the constructor itself throw.
        return failedCall(new SatchelError('worker-crashed', { reason: String(error) }, error));
      }
    }),
    restart: () => running?.end(new SatchelError('aborted', { reason: 'restart' })),
    onRestart(onRestarted) {
      listeners.add(onRestarted);
      return () => listeners.delete(onRestarted);
    },
    dispose() {
      disposed = true;
      running?.end(new SatchelError('aborted', { reason: 'disposed' }));
    },
  };
}

/**
 * Calls `onDeath` when the worker ends by itself. Events tell only of scripts that don't load and of uncaught
 * errors. For the rest the worker holds a Web Lock, which the browser gives back however the worker ended:
 * being granted it is the news of its death.
 *
 * An uncaught error alone doesn't end a worker, but the call it came from may never be answered, so it counts.
 * @returns a function that stops watching.
 */
function watch(worker: Worker, onDeath: (reason: string) => void): () => void {
  const lock = `satchel-worker-${performance.timeOrigin}-${Math.random()}`;
  const watching = new AbortController();
  const { signal } = watching;
  const timer = setTimeout(() => onDeath('no sign of life'), START_TIMEOUT_MS);

  const awaitLock = (): void => {
    clearTimeout(timer);
    const locks = globalThis.navigator?.locks;
    // The request rejects when the watch is stopped, and for that alone.
    locks?.request(lock, { signal }, () => onDeath('ended')).catch(() => {});
  };
  worker.addEventListener(
    'message',
    (event) => {
      if (messageOf<Reply>(event)?.type === 'started') awaitLock();
    },
    { signal },
  );
  const onError = (event: ErrorEvent): void => {
    // Else the error of a nested worker goes on to the scope that supervises it, and from there to its own
    // supervisor, which would end a worker that is well.
    event.preventDefault();
    onDeath(event.message || 'the script could not be loaded');
  };
  worker.addEventListener('error', onError, { signal });
  worker.addEventListener('messageerror', () => onDeath('unreadable message'), { signal });
  worker.postMessage({ type: 'hold', lock } satisfies Request);

  return () => {
    clearTimeout(timer);
    watching.abort();
  };
}
