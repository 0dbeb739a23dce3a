import type { Plugin } from 'vite';
import { isolationHeaders, securityHeaders } from '../../src/offline/security-headers.ts';

/**
 * Headers of the local servers. Preview, which serves what is deployed, sends them all. The dev server and
 * the browser tests send those that isolate: their own injected inline scripts would break under the policy.
 */
export const responseHeaders = (): Plugin => ({
  name: 'satchel:response-headers',
  // Vitest answers its own pages before any plugin's middleware, with exactly these headers.
  config: () => ({ server: { headers: isolationHeaders('') } }),
  configurePreviewServer(server) {
    server.middlewares.use((request, response, next) => {
      const headers = securityHeaders(request.headers['user-agent'] ?? '');
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      next();
    });
  },
});
