import type { InferenceSession } from 'onnxruntime-web';
import type * as Transformers from '@xenova/transformers';

export type RuntimeDevice = 'wasm' | 'webgpu';

/** The part of onnxruntime-web that transformers.js uses. */
interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: abstract new (...args: never[]) => object;
}

/** Where transformers.js looks for a runtime before it takes its own. */
const RUNTIME_KEY = Symbol.for('onnxruntime');

/**
 * Threads beyond this many share a matrix of 384 columns in slices too thin to pay for handing them out;
 * onnxruntime's own limit, 4, is for pages that know nothing of what they run.
 */
const MAX_THREADS = 8;

/** Two builds: the plain one (14 MB) computes on the CPU, the asyncify one (27 MB) can wait for a GPU. */
const BUILDS: Record<RuntimeDevice, () => Promise<Runtime>> = {
  async wasm() {
    const [runtime, factory, binary] = await Promise.all([
      import('onnxruntime-web/wasm'),
      import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
      import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
    ]);
    return configure(runtime, factory.default, binary.default);
  },
  async webgpu() {
    const [runtime, factory, binary] = await Promise.all([
      import('onnxruntime-web/webgpu'),
      import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'),
      import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
    ]);
    runtime.env.webgpu.powerPreference = 'high-performance';
    return configure(runtime, factory.default, binary.default);
  },
};

type Module = Pick<typeof import('onnxruntime-web/wasm'), 'InferenceSession' | 'Tensor' | 'env'>;

function configure(runtime: Module, factory: string, binary: string): Runtime {
  const { wasm } = runtime.env;
  // Our own copies: left alone, the runtime fetches both from a CDN. Absolute, since it resolves against its
  // own script and not against the page.
  wasm.wasmPaths = { mjs: absolute(factory), wasm: absolute(binary) };
  // Threads need SharedArrayBuffer, which a page has only when it is cross-origin isolated.
  wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MAX_THREADS) : 1;
  // It runs in our worker already.
  wasm.proxy = false;
  runtime.env.logLevel = 'error';
  return runtime;
}

const absolute = (url: string): string => new URL(url, globalThis.location.href).href;

const loaded = new Map<RuntimeDevice, Promise<Runtime>>();
const ready: Runtime[] = [];

function loadRuntime(device: RuntimeDevice): Promise<Runtime> {
  const known = loaded.get(device);
  if (known) return known;
  const loading = BUILDS[device]().then((runtime) => {
    ready.push(runtime);
    return runtime;
  });
  loaded.set(device, loading);
  // A script that did not arrive can be asked for again, once the network is back.
  loading.catch(() => loaded.delete(device));
  return loading;
}

/**
 * transformers.js fixes its runtime when its module is evaluated, and its own choice is the 27 MB build. This
 * stands in its place and sends each session to the build of the device that the session asks for.
 */
const bothRuntimes = {
  InferenceSession: {
    async create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> {
      const device: RuntimeDevice = options.executionProviders?.includes('webgpu') ? 'webgpu' : 'wasm';
      const runtime = await loadRuntime(device);
      return runtime.InferenceSession.create(model, options);
    },
  },
  /** Only for `instanceof`: each build has its own Tensor class. */
  Tensor: {
    [Symbol.hasInstance]: (value: unknown): boolean => ready.some(({ Tensor }) => value instanceof Tensor),
  },
};

let library: Promise<typeof Transformers> | undefined;

/** transformers.js on our runtimes and without a network: `serveFiles` is all that it can read. */
export function loadTransformers(): Promise<typeof Transformers> {
  if (library) return library;
  library = (async () => {
    Object.assign(globalThis, { [RUNTIME_KEY]: bothRuntimes });
    const transformers = await import('@xenova/transformers');
    const { env, LogLevel } = transformers;
    env.allowLocalModels = false;
    env.allowRemoteModels = true;
    env.remoteHost = FILE_HOST;
    env.remotePathTemplate = '{model}/';
    env.useBrowserCache = false;
    env.useWasmCache = false;
    env.useFSCache = false;
    env.logLevel = LogLevel.ERROR;
    env.fetch = answerFromMemory;
    return transformers;
  })();
  library.catch(() => (library = undefined));
  return library;
}

/** A reserved name: a request that got past `answerFromMemory` could not reach anyone. */
const FILE_HOST = 'https://satchel-models.invalid/';

const served = new Map<string, ReadonlyMap<string, Uint8Array<ArrayBuffer>>>();

/**
 * Gives transformers.js these files under `name` while `work` runs, and lets go of them afterwards: the
 * runtime has its own copy by then.
 */
export async function serveFiles<Result>(
  name: string,
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  work: () => Promise<Result>,
): Promise<Result> {
  served.set(name, files);
  try {
    return await work();
  } finally {
    served.delete(name);
  }
}

function answerFromMemory(url: string | URL): Promise<unknown> {
  const path = String(url).slice(FILE_HOST.length);
  const slash = path.indexOf('/');
  const bytes = served.get(path.slice(0, slash))?.get(path.slice(slash + 1));
  if (!bytes) return Promise.resolve(new Response(null, { status: 404 }));
  // What transformers.js reads of a Response, without the copy of the file that a real one makes.
  return Promise.resolve({
    status: 200,
    headers: new Headers({ 'Content-Length': String(bytes.length) }),
    arrayBuffer: () => Promise.resolve(bytes.buffer),
  });
}
