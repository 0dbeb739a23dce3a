import { SatchelError } from '../core/errors.ts';
import { FaultyStorage, type FaultPlan } from '../core/fixtures/faulty-storage.ts';
import { startOllamaHost } from '../core/fixtures/ollama-host.ts';
import { RetrievalWorkerService } from '../core/retrieval-service.ts';
import type { RetrievalService } from '../core/service.ts';

/** The retrieval service of a tab, whose storage and host fail as a test wants. */
export interface TabService extends RetrievalService {
  close(): Promise<void>;
  arm(plan: FaultPlan): Promise<void>;
  /** @returns calls that failed since. */
  disarm(): Promise<number>;
  /** A host that is down leaves what is added pending. */
  setHost(isUp: boolean): Promise<void>;
  /** One that reads nothing says so of each file. */
  setParser(isAble: boolean): Promise<void>;
  /** Texts that the host has embedded since the last call. */
  embedded(): Promise<readonly string[]>;
}

/** One for all services of a worker: prototypes and `fetch` are the worker's. */
const storage = new FaultyStorage();
const host = startOllamaHost();

let canParse = true;

export class FaultyTabService extends RetrievalWorkerService implements TabService {
  constructor(databaseName: string) {
    super({
      databaseName,
      unpack: async () => undefined,
      async parse(file, name) {
        if (!canParse) throw new SatchelError('parse-failed', { name });
        const text = await file.text();
        const sections = [{ start: 0, end: text.length, headings: [] }];
        return { text, sections, format: 'text', warnings: [] };
      },
    });
  }

  async arm(plan: FaultPlan): Promise<void> {
    storage.arm(plan);
  }

  async disarm(): Promise<number> {
    return storage.disarm();
  }

  async setParser(isAble: boolean): Promise<void> {
    canParse = isAble;
  }

  async embedded(): Promise<readonly string[]> {
    return host.embedded.splice(0);
  }

  async setHost(isUp: boolean): Promise<void> {
    host.beforeEmbed = () => {
      if (!isUp) throw new TypeError('Failed to fetch');
    };
  }
}
