/**
 * The nouns of the pipeline, in the order of the data flow. Offsets (`start`, `end`) are half-open and count
 * UTF-16 units of the parsed text of the document, never of the file.
 */

export type Language = 'en' | 'zh';

/** A file as a person gave it. */
export interface FileInput {
  readonly file: Blob;
  readonly name: string;
  /** Folder path inside the dropped folder, without the name; '' for a single file. */
  readonly path: string;
  /** Texts of pages that hold pictures only; with them the file takes the place of the document that it is. */
  readonly pageTexts?: readonly PageText[];
}

/** Text that was read off the picture of a page. */
export interface PageText {
  /** 1-based. */
  readonly page: number;
  /** Paragraphs with a blank line between them. */
  readonly text: string;
  /** Of the recognition, 0 to 100. */
  readonly confidence: number;
}

/** Something that did not stop a document from being read, but that its owner should know. */
export interface ParseWarning {
  readonly code:
    | 'pages-without-text' // details: pages (comma separated), count, unit ('slide', or a page)
    | 'pages-read-by-ocr' // details: pages (comma separated), count, confidence (0 to 100)
    | 'invalid-characters' // bytes that are not valid in the file's encoding were replaced; details: count
    | 'encoding-uncertain' // details: encoding
    | 'content-type-differs' // the name says one type, the bytes another; details: named, actual
    | 'large-document' // many chunks; details: chunks, minutes
    | 'hidden-sheets' // left out; details: sheets (comma separated), count
    | 'formulas-without-values' // their cells are empty; details: count
    | 'not-well-formed' // read as plain text; details: format
    | 'skipped-parts'; // details: count
  readonly details: Readonly<Record<string, string | number>>;
}

/** A parser's unit: a heading with what follows, a page, a table, a row. Sections are ordered and do not overlap. */
export interface Section {
  readonly start: number;
  readonly end: number;
  /** Headings from the outermost to this section's own. */
  readonly headings: readonly string[];
  /** 1-based; absent where the format has no pages. */
  readonly page?: number;
}

/** A stretch of text whose lines are more than running text: lines of code, or the rows of a table. */
export interface Block {
  readonly start: number;
  readonly end: number;
  readonly kind: 'code' | 'table';
  /** Names of a table's columns, as its rows give them; absent where it names none. */
  readonly columns?: readonly string[];
}

/** What a parser returns: the whole text once, and sections that are slices of it. */
export interface ParsedDocument {
  /** Line ends are \n; no byte order mark; no NUL. */
  readonly text: string;
  readonly sections: readonly Section[];
  /** Ordered and apart. They change how a document is shown, never how it is cut or searched. */
  readonly blocks?: readonly Block[];
  /** The id of the parser that read it. */
  readonly format: string;
  /** Number of pages, where the format has pages. */
  readonly pages?: number;
  readonly warnings: readonly ParseWarning[];
}

/** Cut, stored, indexed. `text` always equals `document.text.slice(start, end)`. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly headings: readonly string[];
  readonly page?: number;
}

/** A document of a collection, as listed. It exists only once all its chunks are stored and searchable. */
export interface DocumentRecord {
  /** SHA-256 of the file's bytes, in hex: the same content is the same document. */
  readonly id: string;
  readonly collectionId: string;
  readonly name: string;
  readonly path: string;
  readonly format: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly characters: number;
  readonly chunks: number;
  readonly pages?: number;
  /** 1-based numbers of pages that hold no text. */
  readonly pagesWithoutText: readonly number[];
  readonly warnings: readonly ParseWarning[];
}

/**
 * What must be equal for two vectors to be comparable. Questions and documents of a collection share it;
 * it is compared field by field and a difference is never searched across.
 */
export interface Fingerprint {
  readonly embedder: string;
  readonly revision: string;
  readonly dtype: string;
  readonly pooling: string;
  readonly queryPrefix: string;
  readonly passagePrefix: string;
  readonly dimensions: number;
  readonly chunker: string;
}

export interface Collection {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: Fingerprint;
  readonly createdAt: number;
}

export type EmbeddingRole = 'query' | 'passage';

/** Higher is better. */
export interface Hit {
  readonly chunkId: number;
  readonly score: number;
}

/** Half-open ranges of chunk ids, ascending and apart. */
export type IdRanges = readonly (readonly [start: number, end: number])[];

/** A chunk as retrieved. */
export interface Passage {
  readonly chunkId: number;
  readonly documentId: string;
  readonly documentName: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly headings: readonly string[];
  readonly page?: number;
  /** What it was ranked by; comparable only within one search. */
  readonly score: number;
  /** Cosine similarity with the question, -1 to 1; absent when only keywords were searched. */
  readonly cosine?: number;
  /** BM25 divided by the highest that this question could reach, 0 to 1. */
  readonly keyword?: number;
  /** Its place among the chunks nearest by vector and by keywords, from 1; absent where a side did not find it. */
  readonly denseRank?: number;
  readonly keywordRank?: number;
  /** Of a reranker, comparable within one question; absent where none has read it. */
  readonly rerankScore?: number;
  /** Words of the question that it shares, as the question writes them; absent where keywords were not searched. */
  readonly matchedWords?: readonly string[];
}

/** A place in a document, to be opened and highlighted. */
export interface Citation {
  /** Shown as [n]; 1-based position of the passage in the list shown. */
  readonly n: number;
  readonly chunkId: number;
  readonly documentId: string;
  readonly documentName: string;
  readonly start: number;
  readonly end: number;
  /** `document.text.slice(start, end)`. */
  readonly quote: string;
  readonly page?: number;
}
