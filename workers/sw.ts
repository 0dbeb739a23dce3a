/// <reference lib="webworker" />
import { readAllowedConnections, writeAllowedConnections } from '../src/offline/allowed-connections.ts';
import { AppFiles, type AppFile } from '../src/offline/app-files.ts';
import type { AllowConnectionsReply, ServiceWorkerMessage } from '../src/offline/messages.ts';
import { securityHeaders } from '../src/offline/security-headers.ts';

declare const self: ServiceWorkerGlobalScope;
/** Written in by the build. */
declare const SATCHEL_APP_FILES: readonly AppFile[];

const scope = self.registration.scope;
const files = new AppFiles(scope, SATCHEL_APP_FILES);

// A first installation takes control at once; an update waits until the person agrees or all tabs are closed.
self.addEventListener('install', (event) => event.waitUntil(files.install()));
self.addEventListener('activate', (event) =>
  event.waitUntil(files.cleanUp().then(() => self.clients.claim())),
);

self.addEventListener('message', (event) => {
  const message = event.data as ServiceWorkerMessage;
  switch (message.type) {
    case 'allow-connections': {
      const reply: AllowConnectionsReply = { type: 'connections-allowed' };
      event.waitUntil(
        writeAllowedConnections(message.origins).then(() => event.ports[0]?.postMessage(reply)),
      );
      break;
    }
    case 'activate-update':
      event.waitUntil(self.skipWaiting());
      break;
  }
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const isOwn = request.url.startsWith(scope) && request.method === 'GET';
  // Left to the browser: other hosts (this worker's own policy forbids them) and model files, which the app
  // checks and keeps in a cache of its own.
  if (!isOwn || request.url.startsWith(`${scope}models/`)) return;
  if (request.mode === 'navigate') return event.respondWith(page(request));
  if (request.destination === 'worker' || request.destination === 'sharedworker') {
    return event.respondWith(files.respond(request).then(secured));
  }
  if (files.has(request.url) || request.url.startsWith(`${scope}assets/`)) {
    event.respondWith(files.respond(request));
  }
});

/** The app's one page under any address in its scope, but for the other pages of the build. */
async function page(request: Request): Promise<Response> {
  const isFile = files.has(request.url);
  const target = isFile ? request : new Request(new URL('index.html', scope));
  return secured(await files.respond(target));
}

/** Worker scripts need the headers as much as the page: a worker has its own policy, or none. */
async function secured(response: Response): Promise<Response> {
  // A redirect can't be rebuilt, and has no script in it.
  if (response.type === 'opaqueredirect' || response.status === 0) return response;
  const headers = new Headers(response.headers);
  const added = securityHeaders(self.navigator.userAgent, await readAllowedConnections());
  for (const [name, value] of Object.entries(added)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
