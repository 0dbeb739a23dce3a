import { decodeText } from './1-parse/decode-text.ts';
import { extensionOf } from './1-parse/detect.ts';
import { LIMITS } from './1-parse/limits.ts';
import { parsers } from './1-parse/registry.ts';
import { SatchelError, toSatchelError } from './errors.ts';
import type { LoadingEvent } from './load-cache.ts';
import { readStream } from './read-stream.ts';
import type { FileInput } from './types.ts';

/** What the fetch worker offers: it lives for one address, which its policy allows. */
export interface FetchService {
  /**
   * Fetches a page or file that a person named. The first event comes before the first request.
   * @throws SatchelError `web-offline`, `web-refused`, `web-unreachable`, `web-not-found`, `web-failed`,
   * `web-timeout`, `unsupported-type`, `too-large` or `aborted`
   */
  fetch(address: string, signal?: AbortSignal): AsyncIterable<FetchEvent>;
}

export type FetchEvent =
  | LoadingEvent<'loading'>
  /** Its path is the address it came from. */
  | { readonly type: 'fetched'; readonly file: FileInput };

/** Without a byte for so long a server is taken to be gone. */
const SILENCE_MS = 30_000;
const NO_TEXT = /^(?:image|video|audio|font)\//;
const TITLE_BYTES = 65_536;

const mediaTypeOf = (response: Response): string =>
  response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';

/** Why there was no answer: a browser says of all of these only that the fetch failed. */
async function reasonOf(url: URL, signal: AbortSignal, error: unknown): Promise<SatchelError> {
  const details = { host: url.host };
  if (!navigator.onLine) return new SatchelError('web-offline', details, error);
  try {
    // Its answer can't be read, but there is one: the server is there and does not want to be read from here.
    await fetch(url, { mode: 'no-cors', method: 'HEAD', credentials: 'omit', signal });
    return new SatchelError('web-refused', details, error);
  } catch {
    return new SatchelError('web-unreachable', details, error);
  }
}

const clean = (name: string): string =>
  name
    .replace(/[\s/\\]+/g, ' ')
    .trim()
    .slice(0, 120);

function titleOf(head: Uint8Array): string {
  try {
    const title = /<title[^>]*>([^<]*)/i.exec(decodeText(head, 'html').text)?.[1] ?? '';
    return clean(
      title
        .replace(/&(?:#39|apos);/g, '’')
        .replace(/&amp;/g, '&')
        .replace(/&[#\w]+;/g, ' '),
    );
  } catch {
    return '';
  }
}

/** `decodeURIComponent` throws on what any server may have in its paths. */
function decodePath(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * The last part of the path, else the title, else the host; with an extension by which it is read as what it
 * was sent as: `page.php` is HTML. Servers send as plain text what they have no type for.
 */
function nameOf(url: URL, mediaType: string, head: Uint8Array): string {
  const last = clean(decodePath(url.pathname.split('/').at(-1) ?? ''));
  const line = parsers.lines.find(({ mediaTypes }) => mediaTypes.includes(mediaType));
  const isPage = line?.id === 'html';
  const isNameless = last === '' || /^index\.\w+$/i.test(last);
  const name = (isNameless && isPage && titleOf(head)) || (last === '' ? url.host : last);
  const isTold = !line || (line.id === 'text' && last !== '' && extensionOf(name) !== '');
  return isTold || line.extensions.includes(extensionOf(name)) ? name : `${name}.${line.extensions[0] ?? ''}`;
}

/** An address without what may be secret in it; with a password in it no browser fetches it at all. */
function withoutSecrets(address: string): URL {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

function checkResponse(response: Response, url: URL): void {
  const { status } = response;
  if (status === 404 || status === 410) throw new SatchelError('web-not-found', { host: url.host, status });
  if (!response.ok) throw new SatchelError('web-failed', { host: url.host, status });
  const type = mediaTypeOf(response);
  if (NO_TEXT.test(type)) throw new SatchelError('unsupported-type', { name: url.href, type });
}

/** A clock that is wound up by every byte. */
class Silence {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal ? AbortSignal.any([signal, this.#controller.signal]) : this.#controller.signal;
  }
  get isOver(): boolean {
    return this.#controller.signal.aborted;
  }
  wind(): void {
    this.stop();
    this.#timer = setTimeout(() => this.#controller.abort(), SILENCE_MS);
  }
  stop(): void {
    clearTimeout(this.#timer);
  }
}

async function* download(url: URL, silence: Silence): AsyncGenerator<FetchEvent> {
  const { signal } = silence;
  // Cookies of other sites stay out of it: what is read is what anybody can read.
  const request: RequestInit = { signal, credentials: 'same-origin', referrerPolicy: 'no-referrer' };
  const response = await fetch(url, request).catch(async (error: unknown) => {
    throw signal.aborted ? error : await reasonOf(url, signal, error);
  });
  checkResponse(response, url);
  const mediaType = mediaTypeOf(response);
  // Of the packed bytes, where it is sent packed; then it says nothing of what comes out. Another origin's
  // answer does not show that it is packed, but outgrows its length.
  const isPacked = response.headers.has('content-encoding');
  const declaredBytes = isPacked ? 0 : Number(response.headers.get('content-length') ?? 0);
  const { fileBytes: limitBytes } = LIMITS;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let loadedBytes = 0;
  for await (const part of response.body ? readStream(response.body) : []) {
    silence.wind();
    loadedBytes += part.length;
    const totalBytes = loadedBytes > declaredBytes ? 0 : declaredBytes;
    if (Math.max(loadedBytes, totalBytes) > limitBytes) {
      throw new SatchelError('too-large', { name: url.href, limitBytes });
    }
    parts.push(part);
    yield { type: 'loading', loadedBytes, totalBytes };
  }
  const from = withoutSecrets(response.url || url.href);
  const file = new Blob(parts, { type: mediaType });
  const head = new Uint8Array(await file.slice(0, TITLE_BYTES).arrayBuffer());
  yield { type: 'fetched', file: { file, name: nameOf(from, mediaType, head), path: from.href } };
}

/** See `FetchService`. */
export async function* fetchDocument(address: string, signal?: AbortSignal): AsyncGenerator<FetchEvent> {
  yield { type: 'loading', loadedBytes: 0, totalBytes: 0 };
  const url = withoutSecrets(address);
  const silence = new Silence(signal);
  silence.wind();
  try {
    yield* download(url, silence);
  } catch (error) {
    if (silence.isOver) {
      throw new SatchelError('web-timeout', { host: url.host, seconds: SILENCE_MS / 1000 }, error);
    }
    // Broken off amid the file.
    if (error instanceof TypeError) throw new SatchelError('web-unreachable', { host: url.host }, error);
    throw toSatchelError(error);
  } finally {
    silence.stop();
  }
}
