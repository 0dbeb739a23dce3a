import { SatchelError } from '../errors.ts';

/**
 * A file that grows at its end. Reading is synchronous, for search reads a vector here and there. How much of it
 * counts is said by the manifest in IndexedDB: what lies behind is left from a crash and is written over.
 */
export interface LogFile {
  /** Fills `into`. @throws SatchelError `index-corrupt` when the file ends before. */
  read(at: number, into: Uint8Array): void;
  /**
   * Writes here and cuts the file off behind; on the disk when it resolves. One writer at a time: see `RowLog`.
   * @throws SatchelError `quota-exceeded` or `internal`; what lay before `at` is as it was.
   */
  write(at: number, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void>;
}

export type DiskKind = 'opfs' | 'blobs';

export interface Disk {
  readonly kind: DiskKind;
  /** Of the files that there are, those that a crash has left included. */
  names(): Promise<string[]>;
  /**
   * Opens or makes a file, or makes bytes readable that another tab has added to it.
   * @param sizeBytes how much of it counts.
   * @throws SatchelError `index-corrupt` when it is shorter.
   */
  open(name: string, sizeBytes: number): Promise<LogFile>;
  /** 0 where there is no such file. */
  size(name: string): Promise<number>;
  /** Removes a file, unless another tab has it open: then it stays until the next try. */
  remove(name: string): Promise<void>;
  close(): void;
}

export const cutShort = (): SatchelError => new SatchelError('index-corrupt', { reason: 'length' });
