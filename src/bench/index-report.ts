import type { Machine } from './machine.ts';
import type { Check } from './peers/checks.ts';
import type { Summary } from './statistics.ts';

export type Step = 'build' | 'search' | 'change' | 'save';

export interface SearchReport {
  /** Milliseconds, over all questions and rounds. */
  readonly p50: number;
  readonly p95: number;
  /** Time of this over that of our default index, and over that of the plain loop: medians of a round by medians. */
  readonly timesOurs: Summary;
  readonly timesPlain: Summary;
  /** Share of the best 10 of the plain loop. */
  readonly recall: number;
}

/** What could not be measured is absent, with its reason in `failures` or `skipped`. Times are milliseconds. */
export interface IndexReport {
  readonly id: string;
  readonly label: string;
  /** Why nothing was tried. */
  readonly skipped?: string;
  readonly failures: readonly { readonly step: Step; readonly reason: string }[];
  readonly buildMs?: number;
  readonly memoryBytes?: number;
  readonly search?: SearchReport;
  /** Median of single vectors. */
  readonly addMs?: number;
  readonly removeMs?: number;
  readonly saveMs?: number;
  readonly openMs?: number;
  readonly savedBytes?: number;
}

/** How long it takes to only read the bytes that a scan has to read; medians, in milliseconds. */
export interface ReadReport {
  /** One byte a dimension. */
  readonly codesMs: number;
  /** Four. */
  readonly floatsMs: number;
}

export interface SizeReport {
  readonly chunks: number;
  readonly dimensions: number;
  /** `clustered`, or the names of the retrieval sets. */
  readonly vectors: string;
  readonly read: ReadReport;
  readonly indexes: readonly IndexReport[];
}

export interface CodeSize {
  readonly bytes: number;
  readonly gzipBytes: number;
}

export interface IndexBenchReport {
  readonly machine: Machine;
  readonly k: number;
  readonly questions: number;
  readonly rounds: number;
  readonly sizes: readonly SizeReport[];
  readonly code: Readonly<Record<string, CodeSize>>;
  /** By peer. */
  readonly checks: Readonly<Record<string, readonly Check[]>>;
  /** Why there is no native FAISS, where it was asked for. */
  readonly missingFaiss?: string;
}
