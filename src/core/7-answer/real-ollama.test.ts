import { describe } from 'vitest';
import { hostUrl } from '../http-host.ts';
import { describeChatEngine, type ChatEngineSetting } from './chat-engine.contract.ts';
import { startWatchedHost } from './fixtures/watched-host.fixture.ts';
import { chatEngines } from './registry.ts';
import { NO_SETTINGS } from './fixtures/generation-settings.ts';

const ollamaHost = process.env['OLLAMA_HOST'] ?? '';
const model = process.env['OLLAMA_MODEL'] ?? '';

/** `npm test` on a machine with an Ollama of its own leaves it alone: both variables have to be set. */
const isSet = ollamaHost !== '' && model !== '';

async function start(engine: string): Promise<ChatEngineSetting> {
  const host = await startWatchedHost(hostUrl(ollamaHost));
  return {
    options: {
      ...NO_SETTINGS,
      engine,
      ollamaHost: host.url,
      ollamaModel: model,
      openAiUrl: `${host.url}/v1`,
      openAiModel: model,
    },
    host,
    stop: () => host.close(),
  };
}

describe.skipIf(!isSet)('a real Ollama, at OLLAMA_HOST with OLLAMA_MODEL', () => {
  for (const id of ['ollama', 'openai-compatible']) {
    describeChatEngine({
      line: chatEngines.get(id),
      start: () => start(id),
      failure: id === 'ollama' ? 'ollama-failed' : 'chat-failed',
    });
  }
});
