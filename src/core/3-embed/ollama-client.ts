import { SatchelError, type ErrorDetails } from '../errors.ts';

const CHECK_TIMEOUT_MS = 10_000;

/**
 * Speaks to one Ollama host about one model, and tells apart what goes wrong there. All methods throw
 * SatchelError `ollama-unreachable`, `ollama-origin-refused`, `ollama-blocked`, `ollama-model-missing`,
 * `ollama-failed` or `aborted`; details hold host, model and this page's origin, which the remedy names.
 */
export class OllamaClient {
  readonly #host: string;
  readonly #details: ErrorDetails;

  /** @param host with or without scheme and final slash: `localhost:11434` is what people type. */
  constructor(host: string, model: string) {
    const trimmed = host.trim().replace(/\/+$/, '');
    this.#host = /^https?:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
    this.#details = { host: this.#host, model, origin: pageOrigin() };
  }

  /** Whether an Ollama server answers at all. */
  async checkVersion(signal?: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const { version } = (await this.#request('/api/version', undefined, both, signal)) as {
      version?: unknown;
    };
    if (typeof version !== 'string') throw this.failed('No version: another server answers at this host.');
  }

  get(path: string, signal?: AbortSignal): Promise<unknown> {
    return this.#request(path, undefined, signal);
  }

  post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    return this.#request(path, body, signal);
  }

  failed(reason: string, status = 200): SatchelError {
    return new SatchelError('ollama-failed', { ...this.#details, reason, status });
  }

  /** @param caller the caller's own signal, where `signal` also holds a time limit. */
  async #request(path: string, body: unknown, signal?: AbortSignal, caller = signal): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.#host + path, {
        ...(body === undefined
          ? {}
          : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
      text = await response.text();
    } catch (error) {
      if (caller?.aborted) throw new SatchelError('aborted', {}, error);
      throw await this.#diagnose(error);
    }
    const answer = parseObject(text);
    if (response.ok && answer && !('error' in answer)) return answer;
    // A failure late in the work is reported inside a 200.
    const reason = typeof answer?.['error'] === 'string' ? answer['error'] : text.slice(0, 200);
    const isMissing = answer !== undefined && (response.status === 404 || /\bnot found\b/i.test(reason));
    if (isMissing) throw new SatchelError('ollama-model-missing', this.#details);
    // Ollama answers a page whose origin is not listed with 403; a browser shows it only to same-origin pages.
    if (response.status === 403) throw new SatchelError('ollama-origin-refused', this.#details);
    throw this.failed(reason, response.status);
  }

  /** A refused origin, a stopped server and a blocked network are all the same "Failed to fetch". */
  async #diagnose(cause: unknown): Promise<SatchelError> {
    const answers = await fetch(`${this.#host}/`, {
      mode: 'no-cors',
      signal: AbortSignal.timeout(CHECK_TIMEOUT_MS),
    }).then(
      ({ type }) => type === 'opaque',
      () => false,
    );
    if (answers) return new SatchelError('ollama-origin-refused', this.#details, cause);
    const code = (await isBlocked(new URL(this.#host))) ? 'ollama-blocked' : 'ollama-unreachable';
    return new SatchelError(code, this.#details, cause);
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const page = (): { origin: string; hostname: string } | undefined =>
  (globalThis as { location?: { origin: string; hostname: string } }).location;

const pageOrigin = (): string => page()?.origin ?? '';

const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);

/** Whether the browser's permission for local networks is missing. False where there is no such permission. */
async function isBlocked({ hostname }: URL): Promise<boolean> {
  const { permissions } = (globalThis as { navigator?: { permissions?: Permissions } }).navigator ?? {};
  const name = isLoopback(hostname) ? 'loopback-network' : 'local-network';
  // The name is newer than TypeScript's list; browsers that don't know it reject.
  const status = await permissions?.query({ name: name as PermissionName }).catch(() => undefined);
  // A page that is itself served from this machine needs no permission, and is never asked for one.
  const needsIt = !isLoopback(page()?.hostname ?? '');
  return status?.state === 'denied' || (status?.state === 'prompt' && needsIt);
}
