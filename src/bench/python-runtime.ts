import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NativeOptions, NativeRuntime } from './native-runtime.ts';

const SERVER = fileURLToPath(new URL('./onnxruntime-server.py', import.meta.url));

/** Names the interpreter to use, such as that of a virtual environment. */
export const PYTHON_VARIABLE = 'SATCHEL_PYTHON';

/** @throws Error when there is no Python, or none with onnxruntime and numpy. */
export async function openPythonRuntime({ onnxPath, padId, threads }: NativeOptions): Promise<NativeRuntime> {
  const python = process.env[PYTHON_VARIABLE] ?? 'python3';
  const child = spawn(python, [SERVER, onnxPath, String(padId), String(threads)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  // A write to an interpreter that has ended must not end this process as well.
  child.stdin.on('error', () => {});
  child.on('error', (error) => (complaint ||= error.message));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python}: ${complaint.trim().split('\n').at(-1) ?? 'ended'}`);
    return value;
  };

  const { version } = JSON.parse(await answer()) as { version: string };
  return {
    name: `Python onnxruntime ${version}`,
    async run(batches) {
      child.stdin.write(`${JSON.stringify(batches.map(({ rows }) => rows))}\n`);
      const { milliseconds, vectors } = JSON.parse(await answer()) as {
        milliseconds: number;
        vectors: number[][];
      };
      return { milliseconds, vectors: Float32Array.from(vectors.flat()) };
    },
    close: () => child.stdin.end(),
  };
}
