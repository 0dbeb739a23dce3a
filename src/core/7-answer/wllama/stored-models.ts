import { removeModelFiles } from '../../3-embed/model-files.ts';
import { openPartCache, StoredFile } from '../../3-embed/model-store.ts';
import type { StoredModel } from '../../service.ts';
import { addedModels, removeAddedModel } from './added-models.ts';
import { GGUF_MODELS } from '../models.ts';

/** Models that this device holds, whole or in part: of the catalogue, and files that a person added. */
export async function storedChatModels(): Promise<StoredModel[]> {
  const cache = await openPartCache();
  const all = await Promise.all(
    GGUF_MODELS.map(async (model) => {
      const files = await Promise.all(model.files.map(({ path }) => StoredFile.open(cache, model, path)));
      return {
        engine: model.engine,
        id: model.id,
        sizeBytes: files.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
        isComplete: files.every(({ complete }) => complete),
      };
    }),
  );
  return [...all.filter(({ sizeBytes }) => sizeBytes > 0), ...(await addedModels(cache))];
}

export async function removeChatModel(id: string): Promise<void> {
  const model = GGUF_MODELS.find((one) => one.id === id);
  if (model) await removeModelFiles(model);
  else await removeAddedModel(id);
}
