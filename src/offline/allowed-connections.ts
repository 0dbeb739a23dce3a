import { isOrigin } from './security-headers.ts';

/** Hosts that the person chose, kept for the next start of the service worker, which the browser ends at will. */
const CACHE_NAME = 'satchel-connections';
const KEY = 'https://satchel.invalid/connections';

export async function readAllowedConnections(): Promise<readonly string[]> {
  const cache = await caches.open(CACHE_NAME);
  const stored: unknown = await (await cache.match(KEY))?.json();
  return Array.isArray(stored)
    ? stored.filter((origin) => typeof origin === 'string' && isOrigin(origin))
    : [];
}

export async function writeAllowedConnections(origins: readonly string[]): Promise<void> {
  const cache = await caches.open(CACHE_NAME);
  await cache.put(KEY, Response.json(origins.filter(isOrigin)));
}
