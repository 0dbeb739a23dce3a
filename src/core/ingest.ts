import type { Unpacked } from './1-parse/unpack-file.ts';
import { withPageTexts } from './1-parse/ocr/page-texts.ts';
import type { Chunker } from './2-chunk/chunker.ts';
import type { Embedder, LoadedEmbedder } from './3-embed/embedder.ts';
import { encodeVectors } from './4-index/encode-vectors.ts';
import { encodeTerms } from './4-index/encode-terms.ts';
import { chunkTable, contents, cut } from './cut.ts';
import { SatchelError, toErrorData, toSatchelError, type ErrorCode } from './errors.ts';
import { checkFreeSpace } from './free-space.ts';
import { acceptedBytes, foreseenBytes, remainingBytes } from './ingest-space.ts';
import { copyKnownVectors, hashTexts, type KnownTexts } from './known-vectors.ts';
import { LARGE_DOCUMENT_CHUNKS, type IngestEvent } from './service.ts';
import type { Commit, DocumentStore } from './store/documents.ts';
import type { PendingStore } from './store/pending.ts';
import type { Extent, IndexedChunks, PendingFile } from './store/schema.ts';
import type { Chunk, DocumentRecord, ParsedDocument } from './types.ts';

/** Chunks embedded between two saves of the vectors so far: about ten seconds of work on two CPU cores. */
const CHECKPOINT_CHUNKS = 48;
/**
 * A collection may go over to another embedder while a file is embedded for the one it had, and back: a small one does
 * so within milliseconds when two tabs disagree, three times in a row now and then.
 */
const COMMIT_TRIES = 10;
/** Chunks given to the embedder at once, so that progress moves and batches can be filled by length. */
const STEP_CHUNKS = 8;

