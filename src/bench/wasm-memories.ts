/**
 * Counts, from the call on, the memory of all WebAssembly that is started here: what the browser tells of a worker's
 * memory leaves it out.
 * @returns a function that gives the bytes.
 */
export function watchWasmMemories(): () => number {
  const memories = new Set<WebAssembly.Memory>();
  const { Memory, Instance, instantiate, instantiateStreaming } = WebAssembly;

  const watchExports = ({ exports }: WebAssembly.Instance): void => {
    for (const value of Object.values(exports)) if (value instanceof Memory) memories.add(value);
  };
  const watchResult = <Result extends WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource>(
    result: Result,
  ): Result => {
    watchExports('instance' in result ? result.instance : result);
    return result;
  };
  Object.assign(WebAssembly, {
    Memory: class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        super(descriptor);
        memories.add(this);
      }
    },
    Instance: class extends Instance {
      constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
        super(module, imports);
        watchExports(this);
      }
    },
    instantiate: (...args: Parameters<typeof instantiate>) => instantiate(...args).then(watchResult),
    instantiateStreaming: (...args: Parameters<typeof instantiateStreaming>) =>
      instantiateStreaming(...args).then(watchResult),
  });
  return () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}
