import { describeChatEngine, type ChatEngineSetting } from './chat-engine.contract.ts';
import {
  CHAT_MODEL,
  CHAT_TOKENS,
  OPEN_AI_KEY,
  startOllamaChatServer,
  startOpenAiServer,
  type ChatServer,
} from './fixtures/chat-servers.fixture.ts';
import { startWatchedHost } from './fixtures/watched-host.fixture.ts';
import { chatEngines } from './registry.ts';
import { NO_SETTINGS } from './fixtures/generation-settings.ts';

/** The server behind each engine that needs one. */
const SERVERS: Readonly<Record<string, () => Promise<ChatServer>>> = {
  ollama: () => startOllamaChatServer(),
  'openai-compatible': () => startOpenAiServer({ key: OPEN_AI_KEY, entry: { context_length: 2048 } }),
};

async function start(engine: string): Promise<ChatEngineSetting> {
  const startServer = SERVERS[engine];
  if (!startServer) throw new Error(`no server for the chat engine ${engine}`);
  const server = await startServer();
  const host = await startWatchedHost(server.url);
  return {
    options: {
      ...NO_SETTINGS,
      engine,
      ollamaHost: host.url,
      ollamaModel: CHAT_MODEL,
      openAiUrl: `${host.url}/v1`,
      openAiKey: OPEN_AI_KEY,
      openAiModel: CHAT_MODEL,
    },
    host,
    stop: async () => {
      await Promise.all([host.close(), server.close()]);
    },
  };
}

for (const line of chatEngines.lines.filter(({ textsTo }) => textsTo)) {
  describeChatEngine({
    line,
    start: () => start(line.id),
    answer: CHAT_TOKENS.join(''),
    failure: line.id === 'ollama' ? 'ollama-failed' : 'chat-failed',
  });
}
