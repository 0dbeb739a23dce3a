import { toSatchelError } from '../core/errors.ts';
import { superviseWorker } from '../rpc/supervise-worker.ts';
import type { IndexBench, VectorFile } from './index-bench-service.ts';

/** What a step gave, or why it gave nothing, in the library's words; `ended` when the worker is gone with all it held. */
export type Outcome<Value> = { readonly value: Value } | { readonly failed: string; readonly ended: boolean };

export type StepName = keyof IndexBench;
export type Given<Name extends StepName> = Parameters<IndexBench[Name]>;
export type Result<Name extends StepName> = Awaited<ReturnType<IndexBench[Name]>>;

const supervised = superviseWorker<IndexBench>(
  () => new Worker(new URL('../../workers/index-bench.worker.ts', import.meta.url), { type: 'module' }),
);

/** Not in TypeScript's DOM library; Chromium has it where a page is isolated. */
interface MeasuringPerformance extends Performance {
  measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
}

/** The file chosen in the page's input. */
function vectors(): Blob {
  const [file] = document.querySelector<HTMLInputElement>('#vectors')?.files ?? [];
  if (!file) throw new Error('The page has no vectors.');
  return file;
}

const indexPage = {
  /** The worker is ended when a step takes longer than the limit: libraries know no other way to be stopped. */
  async attempt<Name extends StepName>(
    limitMs: number,
    name: Name,
    given: Given<Name>,
  ): Promise<Outcome<Result<Name>>> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      supervised.restart();
    }, limitMs);
    try {
      const step = supervised.remote[name] as (...args: Given<Name>) => Promise<Result<Name>>;
      return { value: await step(...given) };
    } catch (error) {
      const { code, details, message } = toSatchelError(error);
      return isLate
        ? { failed: `took more than ${limitMs / 1000} s`, ended: true }
        : { failed: String(details['reason'] ?? message), ended: code === 'worker-crashed' };
    } finally {
      clearTimeout(timer);
    }
  },

  /** @throws SatchelError as `open` does. */
  open: (shape: Omit<VectorFile, 'vectors'>): Promise<void> =>
    supervised.remote.open({ ...shape, vectors: vectors() }),

  /** Of page and worker, without garbage; bytes. */
  async memory(): Promise<number> {
    const { bytes } = await (performance as MeasuringPerformance).measureUserAgentSpecificMemory();
    return bytes + (await supervised.remote.wasmBytes());
  },
};

export type IndexPage = typeof indexPage;

declare global {
  interface Window {
    indexPage: IndexPage;
  }
}

window.indexPage = indexPage;
