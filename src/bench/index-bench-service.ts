import type { SearchTimes } from './bench-service.ts';
import type { Check, CheckName } from './peers/checks.ts';

/** Questions of each run, whose vectors stand behind the chunks'. */
export const QUESTIONS = 50;

export interface VectorFile {
  /** Rows of 32-bit floats, little-endian, of length 1: the chunks', then `QUESTIONS` more. */
  readonly vectors: Blob;
  readonly dimensions: number;
  readonly chunks: number;
}

/** `peer` is the one that was built, `flat` our default index, `plain` a loop in plain JavaScript. */
export type Answerer = 'peer' | 'flat' | 'plain';

export interface ChangeTimes {
  /** Milliseconds, each for one vector. */
  readonly add: readonly number[];
  readonly remove: readonly number[];
  /** Of the vectors added, those that a search for them found first. */
  readonly found: number;
  /** Of the vectors removed, those that a search for them still found. */
  readonly ghosts: number;
}

export interface SaveTimes {
  /** Into IndexedDB; milliseconds. */
  readonly save: number;
  /** From IndexedDB to an index that has answered a question; milliseconds. */
  readonly open: number;
  readonly bytes: number;
  /** Whether the best 10 are the same as before. */
  readonly same: boolean;
}

/** One library in a worker of its own. Members throw SatchelError `internal` with what the library says. */
export interface IndexBench {
  /** Comes first. */
  open(file: VectorFile): Promise<void>;
  /** @returns milliseconds from the vectors to an index; loading the library is no part of it. */
  build(peer: string): Promise<number>;
  /** Of WebAssembly that was started since the worker was; bytes. */
  wasmBytes(): Promise<number>;
  /** Comes before the first search: what all are compared with. */
  buildReferences(): Promise<void>;
  search(by: Answerer, k: number): Promise<SearchTimes>;
  change(): Promise<ChangeTimes>;
  save(): Promise<SaveTimes>;
  /** Milliseconds of passes that read so many bytes and do nothing else. */
  read(bytes: number): Promise<readonly number[]>;
  check(peer: string, name: CheckName): Promise<Check>;
}
