import { readStream } from './read-stream.ts';

/** What is the same at every server that a person names. */

/** A host as people type it, `localhost:11434` or with a final slash, as the start of a URL. */
export function hostUrl(typed: string): string {
  const trimmed = typed.trim().replace(/\/+$/, '');
  return /^https?:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
}

/** Where this code runs, as far as it runs in a page or its workers. */
export const page = (): { origin: string; hostname: string } | undefined =>
  (globalThis as { location?: { origin: string; hostname: string } }).location;

/** What a server has to allow; empty outside a browser. */
export const pageOrigin = (): string => page()?.origin ?? '';

/** A JSON object; undefined for every other text. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Lines as they arrive, without their LF or CRLF; the last one may lack it. Ending the iteration closes the
 * connection.
 *
 * @throws what the stream fails with: TypeError for a connection that broke, AbortError.
 */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of readStream(body)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
