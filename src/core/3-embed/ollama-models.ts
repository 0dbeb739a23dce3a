import { SatchelError } from '../errors.ts';
import type { EmbedderOptions, LoadProgress } from './embedder.ts';
import { capabilitiesOf, OllamaClient } from './ollama-client.ts';

/** The host, which may be asked before a model of it is chosen. */
type HostOptions = Pick<EmbedderOptions, 'ollamaHost' | 'ollamaModel' | 'signal'>;

/** What a model was made for, in Ollama's words. */
type Capability = 'completion' | 'embedding';

/**
 * Names of the host's models that have this capability, sorted, without `:latest`. Ollama's cloud models are left
 * out: it hands what they are asked on to its maker, and the person chose this host alone.
 *
 * @throws SatchelError the codes of `OllamaClient`.
 */
export async function listOllamaModels(
  { ollamaHost, ollamaModel, signal }: HostOptions,
  capability: Capability,
): Promise<readonly string[]> {
  const client = new OllamaClient(ollamaHost, ollamaModel);
  await client.checkVersion(signal);
  const { models: all = [] } = (await client.get('/api/tags', signal)) as { models?: readonly ModelTag[] };
  const models = all.filter(({ name, remote_host }) => !remote_host && !/[-:]cloud$/.test(name));
  const isCapable = await Promise.all(
    models.map(async ({ name }) => {
      const shown = await client.post('/api/show', { model: name }, signal).catch(orBroken);
      // Where the server does not tell, the person knows.
      return shown !== undefined && (capabilitiesOf(shown)?.includes(capability) ?? true);
    }),
  );
  const names = models.filter((_, i) => isCapable[i]).map(({ name }) => name.replace(/:latest$/, ''));
  return names.sort();
}

/**
 * Has the host fetch a model from Ollama's library. What was fetched before an abort is kept there.
 *
 * @throws SatchelError the codes of `OllamaClient`; `ollama-failed` when the library has no such model.
 */
export async function* pullOllamaModel(
  { ollamaHost, signal }: HostOptions,
  model: string,
): AsyncGenerator<LoadProgress> {
  const client = new OllamaClient(ollamaHost, model);
  for await (const line of client.stream('/api/pull', { model, stream: true }, signal)) {
    const { status = '', completed = 0, total = 0 } = line as PullLine;
    yield { file: status, loadedBytes: completed, totalBytes: total };
  }
}

/** One for each step; those that fetch tell how much of one file is there. */
interface PullLine {
  readonly status?: string;
  readonly completed?: number;
  readonly total?: number;
}

interface ModelTag {
  readonly name: string;
  /** Where a cloud model runs. */
  readonly remote_host?: string;
}

/** One model that cannot be shown, or was deleted meanwhile, does not hide the others. */
function orBroken(error: unknown): undefined {
  const isBroken =
    error instanceof SatchelError && ['ollama-failed', 'ollama-model-missing'].includes(error.code);
  if (!isBroken) throw error;
}
