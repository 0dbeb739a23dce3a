import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StorageState, type BrowserStorage } from './storage.svelte.ts';

/** A browser that says yes or no to keeping what is stored. */
function browserThat(agrees: boolean) {
  let isPersisted = false;
  return {
    persist: vi.fn<BrowserStorage['persist']>(() => Promise.resolve((isPersisted = agrees))),
    persisted: vi.fn<BrowserStorage['persisted']>(() => Promise.resolve(isPersisted)),
    estimate: vi.fn<BrowserStorage['estimate']>(() => Promise.resolve({ usage: 1, quota: 10 })),
  };
}

const forget = (): void => localStorage.removeItem('satchel.asked-to-persist');
beforeEach(forget);
afterEach(() => {
  vi.restoreAllMocks();
  forget();
});

describe('StorageState', () => {
  it('asks the browser once, however many documents are added', async () => {
    const browser = browserThat(true);
    const storage = new StorageState(browser);
    await Promise.all([storage.persistOnce(), storage.persistOnce()]);
    await storage.persistOnce();
    expect(browser.persist).toHaveBeenCalledTimes(1);
    expect(storage.isPersisted).toBe(true);
  });

  it('takes a no for an answer, at the next visit as well, and makes no show of it', async () => {
    const browser = browserThat(false);
    const storage = new StorageState(browser);
    await storage.persistOnce();
    expect(storage).toMatchObject({ isPersisted: false, isRefused: false });
    await new StorageState(browser).persistOnce();
    expect(browser.persist).toHaveBeenCalledTimes(1);
  });

  it('asks again at the button, says so when that is refused, and never by itself after it', async () => {
    const browser = browserThat(false);
    await new StorageState(browser).persistOnce();
    const storage = new StorageState(browser);
    await storage.persist();
    expect(browser.persist).toHaveBeenCalledTimes(2);
    expect(storage.isRefused).toBe(true);
    await storage.persistOnce();
    expect(browser.persist).toHaveBeenCalledTimes(2);
  });

  it('the button counts as having asked', async () => {
    const browser = browserThat(false);
    await new StorageState(browser).persist();
    await new StorageState(browser).persistOnce();
    expect(browser.persist).toHaveBeenCalledTimes(1);
  });

  it('does not ask a browser that keeps everything already', async () => {
    const browser = browserThat(true);
    browser.persisted.mockResolvedValue(true);
    const storage = new StorageState(browser);
    await storage.persistOnce();
    expect(browser.persist).not.toHaveBeenCalled();
    expect(storage.isPersisted).toBe(true);
  });

  it('asks once a visit where nothing can be remembered', async () => {
    for (const method of ['getItem', 'setItem'] as const) {
      vi.spyOn(Storage.prototype, method).mockImplementation(() => {
        throw new DOMException('denied', 'SecurityError');
      });
    }
    const browser = browserThat(false);
    const storage = new StorageState(browser);
    await storage.persistOnce();
    await storage.persistOnce();
    expect(browser.persist).toHaveBeenCalledTimes(1);
  });

  it('takes a browser that fails, or has no storage, for one that says no', async () => {
    const browser = browserThat(true);
    browser.persist.mockRejectedValue(new TypeError());
    browser.estimate.mockRejectedValue(new TypeError());
    for (const storage of [new StorageState(browser), new StorageState(undefined)]) {
      await storage.persistOnce();
      await storage.measure();
      await storage.persist();
      expect(storage).toMatchObject({ usage: undefined, isPersisted: false, isRefused: true });
      forget();
    }
  });

  it('measures what is taken', async () => {
    const storage = new StorageState(browserThat(true));
    await storage.measure();
    expect(storage.usage).toEqual({ used: 1, quota: 10 });
  });
});
