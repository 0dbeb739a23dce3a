/**
 * The files of the built app in the browser's cache, each stored under its URL plus the revision of its
 * content. An update fetches only what changed, and a file that did not change never goes stale.
 */

/** One file of the build, as the build plugin lists it. */
export interface AppFile {
  /** Relative to the service worker's scope, such as `assets/index-abc.js`. */
  readonly url: string;
  /** Changes with the content. */
  readonly revision: string;
  /** 'shell' is fetched at installation, so that the app starts offline; 'on-use' when first asked for. */
  readonly keep: 'shell' | 'on-use';
}

export const CACHE_NAME = 'satchel-app';

/** Lists what an installed version holds, for the clean-up after the next one. */
const MANIFEST_KEY = 'satchel-installed-files';

export class AppFiles {
  readonly #scope: string;
  readonly #files: ReadonlyMap<string, AppFile>;

  constructor(scope: string, files: readonly AppFile[]) {
    this.#scope = scope;
    this.#files = new Map(files.map((file) => [new URL(file.url, scope).href, file]));
  }

  /**
   * Fetches the shell files that are not cached yet.
   * @throws TypeError or DOMException when one can't be had: the installation fails and is tried again later.
   */
  async install(): Promise<void> {
    const cache = await caches.open(CACHE_NAME);
    const shell = [...this.#files].filter(([, file]) => file.keep === 'shell');
    await Promise.all(
      shell.map(async ([url, file]) => {
        const key = keyOf(url, file);
        if (await cache.match(key)) return;
        const response = await fetch(url, { cache: 'no-cache' });
        if (!response.ok) throw new TypeError(`${url} answered ${response.status}`);
        await cache.put(key, await withoutRedirect(response));
      }),
    );
  }

  /**
   * Drops files of versions older than the one before this: a tab that was open during the update still runs
   * that one, and asks for its lazy parts by their old names.
   */
  async cleanUp(): Promise<void> {
    const cache = await caches.open(CACHE_NAME);
    const manifestUrl = new URL(MANIFEST_KEY, this.#scope).href;
    const previous: unknown = await (await cache.match(manifestUrl))?.json();
    const current = [...this.#files].map(([url, file]) => keyOf(url, file));
    const kept = new Set<unknown>([...current, ...(Array.isArray(previous) ? previous : []), manifestUrl]);
    const stored = await cache.keys();
    await Promise.all(stored.filter(({ url }) => !kept.has(url)).map((request) => cache.delete(request)));
    await cache.put(manifestUrl, Response.json(current));
  }

  /** True for URLs of this app's files; a tab of the version before may know others. */
  has(url: string): boolean {
    return this.#files.has(withoutQuery(url));
  }

  /**
   * The cached file, else the server's, which is kept when it is one of this version's.
   * @throws TypeError when it is not cached and the server can't be reached.
   */
  async respond(request: Request): Promise<Response> {
    const url = withoutQuery(request.url);
    const cache = await caches.open(CACHE_NAME);
    const file = this.#files.get(url);
    const key = file ? keyOf(url, file) : url;
    // A server's `Vary` (Origin, Accept-Encoding) would hide a file that was fetched in another way.
    const cached = await cache.match(key, { ignoreVary: true, ignoreSearch: file === undefined });
    if (cached) return cached;
    const response = await fetch(request);
    const isWhole = response.status === 200 && !request.headers.has('range');
    if (file && isWhole) await cache.put(key, response.clone()).catch(ignoreFullDisk);
    return response;
  }
}

const withoutQuery = (url: string): string => url.split(/[?#]/, 1)[0] ?? url;

const keyOf = (url: string, file: AppFile): string => `${url}?revision=${file.revision}`;

/** A page must not be answered with a response that was redirected (`/` to `/index.html`); a copy forgets it. */
const withoutRedirect = async (response: Response): Promise<Response> =>
  response.redirected
    ? new Response(await response.blob(), { status: response.status, headers: response.headers })
    : response;

/** The file itself is at hand; that it can't be kept for offline use must not fail the request. */
function ignoreFullDisk(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
}
