import type { Language } from '../types.ts';
import { meetsNeed, type DeviceFacts, type DeviceNeed } from './device-facts.ts';
import { CHAT_MODELS, DEFAULT_CHAT_MODEL, type ChatModel } from './models.ts';
import { chatEngines } from './registry.ts';

/** Why an engine or a model would not run here. */
export type Unmet =
  | { readonly reason: DeviceNeed }
  | { readonly reason: 'memory' | 'storage'; readonly neededBytes: number; readonly availableBytes: number };

/** An engine, and its model where it has a choice of them. */
export interface Recommendation {
  readonly engine: string;
  readonly model?: ChatModel;
}

const MEGABYTE = 1_000_000;

/** Of the device's memory a model may take half: the browser, its tabs and the system live from the rest. */
const MEMORY_SHARE = 1 / 2;

/** Taken for granted where the browser does not tell: what a cheap laptop or phone of today has. */
const ASSUMED_MEMORY_BYTES = 4e9;

/** A first model is there in minutes: 1.5 GB take four at 50 Mbit/s. Larger ones are a choice of one's own. */
const MOST_DOWNLOAD_MEGABYTES = 1500;

/** What keeps an engine from running here; undefined where nothing does, or where only a try can tell. */
export const unmetByEngine = (engine: string, facts: DeviceFacts): Unmet | undefined =>
  unmetNeed(chatEngines.get(engine).needs ?? [], facts);

function unmetNeed(needs: readonly DeviceNeed[], facts: DeviceFacts): Unmet | undefined {
  const reason = needs.find((need) => !meetsNeed(need, facts));
  return reason && { reason };
}

/**
 * What keeps a model from running here.
 * @param storedBytes of it that are on this device already.
 */
export function unmetByModel(model: ChatModel, facts: DeviceFacts, storedBytes: number): Unmet | undefined {
  const unmet = unmetByEngine(model.engine, facts) ?? unmetNeed(model.needs ?? [], facts);
  if (unmet) return unmet;
  const { memoryBytes, freeBytes } = facts;
  const memoryNeeded = model.memoryMegabytes * MEGABYTE;
  if (memoryBytes !== undefined && memoryNeeded > memoryBytes * MEMORY_SHARE) {
    return { reason: 'memory', neededBytes: memoryNeeded, availableBytes: memoryBytes };
  }
  const stillToFetch = model.downloadMegabytes * MEGABYTE - storedBytes;
  if (freeBytes !== undefined && stillToFetch > freeBytes) {
    return { reason: 'storage', neededBytes: stillToFetch, availableBytes: freeBytes };
  }
  return undefined;
}

/**
 * What to write with on this device, before anything is fetched: the browser's own model where it is there, the
 * best model that the GPU can take, the browser's own where it has yet to be fetched, a small one on the CPU.
 * A server of one's own may do better, and nothing here can know of it.
 * @param language that the model has to read.
 * @param storedBytes of each model, by id, that are on this device already.
 */
export function recommend(
  facts: DeviceFacts,
  language: Language,
  storedBytes: ReadonlyMap<string, number>,
): Recommendation | undefined {
  if (facts.promptApi === 'available') return { engine: 'prompt-api' };
  const fits = (model: ChatModel): boolean =>
    model.languages.includes(language) &&
    model.memoryMegabytes * MEGABYTE <= (facts.memoryBytes ?? ASSUMED_MEMORY_BYTES) * MEMORY_SHARE &&
    !unmetByModel(model, facts, storedBytes.get(model.id) ?? 0);
  // The catalogue stands from small to large, and of a model's two builds the faster one comes second.
  const onGpu = CHAT_MODELS.filter(
    (model) =>
      model.engine === 'web-llm' && model.downloadMegabytes <= MOST_DOWNLOAD_MEGABYTES && fits(model),
  ).at(-1);
  if (onGpu) return { engine: onGpu.engine, model: onGpu };
  if (facts.promptApi !== 'unavailable') return { engine: 'prompt-api' };
  const onCpu = CHAT_MODELS.find((model) => model.id === DEFAULT_CHAT_MODEL && fits(model));
  return onCpu && { engine: onCpu.engine, model: onCpu };
}
