import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Asked {
  readonly authorization: string | undefined;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

export interface ChatServer {
  readonly url: string;
  /** What reached `/v1/chat/completions`. */
  readonly asked: Asked[];
  /** Resolves when an answer that did not end was given up by the page. */
  readonly givenUp: Promise<void>;
  close(): Promise<void>;
}

/**
 * Speaks as much of OpenAI's wire shape as the app asks for. It writes `tokens`; after those it ends, or, where
 * `isEndless`, waits until the page goes.
 */
export async function startChatServer(tokens: readonly string[], isEndless = false): Promise<ChatServer> {
  const asked: Asked[] = [];
  let giveUp: () => void = () => {};
  const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
  const chunk = (delta: object, finish_reason: string | null): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

  const server = createServer((request: IncomingMessage, response) => {
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
    response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    if (request.url === '/v1/models') {
      response.setHeader('Content-Type', 'application/json');
      return response.end(JSON.stringify({ data: [{ id: 'small-chat', max_model_len: 4096 }] }));
    }
    void json(request).then((body) => {
      asked.push({
        authorization: request.headers.authorization,
        messages: (body as Pick<Asked, 'messages'>).messages,
      });
      response.setHeader('Content-Type', 'text/event-stream');
      for (const content of tokens) response.write(chunk({ content }, null));
      if (isEndless) response.on('close', giveUp);
      else response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    givenUp,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
