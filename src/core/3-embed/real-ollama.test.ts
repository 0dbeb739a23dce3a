import { describe, expect, test } from 'vitest';
import { describeEmbedder } from './embedder.contract.ts';
import type { EmbedderOptions } from './embedder.ts';
import { listOllamaModels } from './ollama-models.ts';
import { withTag } from './ollama-names.ts';
import { embedders } from './registry.ts';

const ollamaHost = process.env['OLLAMA_HOST'] ?? '';
const ollamaModel = process.env['OLLAMA_EMBED_MODEL'] ?? '';

/** `npm test` on a machine with an Ollama of its own leaves it alone: both variables have to be set. */
const isSet = ollamaHost !== '' && ollamaModel !== '';

describe.skipIf(!isSet)('a real Ollama, at OLLAMA_HOST with OLLAMA_EMBED_MODEL', () => {
  const options: EmbedderOptions = { hub: '', device: 'auto', ollamaHost, ollamaModel };

  describeEmbedder({
    line: embedders.get('ollama'),
    options,
    // Others read one language, or were not tried.
    understands: withTag(ollamaModel) === withTag('bge-m3'),
    tooLong: 'refused',
  });

  test('lists the model as one that embeds, not as one that chats', async () => {
    const listed = async (capability: 'embedding' | 'completion') =>
      (await listOllamaModels(options, capability)).map(withTag);
    expect(await listed('embedding')).toContain(withTag(ollamaModel));
    expect(await listed('completion')).not.toContain(withTag(ollamaModel));
  });
});
