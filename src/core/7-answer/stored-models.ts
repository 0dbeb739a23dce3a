import { removeModelFiles } from '../3-embed/model-files.ts';
import { openPartCache, StoredFile } from '../3-embed/model-store.ts';
import type { StoredModel } from '../service.ts';
import { CHAT_MODELS } from './models.ts';

/** Models of the catalogue that this device holds, whole or in part. */
export async function storedChatModels(): Promise<StoredModel[]> {
  const cache = await openPartCache();
  const all = await Promise.all(
    CHAT_MODELS.map(async (model) => {
      const files = await Promise.all(model.files.map(({ path }) => StoredFile.open(cache, model, path)));
      return {
        engine: model.engine,
        id: model.id,
        sizeBytes: files.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
        isComplete: files.every(({ complete }) => complete),
      };
    }),
  );
  return all.filter(({ sizeBytes }) => sizeBytes > 0);
}

export async function removeChatModel(id: string): Promise<void> {
  const model = CHAT_MODELS.find((one) => one.id === id);
  if (model) await removeModelFiles(model);
}
