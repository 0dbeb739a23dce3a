/**
 * What a stream holds, as it arrives; by a reader, since Safari's streams are not iterable yet. Ending the
 * iteration cancels the stream.
 *
 * @throws what the stream fails with.
 */
export async function* readStream<Part>(stream: ReadableStream<Part>): AsyncGenerator<Part, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // A stream that has already failed rejects once more.
    await reader.cancel().catch(() => undefined);
  }
}
