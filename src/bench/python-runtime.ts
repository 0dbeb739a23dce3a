import { fileURLToPath } from 'node:url';
import type { NativeOptions, NativeRuntime } from './native-runtime.ts';
import { startPython } from './python-server.ts';

const SERVER = fileURLToPath(new URL('./onnxruntime-server.py', import.meta.url));

/** @throws Error when there is no Python, or none with onnxruntime and numpy. */
export async function openPythonRuntime({ onnxPath, padId, threads }: NativeOptions): Promise<NativeRuntime> {
  const args = [onnxPath, String(padId), String(threads)];
  const { hello, server } = await startPython<{ readonly version: string }>(SERVER, args);
  return {
    name: `Python onnxruntime ${hello.version}`,
    async run(batches) {
      const { milliseconds, vectors } = await server.ask<{
        readonly milliseconds: number;
        readonly vectors: readonly (readonly number[])[];
      }>(batches.map(({ rows }) => rows));
      return { milliseconds, vectors: Float32Array.from(vectors.flat()) };
    },
    close: () => server.close(),
  };
}
