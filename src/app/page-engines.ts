import { chosenEngine } from '../core/7-answer/registry.ts';
import type { GenerationService, GenerationSettings } from '../core/service.ts';

/** The same service, in this thread for the engines that exist on the page alone. */
export function withPageEngines(worker: GenerationService): GenerationService {
  let loading: Promise<GenerationService> | undefined;
  const serviceFor = async (settings: GenerationSettings): Promise<GenerationService> => {
    if (!chosenEngine(settings)?.isOnPage) return worker;
    loading ??= import('../core/generation-service.ts').then(
      (module) => new module.GenerationWorkerService(),
    );
    return loading;
  };

  /** The one that may have an engine loaded. */
  let last: GenerationService | undefined;
  const engineFor = async (settings: GenerationSettings): Promise<GenerationService> => {
    const service = await serviceFor(settings);
    const before = last;
    last = service;
    // One engine at a time, here as in the worker: a model takes gigabytes.
    if (before !== service) await before?.unload();
    return service;
  };

  return {
    models: async (settings, signal) => (await serviceFor(settings)).models(settings, signal),
    async *pull(model, settings, signal) {
      yield* (await serviceFor(settings)).pull(model, settings, signal);
    },
    async *addModel(file, settings, signal) {
      yield* (await serviceFor(settings)).addModel(file, settings, signal);
    },
    async *prepare(settings, signal) {
      yield* (await engineFor(settings)).prepare(settings, signal);
    },
    async *write(request, settings, signal) {
      yield* (await engineFor(settings)).write(request, settings, signal);
    },
    unload: async () => last?.unload(),
    storedModels: () => worker.storedModels(),
    removeModel: (model) => worker.removeModel(model),
  };
}
