/**
 * The response headers that keep a person's documents on their machine. One text for the three places that
 * send them: the preview server, the service worker, and the tests that check both.
 *
 * How the two senders fit together. A browser intersects all policies of one response, so a server that sends
 * `connect-src 'self'` could never be widened by a second header or a `<meta>`. It need not be: a response
 * that the service worker makes *replaces* the server's, headers and all. So the server sends the floor
 * (own origin alone), which holds until the service worker is in control and wherever it can't run; from then
 * on the service worker sends the same policy plus the hosts that the person chose. A page without
 * choices has the floor's policy from both.
 */

const CONTENT_SECURITY_POLICY: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'self'"],
  // WebAssembly is compiled from our own files; eval stays forbidden.
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  // Threads of the inference runtimes are started from blob: URLs.
  'worker-src': ["'self'", 'blob:'],
  'style-src': ["'self'"],
  // Pages of PDFs are drawn to canvases and blobs.
  'img-src': ["'self'", 'blob:', 'data:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'object-src': ["'none'"],
  'frame-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/**
 * @param origins hosts that may be contacted besides the own origin, as `https://host[:port]` or `http://…`.
 * Anything else (a path, a wildcard, a keyword) is left out: it could widen the policy further than it reads.
 */
export function contentSecurityPolicy(origins: readonly string[] = []): string {
  return Object.entries(CONTENT_SECURITY_POLICY)
    .map(([directive, sources]) => {
      const all = directive === 'connect-src' ? [...sources, ...origins.filter(isOrigin)] : sources;
      return `${directive} ${all.join(' ')}`;
    })
    .join('; ');
}

/** One host by name or address; the characters with a meaning in a policy (`*`, `;`, `'`, spaces) are not in it. */
const ORIGIN = /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?$/;

/** True for a bare http(s) origin, and nothing longer. A URL parser alone is no test: it accepts `https://*`. */
export const isOrigin = (text: string): boolean =>
  ORIGIN.test(text) && URL.canParse(text) && new URL(text).origin === text;

/**
 * `credentialless` isolates as `require-corp` does, yet lets an opaque `no-cors` answer through: the only way
 * to tell "Ollama runs but refuses this page" from "nothing runs there". Safari doesn't know the word and
 * would not isolate at all, so it gets the stricter one.
 */
export function embedderPolicy(userAgent: string): 'credentialless' | 'require-corp' {
  const isSafari = /Safari\//.test(userAgent) && !/Chrom(e|ium)\/|Android/.test(userAgent);
  return isSafari ? 'require-corp' : 'credentialless';
}

/** Needed by pages and worker scripts alike for SharedArrayBuffer, that is for threads. */
export function isolationHeaders(userAgent: string): Record<string, string> {
  return {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': embedderPolicy(userAgent),
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}

/** All headers of a page or a worker script. */
export function securityHeaders(userAgent: string, origins: readonly string[] = []): Record<string, string> {
  return {
    ...isolationHeaders(userAgent),
    'Content-Security-Policy': contentSecurityPolicy(origins),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  };
}
