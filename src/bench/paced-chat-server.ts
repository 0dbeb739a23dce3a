import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PacedChatServer {
  /** As the app's settings want it, with the version. */
  readonly url: string;
  close(): Promise<void>;
}

/** How often what is due is sent; timers closer than this come late, and then two tokens go out together. */
const STEP_MS = 5;

/** Writes `tokens` at that pace to whoever asks, in the shape of OpenAI's API. */
export async function startPacedChatServer(
  tokens: readonly string[],
  tokensPerSecond: number,
): Promise<PacedChatServer> {
  const lineOf = (delta: object, finish_reason: string | null): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    if (request.method === 'GET') {
      response.setHeader('Content-Type', 'application/json');
      return response.end(JSON.stringify({ data: [{ id: 'paced', max_model_len: 8192 }] }));
    }
    response.setHeader('Content-Type', 'text/event-stream');
    const startedAt = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.min(tokens.length, ((performance.now() - startedAt) * tokensPerSecond) / 1000);
      for (; sent < due; sent++) response.write(lineOf({ content: tokens[sent] }, null));
      if (sent < tokens.length) return;
      clearInterval(timer);
      response.end(`${lineOf({}, 'stop')}data: [DONE]\n\n`);
    }, STEP_MS);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
