import { preview } from 'vite';

export interface Server {
  /** With a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the built app from `dist` with the headers it is deployed with, on 127.0.0.1.
 * @param port 0 takes any free one.
 */
export async function startServer(port = 0): Promise<Server> {
  const server = await preview({
    logLevel: 'warn',
    preview: { host: '127.0.0.1', port, strictPort: true, open: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
