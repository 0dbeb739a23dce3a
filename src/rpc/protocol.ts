import type { ErrorData } from '../core/errors.ts';

/** The least that both ends need; a Worker, a worker's own scope and a MessagePort all fit. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
  /** MessagePorts alone hold their messages back until this is called. */
  start?(): void;
}

/** What can be served: an object whose members are all methods that return a promise or an async iterable. */
export type Service<T> = {
  [Name in keyof T]: (...args: never[]) => Promise<unknown> | AsyncIterable<unknown>;
};

/** Client to server. Every `pull` is answered by one `item`, `end` or `error`; a `return` by `end` or `error`. */
export type Request =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: string;
      readonly args: readonly unknown[];
      /** Position of the argument that was an AbortSignal; -1 when there was none. */
      readonly signalAt: number;
    }
  | { readonly type: 'pull' | 'return' | 'abort'; readonly id: number }
  | { readonly type: 'close' }
  /** Asks the worker to hold this Web Lock for as long as it lives, and to say `started`. */
  | { readonly type: 'hold'; readonly lock: string };

/** Server to client. */
export type Reply =
  | { readonly type: 'result' | 'item'; readonly id: number; readonly value: unknown }
  | { readonly type: 'stream' | 'end'; readonly id: number }
  | { readonly type: 'error'; readonly id: number; readonly error: ErrorData }
  | { readonly type: 'started' };

/** The message of an event, or undefined when it isn't ours: libraries post to the same scope. */
export function messageOf<Message extends Request | Reply>(event: Event): Message | undefined {
  const data: unknown = event instanceof MessageEvent ? event.data : undefined;
  return typeof data === 'object' && data !== null && 'type' in data ? (data as Message) : undefined;
}
