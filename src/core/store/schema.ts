import type { DBSchema } from 'idb';
import type { MapLayout } from '../explore/collection-map.ts';
import type { Block, Collection, DocumentRecord, FileInput, Section } from '../types.ts';
import type { DiskKind } from './disk.ts';

export const DATABASE_NAME = 'satchel';
export const DATABASE_VERSION = 3;

/** A collection as stored: chunk ids are handed out from a counter and never used twice. */
export interface StoredCollection extends Collection {
  readonly nextChunkId: number;
  /** Axes and topics of its map, under the fingerprint that they were chosen for; absent until a map was drawn. */
  readonly map?: { readonly fingerprintKey: string; readonly layout: MapLayout };
}

/** The parsed text of a document, kept for the viewer and for the text of passages. */
export interface StoredText {
  readonly text: string;
  readonly sections: readonly Section[];
  /** Absent in what was stored before they were kept. */
  readonly blocks?: readonly Block[];
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

/** Chunks of a document as one embedder's tokens cut them. */
export interface StoredChunks {
  readonly table: ChunkTable;
  /** Of the texts that were embedded, see `hashTexts`. */
  readonly hashes: BigUint64Array;
}

/**
 * What search needs of one document under one fingerprint, ready to be stored. One row a chunk, in reading order.
 */
export interface IndexedChunks {
  readonly table: ChunkTable;
  readonly hashes: BigUint64Array;
  /** `chunks × dimensions` float32, unit length. */
  readonly vectors: Float32Array<ArrayBuffer>;
  /** The same vectors as the index scans them: see `encodeVectors`. */
  readonly codes: Uint8Array<ArrayBuffer>;
  /** See `encodeTerms`. */
  readonly terms: Uint8Array<ArrayBuffer>;
}

/** Where the rows of a document lie: an entry of the manifest. */
export interface Extent {
  readonly documentId: string;
  /** Its chunks have the ids from this one on. */
  readonly firstChunkId: number;
  readonly chunks: number;
  /** Name of a row file. */
  readonly file: string;
  readonly firstRow: number;
  /** `hashWords` of the rows and of their codes. */
  readonly vectorsHash: number;
  readonly codesHash: number;
}

/** Log files of vectors, of their codes, and of what they are of, as far as they are committed. */
export interface RowFile {
  readonly name: string;
  readonly fingerprintKey: string;
  readonly disk: DiskKind;
  /** Bytes of a row. */
  readonly vectorBytes: number;
  readonly codeBytes: number;
  /** Rows that were committed. */
  readonly rows: number;
  /** Those of them that no extent names any more. */
  readonly deadRows: number;
}

/** A file of terms of several documents; the documents have no entry in `terms` any more. */
export interface TermFile {
  readonly name: string;
  readonly fingerprintKey: string;
  readonly sizeBytes: number;
  /** The documents' first chunk ids, in the order of the segment. */
  readonly firstChunkIds: Uint32Array;
}

/** What version 1 kept of a document under a fingerprint; read by `move-segments.ts` alone. */
export interface SegmentV1 {
  readonly documentId: string;
  readonly firstChunkId: number;
  readonly chunks: ChunkTable;
  /** `chunks × dimensions` float32, row by row, unit length. */
  readonly vectors: ArrayBuffer;
  readonly hashes?: BigUint64Array;
}

/** A file that was accepted but is not committed yet. It outlives a closed tab. */
export interface PendingFile extends FileInput {
  readonly ingestId: string;
  readonly addedAt: number;
  /**
   * Why it is to be indexed anew: the browser has thrown the database away, or the index was damaged. Such a file is
   * never given up for a fault of its own: it was saved.
   */
  readonly lost?: 'database' | 'index';
}

/** Vectors of a pending file's first chunks, so that a long document is not begun anew after a crash. */
export interface PartialVectors {
  /** Of the embedder that made them. */
  readonly fingerprintKey: string;
  readonly vectors: ArrayBuffer;
}

/** What is known of the copies: see `copies.ts`. */
export interface CopiesState {
  /** Made for this database. */
  readonly folder: string;
  /** Others that it has done with, for the files in them were deleted. */
  readonly cleared: readonly string[];
  /** Whether there is a copy of each file, as far as the database goes, and of no other. */
  readonly isComplete: boolean;
  /** Row files of a database that was lost; vectors of files that were restored are taken from them. */
  readonly lostRows: readonly string[];
}

/** Database version 3. Keys stand beside their values; a change here needs a step in `migrations.ts`. */
export interface SatchelSchema extends DBSchema {
  collections: { key: string; value: StoredCollection };
  documents: { key: string; value: DocumentRecord };
  files: { key: string; value: Blob };
  texts: { key: string; value: StoredText };
  /** These three: [fingerprint key, document id] */
  extents: { key: [string, string]; value: Extent };
  chunks: { key: [string, string]; value: StoredChunks };
  terms: { key: [string, string]; value: Uint8Array<ArrayBuffer> };
  rowFiles: { key: string; value: RowFile };
  termFiles: { key: string; value: TermFile };
  /** [name of a file, offset]: files where the browser has none. */
  blobs: { key: [string, number]; value: Blob };
  /** [fingerprint key, document id] */
  segments: { key: [string, string]; value: SegmentV1 };
  pending: { key: string; value: PendingFile };
  /** [ingest id, ordinal of the first chunk] */
  partials: { key: [string, number]; value: PartialVectors };
  /** By document the name of its copy. That of a pending file has its ingest id for a name. */
  copies: { key: string; value: string };
  copiesState: { key: typeof COPIES; value: CopiesState };
}

/** Key of the one record in `copiesState`. */
export const COPIES = 'copies';

/** Keys of all documents under a fingerprint: arrays sort after strings in IndexedDB keys. */
export const allOf = (fingerprintKey: string): IDBKeyRange =>
  IDBKeyRange.bound([fingerprintKey], [fingerprintKey, []]);
