import { preparePdfInNode } from '../../scripts/pdf-in-node.ts';
import { parseFile } from '../core/1-parse/parse-file.ts';
import { unpackFile } from '../core/1-parse/unpack-file.ts';
import { toErrorData } from '../core/errors.ts';

/** What is asked of this process, and what it answers: `ok`, the code of an error, or what is wrong with the result. */
export interface Task {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
export interface Answer {
  readonly outcome: string;
  readonly isFinding: boolean;
}

preparePdfInNode();

async function run({ name, bytes }: Task): Promise<Answer> {
  const { signal } = new AbortController();
  const file = new Blob([bytes]);
  try {
    if (await unpackFile(file, name, signal)) return { outcome: 'archive', isFinding: false };
    const { text } = await parseFile(file, name, signal);
    const isClean = !/[\0\r\ufeff]/.test(text);
    return { outcome: isClean ? 'ok' : 'text-not-clean', isFinding: !isClean };
  } catch (error) {
    const { code, details } = toErrorData(error);
    // What no parser foresaw, and sections that are no slices of the text.
    const isFinding = code === 'parse-failed' || code === 'internal' || code === 'aborted';
    return { outcome: isFinding ? `${code} ${String(details['reason'])}` : code, isFinding };
  }
}

process.on('message', (task: Task) => void run(task).then((answer) => process.send?.(answer)));
