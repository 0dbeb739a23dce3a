import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Server } from '../scripts/serve.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/**
 * A host as plain as they come: files under a sub-folder, a content type, and no other header. GitHub Pages
 * is one of these.
 * @param answer takes requests that are not for files, and says whether it did.
 */
export async function startStaticHost(
  folder = '/satchel/',
  answer: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (answer(request, response)) return;
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
    const relative = normalize(path.slice(folder.length) || 'index.html');
    if (!path.startsWith(folder) || relative.startsWith('..')) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(DIST, relative)).then(
      (body) => {
        response.writeHead(200, {
          'Content-Type': MEDIA_TYPES[extname(relative)] ?? 'application/octet-stream',
        });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${folder}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
