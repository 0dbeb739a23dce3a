import { SatchelError, type ErrorDetails } from '../errors.ts';
import { hostUrl, page, pageOrigin, parseObject, readLines } from '../http-host.ts';

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
    this.#host = hostUrl(host);
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

  /** The objects of an answer that comes in lines; the last one has `done: true` or, of a pull, says `success`. */
  async *stream(
    path: string,
    body: unknown,
    signal?: AbortSignal,
  ): AsyncGenerator<Readonly<Record<string, unknown>>, void> {
    const response = await this.#fetch(path, body, signal).catch(async (error: unknown) => {
      throw await this.#failure(error, signal);
    });
    try {
      if (!response.ok || !response.body) throw this.#refusal(response.status, await response.text());
      for await (const line of readLines(response.body)) {
        const answer = parseObject(line);
        if (!answer || 'error' in answer) throw this.failed(reasonOf(line, answer));
        yield answer;
        if (answer['done'] === true || answer['status'] === 'success') return;
      }
    } catch (error) {
      if (signal?.aborted) throw new SatchelError('aborted', {}, error);
      if (error instanceof SatchelError) throw error;
      throw this.failed(`The connection broke: ${String(error)}`);
    }
    throw this.failed('The answer ends before its last line.');
  }

  failed(reason: string, status = 200): SatchelError {
    return new SatchelError('ollama-failed', { ...this.#details, reason, status });
  }

  /** @param caller the caller's own signal, where `signal` also holds a time limit. */
  async #request(path: string, body: unknown, signal?: AbortSignal, caller = signal): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await this.#fetch(path, body, signal);
      text = await response.text();
    } catch (error) {
      throw await this.#failure(error, caller);
    }
    const answer = parseObject(text);
    // A failure late in the work is reported inside a 200.
    if (response.ok && answer && !('error' in answer)) return answer;
    throw this.#refusal(response.status, text);
  }

  #fetch(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    return fetch(this.#host + path, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  }

  #refusal(status: number, text: string): SatchelError {
    const answer = parseObject(text);
    const reason = reasonOf(text, answer);
    const isMissing = answer !== undefined && (status === 404 || /\bnot found\b/i.test(reason));
    if (isMissing) return new SatchelError('ollama-model-missing', this.#details);
    // Ollama answers a page whose origin is not listed with 403; a browser shows it only to same-origin pages.
    if (status === 403) return new SatchelError('ollama-origin-refused', this.#details);
    return this.failed(reason, status);
  }

  async #failure(error: unknown, caller?: AbortSignal): Promise<SatchelError> {
    return caller?.aborted ? new SatchelError('aborted', {}, error) : this.#diagnose(error);
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

/** Of an answer to /api/show: what the model was made for; undefined where the server does not tell. */
export function contextLengthOf(answer: unknown): number | undefined {
  const { model_info } = answer as { model_info?: Readonly<Record<string, unknown>> };
  const length = Object.entries(model_info ?? {}).find(([key]) => key.endsWith('.context_length'))?.[1];
  return typeof length === 'number' ? length : undefined;
}

/** Of an answer to /api/show: what the model can do; undefined where the server does not tell, before 0.6.4. */
export const capabilitiesOf = (answer: unknown): readonly string[] | undefined =>
  (answer as { capabilities?: readonly string[] }).capabilities;

function reasonOf(text: string, answer: Readonly<Record<string, unknown>> | undefined): string {
  const error = answer?.['error'];
  return typeof error === 'string' ? error : text.slice(0, 200);
}

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
