import { untrack } from 'svelte';

const NOTICE_MS = 6000;

/** What a screen reader is told besides what has focus, and the short notices that everybody sees. */
export class Announcer {
  #message = $state('');
  #notice = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  get message(): string {
    return this.#message;
  }
  /** Shown at the foot of the page for a few seconds; '' when there is none. */
  get notice(): string {
    return this.#notice;
  }

  announce(message: string): void {
    // Live regions stay silent when their text does not change: a no-break space makes a repetition a change.
    // Untracked: an effect that announces must not run again because of it.
    const previous = untrack(() => this.#message);
    this.#message = message === previous ? `${message}\u00a0` : message;
  }

  notify(message: string): void {
    this.announce(message);
    this.#notice = message;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#notice = ''), NOTICE_MS);
  }
}
