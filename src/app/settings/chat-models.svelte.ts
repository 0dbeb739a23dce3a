import { probeDevice, type DeviceFacts } from '../../core/7-answer/device-facts.ts';
import type { ChatModel } from '../../core/7-answer/models.ts';
import {
  recommend,
  unmetByEngine,
  unmetByModel,
  type Recommendation,
  type Unmet,
} from '../../core/7-answer/recommend.ts';
import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { GenerationService, StoredModel } from '../../core/service.ts';
import type { Language } from '../../core/types.ts';

/** What this device has and holds, as the settings show it; made anew each time they open. */
export class ChatModelsState {
  readonly #generation: Pick<GenerationService, 'storedModels' | 'removeModel'>;
  #facts = $state.raw<DeviceFacts>();
  #stored = $state.raw<readonly StoredModel[]>([]);
  #error = $state.raw<ErrorData>();
  readonly #storedBytes = $derived(new Map(this.#stored.map(({ id, sizeBytes }) => [id, sizeBytes])));

  constructor(generation: Pick<GenerationService, 'storedModels' | 'removeModel'>) {
    this.#generation = generation;
  }

  /** Absent until the device is probed. */
  get facts(): DeviceFacts | undefined {
    return this.#facts;
  }
  get stored(): readonly StoredModel[] {
    return this.#stored;
  }
  get error(): ErrorData | undefined {
    return this.#error;
  }

  async refresh(language: Language): Promise<void> {
    this.#error = undefined;
    try {
      const [facts, stored] = await Promise.all([probeDevice(language), this.#generation.storedModels()]);
      this.#facts = facts;
      this.#stored = stored;
    } catch (error) {
      this.#error = toErrorData(error);
    }
  }

  storedOf({ engine, id }: Pick<StoredModel, 'engine' | 'id'>): StoredModel | undefined {
    return this.#stored.find((one) => one.engine === engine && one.id === id);
  }

  unmetByEngine(engine: string): Unmet | undefined {
    return this.#facts && unmetByEngine(engine, this.#facts);
  }

  unmetByModel(model: ChatModel): Unmet | undefined {
    return this.#facts && unmetByModel(model, this.#facts, this.#storedBytes.get(model.id) ?? 0);
  }

  recommendFor(language: Language): Recommendation | undefined {
    return this.#facts && recommend(this.#facts, language, this.#storedBytes);
  }

  /** @returns whether all of them are gone. */
  async remove(models: readonly StoredModel[], language: Language): Promise<boolean> {
    let failure: unknown;
    for (const model of models) {
      await this.#generation.removeModel(model).catch((error: unknown) => (failure = error));
    }
    await this.refresh(language);
    if (failure !== undefined) this.#error = toErrorData(failure);
    return failure === undefined;
  }
}
