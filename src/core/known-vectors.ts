/**
 * 64 bits of SHA-256 for each text as the embedder is given it. Among a million chunks two different ones
 * share a hash once in 37 million times. 20,000 chunks take 0.3 s in Chromium.
 */
export async function hashTexts(texts: readonly string[]): Promise<BigUint64Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const hashes = new BigUint64Array(texts.length);
  await Promise.all(
    texts.map(async (text, ordinal) => {
      const digest = await crypto.subtle.digest('SHA-256', encoder.encode(text));
      hashes.set(new BigUint64Array(digest, 0, 1), ordinal);
    }),
  );
  return hashes;
}

/** One row for each hash. */
export interface EmbeddedTexts {
  readonly hashes: BigUint64Array;
  readonly vectors: Float32Array;
}

/** Where the vectors of texts are to be found. */
export interface KnownTexts {
  /** These may be out of date. */
  readonly hashes: BigUint64Array;
  /** @returns those that are wanted at least; undefined when nothing is left of them. */
  read(isWanted: (hash: bigint) => boolean): Promise<EmbeddedTexts | undefined>;
}

/**
 * Copies vectors from documents that have the very same texts, such as an earlier version of a file: the same
 * text has the same vector, whatever it is embedded together with.
 * @param vectors rows of the texts of `hashes`; those from ordinal `firstChunk` on are looked for.
 * @param sources of the embedder that `vectors` are for.
 * @returns ordinals of the chunks that none of them has.
 */
export async function copyKnownVectors(
  vectors: Float32Array,
  hashes: BigUint64Array,
  firstChunk: number,
  sources: Iterable<KnownTexts>,
): Promise<ReadonlySet<number>> {
  const dimensions = vectors.length / hashes.length;
  const wanted = new Map<bigint, number[]>();
  for (const [ordinal, hash] of hashes.entries()) {
    const same = wanted.get(hash);
    if (same) same.push(ordinal);
    else if (ordinal >= firstChunk) wanted.set(hash, [ordinal]);
  }
  const isWanted = (hash: bigint): boolean => wanted.has(hash);
  for (const source of sources) {
    if (!source.hashes.some(isWanted)) continue;
    // One that is damaged is of no use, and no reason not to embed these texts.
    const stored = await source.read(isWanted).catch(() => undefined);
    stored?.hashes.forEach((hash, row) => {
      const vector = stored.vectors.subarray(row * dimensions, (row + 1) * dimensions);
      for (const ordinal of wanted.get(hash) ?? []) vectors.set(vector, ordinal * dimensions);
      wanted.delete(hash);
    });
  }
  return new Set([...wanted.values()].flat());
}
