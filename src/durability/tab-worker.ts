import type { Port } from '../rpc/protocol.ts';
import { serve } from '../rpc/server.ts';
import { FaultyTabService, type TabService } from './tab-service.ts';

/** The worker's name is its database's. */
const start = (port: Port): void => serve<TabService>(port, new FaultyTabService(self.name));

// Test files are compiled with the page's library, where `self` is a window.
start(self as unknown as Port);
// Others of the same worker: it takes half a second to load where nothing is bundled.
self.addEventListener('message', ({ ports: [port] }) => {
  if (port) start(port);
});
