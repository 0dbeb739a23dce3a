import { expect, test } from 'vitest';
import { copyKnownVectors, hashTexts, type EmbeddedTexts } from './known-vectors.ts';

/** Two dimensions: a text's vector is its length twice, plus `shift`. */
const vectorsOf = (texts: readonly string[], shift = 0): number[] =>
  texts.flatMap(({ length }) => [length + shift, length + shift]);

interface Stored extends EmbeddedTexts {
  readonly documentId: string;
}

const storedOf = async (documentId: string, texts: readonly string[], shift = 0): Promise<Stored> => ({
  documentId,
  vectors: Float32Array.from(vectorsOf(texts, shift)),
  hashes: await hashTexts(texts),
});

async function copy(
  texts: readonly string[],
  stored: readonly Stored[],
  { firstChunk = 0, known = stored } = {},
) {
  const vectors = new Float32Array(texts.length * 2);
  const read: string[] = [];
  const sources = known.map(({ documentId, hashes }) => ({
    hashes,
    async read() {
      read.push(documentId);
      return stored.find((one) => one.documentId === documentId);
    },
  }));
  const missing = await copyKnownVectors(vectors, await hashTexts(texts), firstChunk, sources);
  return { vectors: [...vectors], missing: [...missing].sort((a, b) => a - b), read };
}

test('equal texts have equal hashes, and others do not', async () => {
  const hashes = await hashTexts(['a', 'b', 'a', 'A', '', '一']);
  expect(hashes[0]).toBe(hashes[2]);
  expect(new Set(hashes).size).toBe(5);
  // `printf a | sha256sum`, its first eight bytes as a little-endian number.
  expect(hashes[0]).toBe(0xcabd1bca128197can);
});

test('copies what documents have, in any place, and names the rest', async () => {
  const stored = [await storedOf('old', ['one', 'three', 'seventeen']), await storedOf('other', ['four'])];
  const { vectors, missing } = await copy(['three', 'new text', 'four', 'one'], stored);
  expect(missing).toEqual([1]);
  expect(vectors).toEqual([5, 5, 0, 0, 4, 4, 3, 3]);
});

test('a text that stands twice is copied twice', async () => {
  const { vectors, missing } = await copy(['one', 'x', 'one'], [await storedOf('old', ['one', 'one'])]);
  expect(missing).toEqual([1]);
  expect(vectors).toEqual([3, 3, 0, 0, 3, 3]);
});

test('leaves the rows before the first chunk alone', async () => {
  const { vectors, missing } = await copy(['one', 'one', 'two!'], [await storedOf('old', ['one'])], {
    firstChunk: 1,
  });
  expect(missing).toEqual([2]);
  expect(vectors).toEqual([0, 0, 3, 3, 0, 0]);
});

test('reads no document that has nothing of it, and none that has only what was found before', async () => {
  const stored = await Promise.all([
    storedOf('unlike', ['x', 'y']),
    storedOf('first', ['one', 'x']),
    storedOf('second', ['one', 'y'], 100),
  ]);
  const { vectors, missing, read } = await copy(['one', 'two'], stored);
  expect(read).toEqual(['first']);
  expect(vectors).toEqual([3, 3, 0, 0]);
  expect(missing).toEqual([1]);
});

test('goes by what is stored: a document that is gone, or cut in another way, gives nothing', async () => {
  const known = [await storedOf('gone', ['one']), await storedOf('recut', ['one'])];
  const { missing, read } = await copy(['one'], [await storedOf('recut', ['on', 'e'])], { known });
  expect(read).toEqual(['gone', 'recut']);
  expect(missing).toEqual([0]);
});
