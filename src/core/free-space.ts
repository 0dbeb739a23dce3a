import { SatchelError } from './errors.ts';

/**
 * Bytes that the browser says it would still store; undefined where it says nothing. Chromium says 10 GiB since
 * version 138, lest a site tell a private window by it: the store may be full long before.
 */
export async function freeBytes(): Promise<number | undefined> {
  const storage = (globalThis as { navigator?: { storage?: StorageManager } }).navigator?.storage;
  const { quota, usage } = (await storage?.estimate().catch(() => undefined)) ?? {};
  return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
}

/** @throws SatchelError `quota-exceeded` {neededBytes, freeBytes}. */
export async function checkFreeSpace(neededBytes: number): Promise<void> {
  const free = await freeBytes();
  if (free !== undefined && neededBytes > free) {
    throw new SatchelError('quota-exceeded', { neededBytes, freeBytes: free });
  }
}
