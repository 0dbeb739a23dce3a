import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Names the interpreter to use, such as that of a virtual environment. */
export const PYTHON_VARIABLE = 'SATCHEL_PYTHON';

/** A script that reads a line of JSON and answers it with one. */
export interface PythonServer {
  /** @throws Error with the interpreter's last words when it has ended. */
  ask<Answer>(request: unknown): Promise<Answer>;
  close(): void;
}

/**
 * Starts a script, whose first line says that all it needs is there.
 * @returns that line, and the server.
 * @throws Error when there is no Python, or it lacks a package.
 */
export async function startPython<Hello>(
  script: string,
  args: readonly string[] = [],
): Promise<{ readonly hello: Hello; readonly server: PythonServer }> {
  const python = process.env[PYTHON_VARIABLE] ?? 'python3';
  const child = spawn(python, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  // A write to an interpreter that has ended must not end this process as well.
  child.stdin.on('error', () => {});
  child.on('error', (error) => (complaint ||= error.message));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <Answer>(): Promise<Answer> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python}: ${complaint.trim().split('\n').at(-1) ?? 'ended'}`);
    return JSON.parse(value) as Answer;
  };
  const hello = await answer<Hello>();
  return {
    hello,
    server: {
      ask(request) {
        child.stdin.write(`${JSON.stringify(request)}\n`);
        return answer();
      },
      close: () => child.stdin.end(),
    },
  };
}
