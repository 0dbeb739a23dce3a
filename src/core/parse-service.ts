import type { Unpacked } from './1-parse/unpack-file.ts';
import { SatchelError } from './errors.ts';
import type { ParsedDocument } from './types.ts';

/** What the parse worker offers. Parsers meet hostile files: they run where they can be ended. */
export interface ParseService {
  parse(file: Blob, name: string, signal: AbortSignal): Promise<ParsedDocument>;
  /** Takes an archive apart; undefined for a file that is none. */
  unpack(file: Blob, name: string, signal: AbortSignal): Promise<Unpacked | undefined>;
}

type Reading = Parameters<ParseService['parse']>;

/** A large PDF takes about 10 s for 1,000 pages; a file that needs longer than this hangs. */
const DEADLINE_MS = 20_000;
const DEADLINE_MS_PER_MEGABYTE = 3_000;
/**
 * An idle worker keeps the memory it has taken until its next file: after 60 MB of CSV a tab in Chromium had
 * 1.8 GB, and 1.0 where the worker was ended. A new worker costs half a second.
 */
const HEAVY_BYTES = 8_000_000;
const HEAVY_MS = 3_000;

/**
 * The service with a deadline for each call, whose worker is ended after a heavy file, too.
 * @param restart ends the worker; the next call starts a new one.
 * @returns methods that throw SatchelError `parse-timeout`, or what the service throws.
 */
export function withDeadlines(service: ParseService, restart: () => void): ParseService {
  let reading = 0;
  async function guarded<T>(read: () => Promise<T>, end: () => void, ...file: Reading): Promise<T> {
    reading += 1;
    try {
      return await withDeadline(read, end, ...file);
    } finally {
      reading -= 1;
    }
  }
  return {
    async parse(...args) {
      const [file, , signal] = args;
      const startedAt = performance.now();
      let isEnded = signal.aborted;
      const end = (): void => {
        isEnded = true;
        restart();
      };
      try {
        return await guarded(() => service.parse(...args), end, ...args);
      } finally {
        const isHeavy = file.size >= HEAVY_BYTES || performance.now() - startedAt >= HEAVY_MS;
        if (isHeavy && reading === 0 && !isEnded) restart();
      }
    },
    unpack: (...args) => guarded(() => service.unpack(...args), restart, ...args),
  };
}

async function withDeadline<T>(
  read: () => Promise<T>,
  restart: () => void,
  ...[file, name, signal]: Reading
): Promise<T> {
  const deadlineMs = DEADLINE_MS + (DEADLINE_MS_PER_MEGABYTE * file.size) / 1e6;
  let hung = false;
  const end = (): void => restart();
  const timer = setTimeout(() => {
    hung = true;
    restart();
  }, deadlineMs);
  // A parser deep in a loop does not see the signal: ending its worker does stop it.
  signal.addEventListener('abort', end);
  try {
    return await read();
  } catch (error) {
    if (hung)
      throw new SatchelError('parse-timeout', { name, seconds: Math.round(deadlineMs / 1000) }, error);
    if (!signal.aborted && error instanceof SatchelError && error.code === 'worker-crashed') {
      throw new SatchelError('parse-failed', { name }, error);
    }
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
