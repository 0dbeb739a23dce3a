import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Task } from './parse-process.ts';

/** As much as a parse worker may take before a tab is in danger. */
const HEAP_MIB = 512;
const LIMIT_MS = 10_000;
/** The first file of a format loads its parser. */
const WARM_UP_MS = 60_000;

/** A process that parses, and is replaced when it hangs or dies. */
export class SupervisedProcess {
  #child: ChildProcess | undefined;

  async run(task: Task): Promise<Answer & { readonly elapsedMs: number }> {
    const limitMs = this.#child ? LIMIT_MS : WARM_UP_MS;
    const child = (this.#child ??= fork(fileURLToPath(new URL('./parse-process.ts', import.meta.url)), {
      execArgv: [...process.execArgv, `--max-old-space-size=${HEAP_MIB}`],
      serialization: 'advanced',
      silent: true,
    }));
    const startedAt = performance.now();
    let lastWords = '';
    const listen = (text: Buffer): void => void (lastWords = (lastWords + String(text)).slice(-4000));
    child.stderr?.on('data', listen);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const answer = await new Promise<Answer>((resolve) => {
      const fail = (outcome: string): void => {
        this.end();
        resolve({ outcome, isFinding: true });
      };
      timer = setTimeout(() => fail('hang'), limitMs);
      child.once('message', resolve);
      child.once('close', () => fail(`crash ${/^.*Error.*$/m.exec(lastWords)?.[0] ?? ''}`));
      child.send(task);
    });
    clearTimeout(timer);
    child.stderr?.removeAllListeners();
    child.removeAllListeners();
    return { ...answer, elapsedMs: performance.now() - startedAt };
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}
