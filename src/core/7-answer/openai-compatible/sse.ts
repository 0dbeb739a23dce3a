import { readLines } from '../../http-host.ts';

/**
 * The data of server-sent events, one text for each event. Comments, by which servers keep a connection open,
 * and all fields but `data` are left out. Ending the iteration closes the connection.
 *
 * @throws what the stream fails with: TypeError for a connection that broke, AbortError.
 */
export async function* readEventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let data: string[] = [];
  for await (const line of readLines(body)) {
    const [, value] = /^data: ?(.*)$/s.exec(line) ?? [];
    if (value !== undefined) data.push(value);
    if (line !== '' || data.length === 0) continue;
    yield data.join('\n');
    data = [];
  }
  // The blank line after the last event is often missing.
  if (data.length > 0) yield data.join('\n');
}
