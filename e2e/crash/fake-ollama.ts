import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { seededRandom } from '../../src/bench/random.ts';

/** Two models whose vectors and whose cuts differ: the second counts Chinese characters as three tokens each. */
export const MODELS = {
  'crash-one': { tokensPerCharacter: 1 },
  'crash-two': { tokensPerCharacter: 3 },
} as const;
export type Model = keyof typeof MODELS;

const DIMENSIONS = 64;

/** One point for each text and model, as good as orthogonal to all others: what is not its own vector is seen. */
function embed(model: string, text: string): number[] {
  const seed = createHash('sha256').update(`${model} ${text}`).digest().readUInt32LE();
  const random = seededRandom(seed);
  const vector = Array.from({ length: DIMENSIONS }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

async function reply(request: IncomingMessage, path: string): Promise<object> {
  if (path === '/api/version') return { version: '0.17.4' };
  if (path === '/api/tags') {
    return { models: Object.keys(MODELS).map((name) => ({ name: `${name}:latest`, digest: name })) };
  }
  const { model: name, input = [] } = (await json(request)) as { model: string; input?: string[] };
  // With its tag once it is that of a collection.
  const model = name.replace(/:latest$/, '') as Model;
  if (path === '/api/show') {
    return { model_info: { 'test.context_length': 2048 }, capabilities: ['embedding'] };
  }
  // The app measures tokens a character by the count for the one text that it sends first.
  const characters = [...(input[0] ?? '')].length;
  return {
    embeddings: input.map((text) => embed(model, text)),
    prompt_eval_count: characters * MODELS[model].tokensPerCharacter,
  };
}

/** Speaks as much of Ollama as embedding needs, in no time. */
export function answerAsOllama(request: IncomingMessage, response: ServerResponse): boolean {
  const path = request.url ?? '';
  if (!path.startsWith('/api/')) return false;
  reply(request, path).then(
    (body) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(body));
    },
    // A browser that was killed has not sent all of its request.
    () => response.destroy(),
  );
  return true;
}
