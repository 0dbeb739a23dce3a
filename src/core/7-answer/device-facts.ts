import { findGpu } from '../3-embed/gpu.ts';
import type { Language } from '../types.ts';
import { hasMemory64 } from './wllama/memory64.ts';
import { promptApiAvailability, type PromptApiAvailability } from './prompt-api/prompt-api-availability.ts';

/** What this browser has for a chat model. Sizes are bytes; what it does not tell is absent. */
export interface DeviceFacts {
  /** Absent without one, or with one that the CPU emulates. */
  readonly gpu?: { readonly name: string; readonly hasShaderF16: boolean };
  /** Rounded, and never told as more than 8 GB by many browsers. */
  readonly memoryBytes?: number;
  /** What the browser would still store. */
  readonly freeBytes?: number;
  /** 64-bit WebAssembly memory. */
  readonly hasMemory64: boolean;
  readonly promptApi: PromptApiAvailability;
}

/** What an engine or a model can't do without. */
export type DeviceNeed = 'gpu' | 'shader-f16' | 'memory64' | 'built-in-model';

const MEETS: Readonly<Record<DeviceNeed, (facts: DeviceFacts) => boolean>> = {
  gpu: ({ gpu }) => gpu !== undefined,
  'shader-f16': ({ gpu }) => gpu?.hasShaderF16 ?? false,
  memory64: ({ hasMemory64 }) => hasMemory64,
  'built-in-model': ({ promptApi }) => promptApi !== 'unavailable',
};

export const meetsNeed = (need: DeviceNeed, facts: DeviceFacts): boolean => MEETS[need](facts);

/** `deviceMemory` counts in GiB, and is rounded so that devices can't be told apart: a GB does as well. */
const GIGABYTE = 1e9;

/**
 * Asks the browser alone: nothing is fetched.
 * @param language that the browser's own model would have to know.
 */
export async function probeDevice(language: Language): Promise<DeviceFacts> {
  const { deviceMemory, storage } = navigator as { deviceMemory?: number; storage?: StorageManager };
  const [gpu, estimate, promptApi] = await Promise.all([
    findGpu(false),
    storage?.estimate().catch(() => undefined),
    promptApiAvailability(language),
  ]);
  const { quota, usage } = estimate ?? {};
  return {
    ...(gpu && {
      gpu: {
        name: [gpu.info?.vendor, gpu.info?.architecture].filter((part) => part).join(' '),
        hasShaderF16: gpu.features.has('shader-f16'),
      },
    }),
    ...(deviceMemory !== undefined && { memoryBytes: deviceMemory * GIGABYTE }),
    ...(quota !== undefined && usage !== undefined && { freeBytes: Math.max(0, quota - usage) }),
    hasMemory64: hasMemory64(),
    promptApi,
  };
}