/** SHA-256 of a file's bytes, in hex. */
export async function contentHash(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export interface IngestDependencies {
  readonly documents: DocumentStore;
  readonly pending: PendingStore;
  readonly chunker: Chunker;
  /** Whose vectors are at hand; what is not among them is embedded. */
  knownTexts(fingerprintKey: string, dimensions: number): Promise<Iterable<KnownTexts>>;
  /** Reads a file where a crash or a hang can be cut off. */
  parse(file: Blob, name: string, signal: AbortSignal): Promise<ParsedDocument>;
  /** Takes an archive apart in the same place; undefined for a file that is none. */
  unpack(file: Blob, name: string, signal: AbortSignal): Promise<Unpacked | undefined>;
  embedder(
    onBytes: (loaded: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<LoadedEmbedder & { readonly fingerprintKey: string }>;
  readonly collectionId: string;
  /** Called after the commit; makes the document searchable. */
  committed(
    document: DocumentRecord,
    extent: Extent,
    indexed: IndexedChunks,
    fingerprintKey: string,
  ): Promise<void>;
}

export type Report = (event: DistributiveOmit<IngestEvent, 'ingestId' | 'name'>) => void;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A file that is parsed and cut and waits for its turn with the embedder. */
export interface Cut {
  readonly file: PendingFile;
  readonly documentId: string;
  readonly parsed: ParsedDocument;
  readonly chunks: readonly Chunk[];
  /** Of the embedder whose tokens the chunks were measured in. */
  readonly fingerprintKey: string;
}

/** What took the place of an archive. */
export interface Contents {
  /** Pending by now, each for itself. */
  readonly files: readonly PendingFile[];
  readonly failed: Unpacked['failed'];
}

/** The files of an archive take its place among those that are pending, all at once. */
async function takeApart(
  archive: PendingFile,
  { files, failed }: Unpacked,
  { pending }: IngestDependencies,
): Promise<Contents> {
  const below = (path: string): string => (archive.path === '' ? path : `${archive.path}/${path}`);
  const { addedAt } = archive;
  const inside = files.map((input) => ({
    ...input,
    path: below(input.path),
    ingestId: crypto.randomUUID(),
    addedAt,
  }));
  await checkFreeSpace(inside.reduce((sum, file) => sum + acceptedBytes(file) + foreseenBytes(file), 0));
  await pending.replace(archive.ingestId, inside);
  return { files: inside, failed };
}

/**
 * Ends the ingest of content that the collection has already; the pending file is gone then. The store is
 * asked, not this tab's memory: another tab may have committed it a moment ago.
 */
async function endDuplicate(
  file: PendingFile,
  documentId: string,
  deps: IngestDependencies,
  report: Report,
): Promise<boolean> {
  const document = await deps.documents.document(documentId);
  // With texts of its pages it takes the place of what is there.
  if (!document || file.pageTexts) return false;
  await deps.pending.remove(file.ingestId);
  report({ type: 'duplicate', document });
  return true;
}

/** Parses a file, and puts the texts that were read off pictures of its pages in their places. */
async function parse(
  { file, name, pageTexts }: PendingFile,
  deps: IngestDependencies,
  signal: AbortSignal,
): Promise<ParsedDocument> {
  try {
    const parsed = await deps.parse(file, name, signal);
    return pageTexts ? withPageTexts({ pages: 0, ...parsed }, pageTexts) : parsed;
  } catch (error) {
    const { code, details } = toErrorData(error);
    const pages = Number(details['pages'] ?? 0);
    if (code !== 'no-text' || !pageTexts || pages === 0) throw error;
    return withPageTexts({ text: '', sections: [], warnings: [], pages }, pageTexts);
  }
}

/**
 * First half of an ingest: hash, parse, cut. An archive is taken apart instead.
 * @returns undefined when the collection has this content already.
 * @throws SatchelError `aborted` when the file is pending no more: another tab has cancelled it.
 */
export async function readFile(
  file: PendingFile,
  deps: IngestDependencies,
  report: Report,
  signal: AbortSignal,
): Promise<Cut | Contents | undefined> {
  report({ type: 'parsing' });
  // A call of its own and no copy: a Blob crosses as a handle, and what has no archive's name is not read for this.
  const unpacked = await deps.unpack(file.file, file.name, signal);
  if (unpacked) return takeApart(file, unpacked, deps);
  const documentId = await contentHash(file.file);
  if (await endDuplicate(file, documentId, deps, report)) return undefined;
  if (!(await deps.pending.has(file.ingestId))) throw new SatchelError('aborted');
  const parsed = await parse(file, deps, signal);
  const { embedder, fingerprintKey } = await deps.embedder(
    (loadedBytes, totalBytes) => report({ type: 'loading-model', loadedBytes, totalBytes }),
    signal,
  );
  const chunks = await cut(parsed, deps.chunker, embedder, signal);
  if (chunks.length === 0) throw new SatchelError('no-text', { name: file.name });
  // Told while it waits for its turn: a person may not want to wait for a very long one.
  report({ type: 'waiting', chunks: chunks.length });
  return { file, documentId, parsed, chunks, fingerprintKey };
}

/**
 * Embeds the chunks that neither a crash has left nor another document has, such as an earlier version of the
 * file, saving the vectors as it goes.
 */
async function embedChunks(
  { ingestId }: PendingFile,
  texts: readonly string[],
  hashes: BigUint64Array<ArrayBuffer>,
  { embedder, fingerprintKey }: { readonly embedder: Embedder; readonly fingerprintKey: string },
  deps: IngestDependencies,
  report: Report,
  signal: AbortSignal,
): Promise<Float32Array<ArrayBuffer>> {
  const { dimensions } = embedder;
  const total = texts.length;
  const vectors = new Float32Array(total * dimensions);
  // Tied to the texts too: a parser or chunker changed by an update may cut the same file in other places.
  const madeFrom = `${fingerprintKey} ${await contentHash(new Blob([hashes]))}`;
  const kept = await deps.pending.partial(ingestId, madeFrom, dimensions);
  let saved = Math.min(total, kept.length / dimensions);
  vectors.set(kept.subarray(0, saved * dimensions));
  const known = await deps.knownTexts(fingerprintKey, dimensions);
  const missing = await copyKnownVectors(vectors, hashes, saved, known);
  const todo = [...texts.entries()].filter(([ordinal]) => missing.has(ordinal));
  let embedded = 0;
  let embeddedAtSave = 0;
  const startedAt = performance.now();
  const tell = (): void => {
    const left = todo.length - embedded;
    const seconds = (performance.now() - startedAt) / 1000;
    const chunksPerSecond = embedded > 0 && seconds > 0 ? embedded / seconds : 0;
    const secondsLeft = chunksPerSecond > 0 ? left / chunksPerSecond : 0;
    report({ type: 'embedding', done: total - left, total, chunksPerSecond, secondsLeft });
  };
  tell();
  while (embedded < todo.length) {
    const step = todo.slice(embedded, embedded + STEP_CHUNKS);
    const stepTexts = step.map(([, text]) => text);
    const rows = await embedder.embed(stepTexts, 'passage', signal);
    for (const [row, [ordinal]] of step.entries()) {
      vectors.set(rows.subarray(row * dimensions, (row + 1) * dimensions), ordinal * dimensions);
    }
    embedded += step.length;
    // Up to the next one there is no gap, which a resume would take for vectors.
    const [next] = todo[embedded] ?? [];
    if (next !== undefined && embedded - embeddedAtSave >= CHECKPOINT_CHUNKS) {
      const part = vectors.subarray(saved * dimensions, next * dimensions);
      await deps.pending.putPartial(ingestId, saved, madeFrom, part);
      saved = next;
      embeddedAtSave = embedded;
    }
    tell();
  }
  return vectors;
}

/** @param minutes that embedding took. */
function documentRecord(
  { file, documentId, parsed, chunks }: Cut,
  collectionId: string,
  minutes: number,
): DocumentRecord {
  const empty = parsed.warnings.find(({ code }) => code === 'pages-without-text')?.details['pages'];
  const isLarge = chunks.length >= LARGE_DOCUMENT_CHUNKS;
  return {
    id: documentId,
    collectionId,
    name: file.name,
    path: file.path,
    format: parsed.format,
    sizeBytes: file.file.size,
    addedAt: file.addedAt,
    characters: parsed.text.length,
    chunks: chunks.length,
    ...(parsed.pages !== undefined && { pages: parsed.pages }),
    pagesWithoutText: empty === undefined ? [] : String(empty).split(',').map(Number),
    warnings: [
      ...parsed.warnings,
      ...(isLarge ? [{ code: 'large-document' as const, details: { chunks: chunks.length, minutes } }] : []),
    ],
  };
}

/** The cut anew, where the collection has gone over to another embedder, with other tokens, since. */
async function recut(read: Cut, embedder: Embedder, deps: IngestDependencies, signal: AbortSignal) {
  return { ...read, chunks: await cut(read.parsed, deps.chunker, embedder, signal) };
}

const isMismatch = (error: unknown): boolean =>
  error instanceof SatchelError && error.code === 'fingerprint-mismatch';

/** Second half: embed, count terms, commit; again when the collection was re-indexed in the meantime. */
export async function indexFile(
  read: Cut,
  deps: IngestDependencies,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const { file, documentId, parsed } = read;
  // The same content may have been committed since it was parsed: twice in one batch, or by another tab.
  if (await endDuplicate(file, documentId, deps, report)) return;
  const load = () =>
    deps.embedder(
      (loadedBytes, totalBytes) => report({ type: 'loading-model', loadedBytes, totalBytes }),
      signal,
    );
  for (let loaded = await load(), tries = 1; ; tries++) {
    const { embedder, fingerprintKey } = loaded;
    const now = fingerprintKey === read.fingerprintKey ? read : await recut(read, embedder, deps, signal);
    // The file stays pending; embedding for an hour to fail at the commit would be worse.
    await checkFreeSpace(remainingBytes(now));
    const texts = contents(now.chunks, file.name);
    const hashes = await hashTexts(texts);
    const startedAt = performance.now();
    const vectors = await embedChunks(file, texts, hashes, loaded, deps, report, signal);
    const minutes = Math.ceil((performance.now() - startedAt) / 60_000);
    signal.throwIfAborted();
    const document = documentRecord(now, deps.collectionId, minutes);
    const indexed: IndexedChunks = {
      table: chunkTable(now.chunks),
      hashes,
      vectors,
      codes: encodeVectors(vectors, embedder.dimensions),
      terms: encodeTerms(texts),
    };
    const commit: Commit = {
      document,
      file: file.file,
      text: { text: parsed.text, sections: parsed.sections, blocks: parsed.blocks ?? [] },
      indexed,
      fingerprintKey,
      ingestId: file.ingestId,
    };
    try {
      const extent = await deps.documents.commit(deps.collectionId, commit);
      await deps.committed(document, extent, indexed, fingerprintKey);
      return report({ type: 'ready', document });
    } catch (error) {
      // Back to the same embedder, when another tab has gone over to another one and back.
      if (!isMismatch(error) || tries === COMMIT_TRIES) throw error;
      loaded = await load();
    }
  }
}

/** Faults of the document itself: trying again would end the same way. */
const DOCUMENT_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'empty-file',
  'no-text',
  'encrypted',
  'corrupt',
  'wrong-type',
  'unsupported-type',
  'binary',
  'too-large',
  'archive-too-deep',
  'parse-timeout',
  'parse-failed',
]);

/**
 * Ends a file's ingest. After a fault of its own nothing of it stays, unless it may have been a document before, nor
 * after a cancel; after any other (no network for the model, a full disk) it stays pending, to be taken up again by
 * `resume`.
 */
export async function giveUp(
  file: PendingFile,
  error: unknown,
  deps: IngestDependencies,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const { pending } = deps;
  const { code } = toSatchelError(error);
  // A cancel may surface as any error, and an abort need not be the person's: that must not cost them the file.
  const isCancel =
    signal.aborted || (code === 'aborted' && !(await pending.has(file.ingestId).catch(() => true)));
  // What was saved once waits for a parser that can read it again; its file is there until it is deleted.
  const isFaulty = DOCUMENT_FAULTS.has(code) && !file.lost;
  if (isCancel || isFaulty) await pending.remove(file.ingestId).catch(() => undefined);
  report(isCancel ? { type: 'cancelled' } : { type: 'failed', error: toErrorData(error) });
}
