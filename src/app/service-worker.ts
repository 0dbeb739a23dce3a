import type { ServiceWorkerMessage } from '../offline/messages.ts';

export type OfflineStatus =
  /** The app itself starts without a network from now on. */
  | 'ready-offline'
  /** No service worker here: development, an insecure address, or a browser without them. */
  | 'unsupported'
  | 'failed';

export interface UpdateOffer {
  /** Switches every open tab to the new version: they reload, so nothing may be under way. */
  activate(): void;
}

let registered: Promise<OfflineStatus> | undefined;

/**
 * Registers the service worker once. Resolves when its cache is filled and it answers for this page.
 * @param onUpdate called when a newer version is installed and waits; it takes over by itself once all tabs
 * are closed.
 */
export const registerServiceWorker = (
  onUpdate: (offer: UpdateOffer) => void = () => {},
): Promise<OfflineStatus> => (registered ??= register(onUpdate));

/**
 * Resolves when workers may be started. On a host that sends no isolation headers that is after one reload,
 * with which the service worker takes over: until then workers would get neither threads nor a policy, so
 * during that reload this never resolves. Where no service worker is to be had it resolves as things are.
 */
export async function isolatePage(): Promise<void> {
  if (crossOriginIsolated) return;
  const status = await registerServiceWorker();
  if (status === 'ready-offline' && mayReload()) {
    location.reload();
    await new Promise<never>(() => {});
  }
}

/**
 * Lets workers that are started from now on contact these origins besides the page's own. The page itself
 * follows at its next load.
 * @param origins such as `http://localhost:11434`; all that are allowed, not only new ones.
 * @returns false when no service worker is in control, so that the server's policy stands.
 */
export async function allowConnections(origins: readonly string[]): Promise<boolean> {
  if (import.meta.env.DEV) return true;
  // On a first visit a host can be chosen before there is anybody to allow it.
  if (origins.length > 0) await registered;
  const controller = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
  if (!controller) return false;
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise<void>((resolve) => (port1.onmessage = () => resolve()));
  const message: ServiceWorkerMessage = { type: 'allow-connections', origins };
  controller.postMessage(message, [port2]);
  await answered;
  return true;
}

async function register(onUpdate: (offer: UpdateOffer) => void): Promise<OfflineStatus> {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return 'unsupported';
  const { serviceWorker } = navigator;
  try {
    const registration = await serviceWorker.register(new URL('sw.js', document.baseURI));
    watchForUpdates(registration, onUpdate);
    await serviceWorker.ready;
    await untilControlled(serviceWorker);
    return 'ready-offline';
  } catch {
    // A browser set to keep no site data refuses the registration; the app works, only not offline.
    return 'failed';
  }
}

/** The first activation claims this page, a moment after `ready`; a forced reload is never claimed. */
function untilControlled(serviceWorker: ServiceWorkerContainer): Promise<void> {
  if (serviceWorker.controller) return Promise.resolve();
  const claimTimeoutMs = 2000;
  return new Promise((resolve) => {
    serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
    setTimeout(resolve, claimTimeoutMs);
  });
}

function watchForUpdates(
  registration: ServiceWorkerRegistration,
  onUpdate: (offer: UpdateOffer) => void,
): void {
  const offer = (waiting: ServiceWorker): void =>
    onUpdate({
      activate() {
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
        const message: ServiceWorkerMessage = { type: 'activate-update' };
        waiting.postMessage(message);
      },
    });
  if (registration.waiting && registration.active) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing;
    installing?.addEventListener('statechange', () => {
      // Without an active one this is the first installation, not an update.
      if (installing.state === 'installed' && registration.active) offer(installing);
    });
  });
}

/** At most one reload in ten seconds: a host or browser that never isolates must not reload for ever. */
function mayReload(): boolean {
  const key = 'satchel-isolation-reload';
  const pauseMs = 10_000;
  const last = Number(sessionStorage.getItem(key) ?? 0);
  if (Date.now() - last < pauseMs) return false;
  sessionStorage.setItem(key, String(Date.now()));
  return true;
}
