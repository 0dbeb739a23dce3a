import { openNodeRuntime } from './node-runtime.ts';
import { openPythonRuntime } from './python-runtime.ts';
import type { TokenBatch } from './token-batches.ts';

/** onnxruntime's native build for this machine's CPU, with the model loaded. */
export interface NativeRuntime {
  /** With the version. */
  readonly name: string;
  /**
   * Computes batch after batch: model, mean over the tokens, length 1.
   * @returns milliseconds, and a row of `dimensions` for each row of each batch, in that order.
   */
  run(batches: readonly TokenBatch[]): Promise<{ milliseconds: number; vectors: Float32Array }>;
  close(): void;
}

export interface NativeOptions {
  readonly onnxPath: string;
  readonly padId: number;
  readonly threads: number;
}

/** Python's build where it is installed, else the one in npm's onnxruntime-node. Reasons where neither is to be had. */
export async function openNativeRuntime(options: NativeOptions): Promise<NativeRuntime | readonly string[]> {
  const reasons: string[] = [];
  for (const open of [openPythonRuntime, openNodeRuntime]) {
    try {
      return await open(options);
    } catch (error) {
      const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
      // npm's own reason stands between the command that failed and the name of a log file.
      const reason = lines.find((line) => /error code/i.test(line)) ?? lines.at(-1) ?? '';
      reasons.push(reason);
    }
  }
  return reasons;
}
