import { SatchelError } from '../../errors.ts';
import type { ChatEngine, ChatEngineOptions } from '../chat-engine.ts';
import { WebLlmEngine } from './web-llm-engine.ts';
import { deliverMlcModel, type MlcDeliveryOptions } from './web-llm-files.ts';
import { checkGpu } from './web-llm-gpu.ts';
import { createMlcEngine, openWebLlm, type WebLlmRuntime } from './web-llm-runtime.ts';
import { mlcSource, type MlcSource, type WebLlmSettings } from './web-llm-source.ts';
import { CACHES } from './web-llm-store.ts';

export type WebLlmChatOptions = WebLlmSettings & Pick<ChatEngineOptions, 'onProgress' | 'signal'>;

/**
 * Loads a model through WebLLM, compiled for WebGPU.
 *
 * @param acceptSoftware see `checkGpu`.
 * @throws SatchelError the codes of `mlcSource`, `checkGpu`, `deliverMlcModel` and `openWebLlm`, in this order:
 * nothing is fetched for a GPU that is not there.
 */
export async function loadWebLlmChat(
  options: WebLlmChatOptions,
  acceptSoftware = false,
): Promise<ChatEngine> {
  const source = mlcSource(options);
  const runtime = await open(source, acceptSoftware, options);
  return new WebLlmEngine(source.contextWindow, runtime, (signal) =>
    open(source, acceptSoftware, { signal }),
  );
}

async function open(
  source: MlcSource,
  acceptSoftware: boolean,
  options: MlcDeliveryOptions,
): Promise<WebLlmRuntime> {
  await checkGpu(source.needsShaderF16, acceptSoftware);
  await deliverMlcModel(source, options);
  try {
    return await openWebLlm(source, createMlcEngine, options.signal);
  } catch (error) {
    // At the same address there may be another one by now.
    if (error instanceof SatchelError && error.code === 'chat-library-mismatch') {
      await (await caches.open(CACHES.library)).delete(source.libraryUrl);
    }
    throw error;
  }
}
