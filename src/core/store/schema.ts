import type { DBSchema } from 'idb';
import type { DocumentTerms } from '../4-index/keyword-index.ts';
import type { Collection, DocumentRecord, FileInput, Section } from '../types.ts';

export const DATABASE_NAME = 'satchel';
export const DATABASE_VERSION = 1;

/** A collection as stored: chunk ids are handed out from a counter and never used twice. */
export interface StoredCollection extends Collection {
  readonly nextChunkId: number;
}

/** The parsed text of a document, kept for the viewer and for the text of passages. */
export interface StoredText {
  readonly text: string;
  readonly sections: readonly Section[];
}

/** Where the chunks of a document lie in its text; one entry a chunk, in reading order. */
export interface ChunkTable {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** 0 where the format has no pages. */
  readonly pages: Uint32Array;
  /** Index into `trails`. */
  readonly trailOf: Uint32Array;
  /** Distinct heading trails. */
  readonly trails: readonly (readonly string[])[];
}

/**
 * What search needs of one document under one fingerprint, as one record: a record a chunk costs 12 to 40
 * times as much to write.
 */
export interface Segment {
  readonly documentId: string;
  readonly firstChunkId: number;
  readonly chunks: ChunkTable;
  /** `chunks × dimensions` float32, row by row, unit length. */
  readonly vectors: ArrayBuffer;
  readonly terms: DocumentTerms;
  /** Of the texts that were embedded, see `hashTexts`; absent in a segment that an older build wrote. */
  readonly hashes?: BigUint64Array;
}

/** A file that was accepted but is not committed yet. It outlives a closed tab. */
export interface PendingFile extends FileInput {
  readonly ingestId: string;
  readonly addedAt: number;
}

/** Vectors of a pending file's first chunks, so that a long document is not begun anew after a crash. */
export interface PartialVectors {
  /** Of the embedder that made them. */
  readonly fingerprintKey: string;
  readonly vectors: ArrayBuffer;
}

/** Database version 1. Keys stand beside their values; a change here needs a step in `migrations.ts`. */
export interface SatchelSchema extends DBSchema {
  collections: { key: string; value: StoredCollection };
  documents: { key: string; value: DocumentRecord };
  files: { key: string; value: Blob };
  texts: { key: string; value: StoredText };
  /** [fingerprint key, document id] */
  segments: { key: [string, string]; value: Segment };
  pending: { key: string; value: PendingFile };
  /** [ingest id, ordinal of the first chunk] */
  partials: { key: [string, number]; value: PartialVectors };
}
