import { OLLAMA_SETTINGS } from '../core/fixtures/ollama-host.ts';
import type { RetrievalSettings } from '../core/service.ts';
import { connect } from '../rpc/client.ts';
import { superviseWorker } from '../rpc/supervise-worker.ts';
import type { TabService } from './tab-service.ts';

/** With its tag, as a collection names it: this host takes the name for a part of the text. */
export const MODELS = ['one:latest', 'two:latest'] as const;
export type Model = (typeof MODELS)[number];

export const settingsOf = (ollamaModel: Model): RetrievalSettings => ({
  ...OLLAMA_SETTINGS,
  retriever: 'dense',
  ollamaModel,
});

export interface OpenTab {
  readonly service: TabService;
  /** A service that starts from what is stored, as after a reload; the one that this gave before ends. */
  again(model: Model): Promise<TabService>;
  /** As a closed tab ends it. */
  close(): void;
}

/** The service in a worker of its own, where files can be written as the app writes them. */
export async function openTab(databaseName: string, model: Model = MODELS[0]): Promise<OpenTab> {
  let worker: Worker | undefined;
  let before: TabService | undefined;
  const { remote, dispose } = superviseWorker<TabService>(() => {
    worker = new Worker(new URL('./tab-worker.ts', import.meta.url), { type: 'module', name: databaseName });
    return worker;
  });
  await remote.open(settingsOf(model));
  return {
    service: remote,
    close: dispose,
    async again(now) {
      // It would follow all that the next ones do.
      await before?.close();
      const { port1, port2 } = new MessageChannel();
      worker?.postMessage('serve', [port2]);
      const { remote: service } = connect<TabService>(port1);
      before = service;
      await service.open(settingsOf(now));
      return service;
    },
  };
}
