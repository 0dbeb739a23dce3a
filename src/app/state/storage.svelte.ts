/** Set once the browser was asked: Firefox asks the person in turn, and a no is a no. */
const ASKED_KEY = 'satchel.asked-to-persist';

export type BrowserStorage = Pick<StorageManager, 'estimate' | 'persist' | 'persisted'>;

/** What this origin takes on the disk, and whether the browser keeps it when the disk runs low. */
export class StorageState {
  readonly #storage: BrowserStorage | undefined;
  #usage = $state.raw<{ readonly used: number; readonly quota: number }>();
  #isPersisted = $state(false);
  #isRefused = $state(false);
  #hasAsked = hasAskedBefore();

  constructor(storage: BrowserStorage | undefined) {
    this.#storage = storage;
  }

  /** Bytes; undefined where the browser does not tell. */
  get usage(): { readonly used: number; readonly quota: number } | undefined {
    return this.#usage;
  }
  get isPersisted(): boolean {
    return this.#isPersisted;
  }
  /** The browser said no to the person's own request. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  async measure(): Promise<void> {
    try {
      const { usage: used, quota } = (await this.#storage?.estimate()) ?? {};
      this.#usage = used === undefined || quota === undefined ? undefined : { used, quota };
      this.#isPersisted = (await this.#storage?.persisted()) ?? false;
    } catch {
      this.#usage = undefined;
    }
  }

  /** At the person's request. */
  async persist(): Promise<void> {
    await this.#ask();
    this.#isRefused = !this.#isPersisted;
  }

  /**
   * Once there is something to keep: asked for the first document, a browser that goes by how a site is used
   * (Chromium) has more to go by than at the first visit. Never again, whatever the answer was.
   */
  async persistOnce(): Promise<void> {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    const isPersisted = await this.#storage?.persisted().catch(() => false);
    if (isPersisted) this.#isPersisted = true;
    else await this.#ask();
  }

  async #ask(): Promise<void> {
    this.#hasAsked = true;
    try {
      localStorage.setItem(ASKED_KEY, 'yes');
    } catch {
      // Storage is refused in some private windows: the answer then lasts as long as the page.
    }
    this.#isPersisted = (await this.#storage?.persist().catch(() => false)) ?? false;
  }
}

function hasAskedBefore(): boolean {
  try {
    return localStorage.getItem(ASKED_KEY) !== null;
  } catch {
    return false;
  }
}
